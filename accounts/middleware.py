"""Asks for a log-in everywhere, and a super admin for an account where a page needs one."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware as BaseLoginRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import AccountNotChosen
from accounts.log_ins import note_use
from resolutionflow.lib import htmx, logs
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


class LoginRequiredMiddleware(BaseLoginRequired):
    """Log-in everywhere; htmx is sent to the log-in page as a whole page, not a fragment."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """Let people in who are logged in, and have the logs name them."""
        if getattr(view_func, "login_required", True) and request.user.is_authenticated:
            logs.name_person(request.user.pk, getattr(request.user, "account_id", None))
            note_use(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # htmx is redirected by a 200
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Redirect to the log-in, coming back to the page the person was on."""
        login = resolve_url(self.get_login_url(view_func))
        return htmx.redirect(request, redirect_to_login(htmx.page_of(request), login).url)
