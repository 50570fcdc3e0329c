"""The Update Ticket dialog: which text it opens with, and how it comes back after it was sent."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import user_of
from accounts.permissions import Right
from psa.note_form import UPDATE_TICKET, NoteForm
from psa.outbox.content import LONG
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ids import uuid_of
from sessions_app import drafts, linking, note_dialog, note_identity, note_start, note_time, posting
from sessions_app.access import get_session
from sessions_app.drafts import NotKept
from sessions_app.models import Draft, WorkSession
from sessions_app.note_dialog import Shown
from sessions_app.note_start import Asked
from sessions_app.views import page


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
    asked, anew = Asked.of(request.GET.dict()), "fresh" in request.GET
    values = note_start.start_with(session, user_of(request), asked, mending=failed, anew=anew)
    time = note_time.section(session, user_of(request), connection, shown)
    values = note_time.begun(session, time, values)
    form = NoteForm(UPDATE_TICKET, initial=values)
    return dialog(request, session, shown, form, time=time, problem=shown.problem)


@require_POST
def text(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Answer with the dialog and another text, as it was chosen in it; the one before is kept."""
    session = get_session(request, session_id, Right.WORK)
    try:
        connection = posting.check(session)
    except posting.CannotPost as refusal:
        return said(request, session, 422, str(refusal))
    sent = request.POST.dict()
    shown = note_dialog.as_before(session, connection, sent)
    try:
        _keep(request, session, sent)
    except NotKept as refusal:
        form = NoteForm(UPDATE_TICKET, initial=sent)
        return dialog(request, session, shown, form, status=413, problem=refusal.sentence)
    values = note_start.start_with(session, user_of(request), Asked.of(sent)) | note_time.sent(sent)
    values["replaces"] = note_identity.mendable(session, sent.get("replaces")) and sent["replaces"]
    return dialog(request, session, shown, NoteForm(UPDATE_TICKET, initial=values))


def _keep(request: HttpRequest, session: WorkSession, sent: dict[str, str]) -> None:
    """Keep the text under the note type that it was written for; raises NotKept."""
    if note_start.is_untouched(session, sent):
        return
    written_for = note_start.origin_in(sent).choice.note_type
    drafts.save(user_of(request), session, Draft.Form.POST, sent | {"note_type": written_for})


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
    sent = request.POST.dict()
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
    sent = request.POST.dict()
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
    values = _told_by(form)
    connection = posting.check(session)
    context = {
        "session": session,
        "connection": connection,
        "time": time or note_time.section(session, user_of(request), connection, shown),
        "form": form,
        "shown": shown,
        "web_url": linking.web_url(session),
        "restored": form.initial.get("restored", False),
        "news": note_start.news(session, values) if uuid_of(values["request_id"]) else "",
        "is_short": form.initial.get("is_short", False),
        "left_out": form.initial.get("left_out", 0),
        "long": LONG,
        **more,
    }
    return render(request, "sessions_app/update_ticket.html", context, status=status)


def _told_by(form: NoteForm) -> dict[str, Any]:
    """Return what a form, sent or not, tells of the text that it opened with."""
    return {
        name: form[name].value() for name in ("request_id", "begun_from", "note_type", "content")
    }


def said(request: HttpRequest, session: WorkSession, status: int, sentence: str) -> HttpResponse:
    """Answer with one sentence: a bar for htmx, above the session's page otherwise."""
    if not is_htmx(request):
        return page.show(request, session, status=status, problem=sentence)
    return render(request, "components/error_bar.html", {"message": sentence}, status=status)
