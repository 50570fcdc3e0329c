"""The Update Ticket dialog: which text it opens with, and how it comes back after it was sent."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import user_of
from accounts.models import User
from accounts.permissions import Right
from psa.history import difference
from psa.note_form import UPDATE_TICKET, NoteForm
from psa.outbox.content import LONG
from resolutionflow.lib.htmx import is_htmx
from sessions_app import (
    drafts,
    linking,
    note_dialog,
    note_files,
    note_identity,
    note_start,
    note_time,
    posting,
    snippets,
)
from sessions_app.access import get_session
from sessions_app.drafts import NotKept
from sessions_app.models import Draft, WorkSession
from sessions_app.note_dialog import Shown
from sessions_app.note_start import Asked
from sessions_app.views import page
from tickets import markdown


@require_GET
def preview(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Open the dialog: the note to approve, its type, the ticket's statuses."""
    session = get_session(request, session_id, Right.WORK)
    try:
        connection = posting.check(session)
    except posting.CannotPost as refusal:
        return said(request, session, 422, str(refusal))
    shown = note_dialog.read(session, connection)
    failed = note_identity.mendable(session, request.GET.get("post", ""))
    asked, anew = Asked.of(session, request.GET.dict()), "fresh" in request.GET
    values = note_start.start_with(session, user_of(request), asked, mending=failed, anew=anew)
    time = note_time.section(session, user_of(request), connection, shown)
    values = note_time.begun(session, time, values)
    if "update_status_id" not in values:
        values["update_status_id"] = note_dialog.closing_status(session, shown)
    form = NoteForm(UPDATE_TICKET, initial=values)
    return dialog(request, session, shown, form, time=time, problem=shown.problem)


@require_POST
def text(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Answer with the dialog after something was done in it; posts nothing, and loses no word.

    `do` is preview, add (what is new), anew (start again), difference or insert (a snippet);
    without it another text was chosen: a note type, a template, a scope.
    """
    session = get_session(request, session_id, Right.WORK)
    try:
        connection = posting.check(session)
    except posting.CannotPost as refusal:
        return said(request, session, 422, str(refusal))
    sent = note_files.sent_in(request.POST)
    shown = note_dialog.as_before(session, connection, sent)
    try:
        values, more = _done(session, user_of(request), sent)
    except NotKept as refusal:
        form = NoteForm(UPDATE_TICKET, initial=sent)
        return dialog(request, session, shown, form, status=413, problem=refusal.sentence)
    form = NoteForm(UPDATE_TICKET, initial=values | note_time.sent(sent))
    if "do" not in sent:
        # The focus stays on what was chosen: arrows go on from there.
        form.fields["content"].widget.attrs.pop("data-autofocus")
    return dialog(request, session, shown, form, **more)


def _done(
    session: WorkSession, user: User, sent: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of the form that comes back, and what else its dialog shows."""
    kept = {name: sent[name] for name in ("confirm_visible", "confirm_merged") if name in sent}
    match sent.get("do", ""):
        case "preview":
            shown = {"rendered": markdown.render(sent.get("content", "")), "is_preview": True}
            return note_identity.renewed(session, user, dict(sent)), shown
        case "difference":
            values = note_identity.renewed(session, user, dict(sent))
            current = note_start.now(session, values).content
            lines = difference.between(str(values.get("content", "")), current)
            return values, {"difference": lines, "is_compared": True}
        case "add":
            values = note_start.with_news(session, user, dict(sent))
            drafts.save(user, session, Draft.Form.POST, _as_texts(values))
            return values, {}
        case "insert":
            values, inserted = snippets.inserted(session, user, sent)
            drafts.save(user, session, Draft.Form.POST, _as_texts(values))
            return values | kept, {"inserted": inserted}
        case "anew":
            _keep(session, user, sent)
            values = note_identity.renewed(session, user, dict(sent))
            choice = note_start.origin_in(values).choice
            values |= note_start.begun(session, choice, values)
            return {name: value for name, value in values.items() if name not in kept}, {}
    return _chosen(session, user, sent), {}


def _chosen(session: WorkSession, user: User, sent: dict[str, str]) -> dict[str, Any]:
    """Return the text that was chosen; one that somebody edited stays under its note type."""
    _keep(session, user, sent)
    asked, names = Asked.of(session, sent), (*note_start.BESIDE_THE_TEXT, "files")
    if asked.note_type != note_start.origin_in(dict(sent)).choice.note_type:
        # What was chosen beside it belongs to the text from before, and to its reader.
        asked, names = Asked(note_type=asked.note_type), note_start.BESIDE_THE_TEXT
    values = note_start.start_with(session, user, asked)
    beside = {name: sent[name] for name in names if name in sent}
    replaced = note_identity.mendable(session, sent.get("replaces"))
    return {**values, **beside, "replaces": replaced and replaced.pk}


def _keep(session: WorkSession, user: User, sent: dict[str, str]) -> None:
    """Keep an edited text under the note type that it was written for; raises NotKept."""
    if note_start.is_untouched(session, dict(sent)):
        return
    written_for = note_start.origin_in(dict(sent)).choice.note_type
    drafts.save(user, session, Draft.Form.POST, sent | {"note_type": written_for})


def _as_texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}


