"""The integrations page: one address, whose `tab` says which of its tabs to show."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.permissions import Right
from psa.views import connection, members, posts

_TABS: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "connection": connection.tab,
    "members": members.tab,
    "posts": posts.tab,
}


@require_GET
@requires(Right.ADMINISTER)
def integrations(request: HttpRequest) -> HttpResponseBase:
    """Answer with the tab that the address names; the connection where it names none."""
    return _TABS.get(request.GET.get("tab", ""), connection.tab)(request)
