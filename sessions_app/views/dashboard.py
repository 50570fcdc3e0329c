"""The first page: what waits for the person who logged in."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import account_of, requires, user_of
from accounts.models import User
from accounts.permissions import Right, may
from psa.access import stored_connection
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from sessions_app import listing, my_day
from tickets import queue
from tickets.creation_state import Standing, that_need

SHOWN = 8


@require_GET
@requires(Right.READ)
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """Show my open sessions, and the posts that need me. Never waits for the PSA."""
    user = user_of(request)
    sessions = listing.open_sessions_of(user)
    context = {
        "sessions": sessions[:SHOWN],
        "session_count": sessions.count(),
        "posts": listing.posts_that_need(user)[:SHOWN],
        "creations": [Standing(row) for row in that_need(user)[:SHOWN]],
        "standing": _standing(user),
        "today": my_day.of(user, timezone.localdate()) if _works(user) else None,
    }
    return render(request, "sessions_app/dashboard.html", context)


@require_GET
@requires(Right.WORK)
def my_queue(request: HttpRequest) -> HttpResponseBase:
    """Show the tickets that wait for me: a region of the dashboard, and a page of its own."""
    user, connection = user_of(request), stored_connection(account_of(request))
    standing = queue.standing(user, connection)
    mine = None
    if connection and standing == queue.Standing.READY:
        charge(request, "queue")
        mine = queue.of(user, connection)
    template = "sessions_app/_queue.html" if is_htmx(request) else "sessions_app/queue.html"
    return render(request, template, {"standing": standing, "queue": mine})


def _works(user: User) -> bool:
    """Return whether the person has work of their own here, by their role."""
    return user.account is not None and may(user, Right.WORK)


def _standing(user: User) -> queue.Standing | None:
    """Return how the dashboard's queue stands; None for people who have none by their role."""
    if user.account is None or not _works(user):
        return None
    return queue.standing(user, stored_connection(user.account))