# --- How it comes back ---------------------------------------------------------------


def refused(request: HttpRequest, session: WorkSession, form: NoteForm) -> HttpResponse:
    """Answer 422 with the form as it was sent and what to mend; asks the PSA for nothing."""
    try:
        connection = posting.check(session)
    except posting.CannotPost as refusal:
        return said(request, session, 422, str(refusal))
    shown = note_dialog.as_before(session, connection, request.POST.dict())
    return dialog(request, session, shown, form, status=422, problem=form.unseen)


def outgrown(request: HttpRequest, session: WorkSession, news: str) -> HttpResponse:
    """Answer 409: the record is newer than the text. The form that comes back posts.

    A text that nobody changed is replaced by the one that the record makes now.
    """
    sent = note_files.sent_in(request.POST)
    values = note_identity.renewed(session, user_of(request), sent)
    if note_start.is_untouched(session, sent):
        choice = note_start.origin_in(sent).choice
        values |= note_start.begun(session, choice, values)
        # Who confirmed that the customer may read it meant the text from before.
        values.pop("confirm_visible", None)
        sentence = f"{news} Nothing was posted. The new text stands here: read it, then post it."
    else:
        values["seen_record"] = posting.state_of(session, values)
        sentence = f"{news} Nothing was posted. Add what came, or post the text as it is."
    shown = note_dialog.as_before(session, posting.check(session), sent)
    form = NoteForm(UPDATE_TICKET, initial=values)
    return dialog(request, session, shown, form, status=409, problem=sentence)


def again(
    request: HttpRequest, session: WorkSession, sentence: str, status: int, **more: Any
) -> HttpResponse:
    """Answer with the dialog as it would open now, the text kept, ready to be posted anew."""
    connection = posting.check(session)
    sent = note_files.sent_in(request.POST)
    if status == 409:
        shown = note_dialog.read(session, connection)
    else:
        shown = note_dialog.as_before(session, connection, sent)
    values = note_identity.renewed(session, user_of(request), sent)
    form = NoteForm(UPDATE_TICKET, initial=values)
    return dialog(request, session, shown, form, status=status, problem=sentence, **more)


def dialog(
    request: HttpRequest,
    session: WorkSession,
    shown: Shown,
    form: NoteForm,
    status: int = 200,
    time: note_time.Section | None = None,
    **more: Any,
) -> HttpResponse:
    """Answer with the dialog around the form."""
    connection = posting.check(session)
    context = {
        "session": session,
        "connection": connection,
        "time": time or note_time.section(session, user_of(request), connection, shown),
        "files": note_files.section(session, connection, form),
        "form": form,
        "shown": shown,
        "web_url": linking.web_url(session),
        "restored": form.initial.get("restored", False),
        "is_short": form.initial.get("is_short", False),
        "left_out": form.initial.get("left_out", 0),
        "long": LONG,
        **note_dialog.about_text(
            session, _told_by(form), is_begun=form.initial.get("is_begun", False)
        ),
        "is_kept": form.initial.get("is_kept", False),
        **more,
    }
    return render(request, "sessions_app/update_ticket.html", context, status=status)


def _told_by(form: NoteForm) -> dict[str, Any]:
    """Return what a form, sent or not, tells of its text and what that was begun from."""
    names = ("request_id", "begun_from", "note_type", "content")
    return {name: str(form[name].value() or "") for name in names}


def said(request: HttpRequest, session: WorkSession, status: int, sentence: str) -> HttpResponse:
    """Answer with one sentence: a bar for htmx, above the session's page otherwise."""
    if not is_htmx(request):
        return page.show(request, session, status=status, problem=sentence)
    return render(request, "components/error_bar.html", {"message": sentence}, status=status)
