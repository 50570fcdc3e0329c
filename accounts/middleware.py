"""Asks a super admin for an account where a page needs one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import AccountNotChosen
from resolutionflow.lib.htmx import page_of, redirect

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ChooseAccountMiddleware:
    """Turns AccountNotChosen into a visit to the page where one is chosen."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass through."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Send the person to choose, and back to this page afterwards."""
        if not isinstance(exception, AccountNotChosen):
            return None
        query = urlencode({"next": page_of(request)})
        return redirect(request, f"{reverse('accounts:choose')}?{query}")
