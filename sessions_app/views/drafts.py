"""Autosave: what a form holds, sent while somebody types."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from accounts.access import requires, user_of
from accounts.permissions import Right
from sessions_app import drafts
from sessions_app.access import get_session
from sessions_app.models import Draft


@require_POST
def save(request: HttpRequest, session_id: UUID, form: str) -> HttpResponseBase:
    """Keep the text of a form on the session's page."""
    session = get_session(request, session_id, Right.WORK)
    if not drafts.is_known(form):
        raise Http404
    drafts.save(user_of(request), session, form, request.POST.dict())
    return HttpResponse(status=204)


@require_POST
@requires(Right.WORK)
def save_own(request: HttpRequest, form: str) -> HttpResponseBase:
    """Keep the text of a form that belongs to no session yet."""
    if form != Draft.Form.SESSION and not drafts.is_ticket(form):
        raise Http404
    drafts.save(user_of(request), None, form, request.POST.dict())
    return HttpResponse(status=204)
