"""The gate to a session: whose it is, and what the person may do with it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts import access
from accounts.permissions import Right, may
from sessions_app.models import LONG_TEXTS, WorkSession


def get_session(request: HttpRequest, session_id: UUID, right: Right) -> WorkSession:
    """Return the session with its account, engineer and connection.

    Raises Http404 for another account's session (the same as for none), PermissionDenied in
    the own account without the right. Colleagues of an account work on each other's sessions.
    """
    sessions = WorkSession.objects.select_related("account", "engineer", "psa_connection")
    session = get_object_or_404(access.reachable(request, sessions), pk=session_id)
    if not may(access.user_of(request), right):
        raise PermissionDenied
    return session


def sessions_of(request: HttpRequest) -> QuerySet[WorkSession]:
    """Return the sessions that lists show to this person, each with its engineer."""
    sessions = WorkSession.objects.select_related("engineer").defer(*LONG_TEXTS)
    return access.scoped(request, sessions)
