"""Asks for a log-in everywhere, and a super admin for an account where a page needs one."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware as BaseLoginRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.access import AccountNotChosen
from accounts.log_ins import note_use
from accounts.models import User
from accounts.views.entrance import ask_to_log_in, is_from_another_persons_page
from resolutionflow.lib import logs
from resolutionflow.lib.htmx import is_htmx, page_of, redirect
from resolutionflow.lib.zones import zone_of

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
    """Log-in everywhere; htmx is asked for it in a dialog, so that what was typed stays."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """Let people in who are logged in, and have the logs name them."""
        if getattr(view_func, "login_required", True) and request.user.is_authenticated:
            if is_from_another_persons_page(request):
                return ask_to_log_in(request)
            logs.name_person(request.user.pk, getattr(request.user, "account_id", None))
            note_use(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # htmx is not redirected
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Ask htmx in a dialog; redirect others, coming back to the page the person was on."""
        if is_htmx(request):
            return ask_to_log_in(request)
        login = resolve_url(self.get_login_url(view_func))
        return redirect_to_login(page_of(request), login)


class TimeZoneMiddleware:
    """Shows a person the times of their own zone; files that are sent later are in UTC."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """End with the answer what `process_view` begins."""
        with timezone.override(None):
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> None:
        """Take the zone of who is logged in, for views that know it anyway."""
        del view_args, view_kwargs
        if getattr(view_func, "login_required", True) and isinstance(request.user, User):
            timezone.activate(zone_of(request.user.time_zone))
