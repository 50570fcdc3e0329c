"""Addresses of the dashboard and the sessions."""

from django.urls import URLPattern, URLResolver, include, path

from sessions_app.views import (
    assist,
    dashboard,
    drafts,
    editing,
    export,
    files,
    handing_over,
    my_day,
    note_settings,
    posting,
    sessions,
    snippet_list,
    steps,
    ticket_link,
    time_sums,
    update_ticket,
    worked,
)

assist_patterns: list[URLPattern | URLResolver] = [
    path("", assist.conversation, name="assist"),
    path("ask/", assist.ask, name="assist-ask"),
    path("<int:turn_id>/", assist.turn, name="assist-turn"),
    path("<int:turn_id>/stop/", assist.stop, name="assist-stop"),
    path("<int:turn_id>/resume/", assist.resume, name="assist-resume"),
    path("<int:turn_id>/note/", assist.into_note, name="assist-note"),
    path("<int:turn_id>/cards/<int:number>/", assist.add_step, name="assist-step"),
]

session_patterns: list[URLPattern | URLResolver] = [
    path("", sessions.detail, name="detail"),
    path("details/", sessions.details, name="details"),
    path("complete/", sessions.complete, name="complete"),
    path("worked/", worked.worked, name="worked"),
    path("clock/", worked.running, name="clock"),
    path("pause/", worked.pause, name="pause"),
    path("resume/", worked.resume, name="resume"),
    path("gap/", worked.gap, name="gap"),
    path("intervals/last/", worked.interval, name="interval-last"),
    path("intervals/<int:interval_id>/", worked.interval, name="interval"),
    path("reopen/", sessions.reopen, name="reopen"),
    path("hand-over/", handing_over.one, name="hand-over"),
    path("assist/", include(assist_patterns)),
    path("export/", export.download, name="export"),
    path("files/<uuid:file_id>/", files.file, name="file"),
    path("drafts/<slug:form>/", drafts.save, name="draft"),
    path("ticket-link/", ticket_link.ticket_link, name="ticket-link"),
    path("ticket-unlink/", ticket_link.ticket_unlink, name="ticket-unlink"),
    path("psa-post/", posting.post, name="post"),
    path("psa-post/preview/", update_ticket.preview, name="post-preview"),
    path("psa-post/text/", update_ticket.text, name="post-text"),
    path("psa-posts/", posting.posts, name="posts"),
    path("psa-posts/<uuid:post_id>/", posting.post_row, name="post-row"),
    path("psa-posts/<uuid:post_id>/retry/", posting.retry, name="post-retry"),
    path("psa-posts/<uuid:post_id>/edit/", editing.edit, name="post-edit"),
    path("steps/", steps.add, name="step-add"),
    path("steps/<int:step_id>/edit/", steps.edit, name="step-edit"),
    path("steps/<int:step_id>/move/", steps.move, name="step-move"),
    path("steps/<int:step_id>/remove/", steps.remove, name="step-remove"),
    path("steps/<int:step_id>/restore/", steps.restore, name="step-restore"),
]

sessions_patterns: list[URLPattern | URLResolver] = [
    path("sessions/", sessions.listing, name="list"),
    path("sessions/new/", sessions.new, name="new"),
    path("sessions/hand-over/<int:user_id>/", handing_over.all_open, name="hand-over-all"),
    path("sessions/<uuid:session_id>/", include(session_patterns)),
    path("account/admin/templates/", note_settings.templates, name="note-templates"),
    path(
        "account/admin/templates/<int:template_id>/", note_settings.template, name="note-template"
    ),
    path(
        "account/admin/templates/<int:template_id>/remove/",
        note_settings.template_remove,
        name="note-template-remove",
    ),
    path("account/admin/snippets/", note_settings.snippet_page, name="snippets"),
    path("account/admin/snippets/<int:snippet_id>/", note_settings.snippet, name="snippet"),
    path(
        "account/admin/snippets/<int:snippet_id>/remove/",
        note_settings.snippet_remove,
        name="snippet-remove",
    ),
    path("snippets/", snippet_list.options, name="snippet-list"),
    path("drafts/<slug:form>/", drafts.save_own, name="draft-own"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("queue/", dashboard.my_queue, name="my-queue"),
    path("time/", my_day.own, name="my-day"),
    path("time/sums/", time_sums.sums, name="time-sums"),
    path("time/<uuid:entry_id>/retry/", my_day.retry, name="time-retry"),
    path("", include((sessions_patterns, "sessions"))),
]
