"""What happens around every request: its id, and that people must be logged in."""

import uuid
from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware as BaseLoginRequired
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

from resolutionflow.lib.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Gives every request an id that its log lines and its answer carry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Tag the context for the logs, and the answer for support questions."""
        token = request_id.set(uuid.uuid4().hex[:12])
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class LoginRequiredMiddleware(BaseLoginRequired):
    """Log-in everywhere; htmx is sent to the log-in page as a whole page, not a fragment."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Redirect to the log-in, coming back to the page the person was on."""
        htmx = getattr(request, "htmx", None)
        if not htmx:
            response: HttpResponse = super().handle_no_permission(request, view_func)
            return response
        back = htmx.current_url_abs_path or "/"
        login = self.get_login_url(view_func)
        from django.contrib.auth.views import redirect_to_login

        return HttpResponseClientRedirect(redirect_to_login(back, login).url)
