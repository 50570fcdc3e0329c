"""The first page: what waits for the person who logged in."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import requires, user_of
from accounts.permissions import Right
from sessions_app import listing

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
    }
    return render(request, "sessions_app/dashboard.html", context)
