"""Autosave: what a form holds, sent while somebody types."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from accounts.access import requires, user_of
from accounts.permissions import Right
from resolutionflow.lib.answers import problem
from resolutionflow.lib.ratelimit import writes_as
from sessions_app import clock, drafts, note_files
from sessions_app.access import get_session
from sessions_app.models import Draft, WorkSession


@writes_as("draft")
@require_POST
def save(request: HttpRequest, session_id: UUID, form: str) -> HttpResponseBase:
    """Keep the text of a form on the session's page."""
    session = get_session(request, session_id, Right.WORK)
    if not drafts.is_known(session, form):
        raise Http404
    return _save(request, session, form)


@writes_as("draft")
@require_POST
@requires(Right.WORK)
def save_own(request: HttpRequest, form: str) -> HttpResponseBase:
    """Keep the text of a form that belongs to no session yet."""
    if form != Draft.Form.SESSION and not drafts.is_ticket(form):
        raise Http404
    return _save(request, None, form)


def _save(request: HttpRequest, session: WorkSession | None, form: str) -> HttpResponseBase:
    """Answer 204, or 413 with a sentence that the form shows where it says how its draft stands."""
    if session is not None:
        clock.note(session)  # Who types works.
    try:
        drafts.save(user_of(request), session, form, note_files.sent_in(request.POST))
    except drafts.NotKept as refusal:
        return problem(request, 413, refusal.sentence)
    return HttpResponse(status=204)
