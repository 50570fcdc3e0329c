"""What happens around every request: its id, its log line and its headers."""

import logging
import time
import uuid
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from resolutionflow.errors import wrong_method
from resolutionflow.lib import logs
from resolutionflow.lib.ratelimit import LimitReached, hit, rule_of_writes, too_many
from resolutionflow.lib.text import has_controls
from resolutionflow.lib.waiting import measured

GetResponse = Callable[[HttpRequest], HttpResponseBase]

access_log = logging.getLogger("resolutionflow.access")

_READING = ("GET", "HEAD", "OPTIONS")


class RequestIdMiddleware:
    """Gives every request an id, one line in the log, and the time that it took.

    The id is ours alone: one from outside could forge or flood the log. Of the time, `psa`
    was waited for the PSA's server and `app` is our own, in milliseconds.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Tag the context for the logs, and the answer for support questions."""
        with logs.request_context(uuid.uuid4().hex[:12]) as request_id, measured() as waited:
            started = time.perf_counter()
            response = self.get_response(request)
            total, psa = (time.perf_counter() - started) * 1000, waited.seconds * 1000
            self._write(request, response, total, psa)
            response["X-Request-ID"] = request_id
            response["Server-Timing"] = f"psa;dur={psa:.1f}, app;dur={total - psa:.1f}"
            return response

    def _write(
        self, request: HttpRequest, response: HttpResponseBase, total: float, psa: float
    ) -> None:
        access_log.info(
            "request",
            extra={
                "method": request.method,
                # The name and not the address, which may hold what people searched for.
                "route": logs.route_of(request),
                "status": response.status_code,
                "ms": round(total, 1),
                "psa_ms": round(psa, 1),
            },
        )


class BadPathMiddleware:
    """Refuses paths with control characters, before a view asks the database for one.

    PostgreSQL raises an error for a NUL in whatever it is asked for. Parameters are not touched:
    the fields of forms refuse such characters, and say so.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 400 to such a path."""
        if has_controls(request.path_info):
            raise BadRequest("a control character in the path")
        return self.get_response(request)


class HeadersMiddleware:
    """Headers that every page carries and Django has no setting for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Keep pages out of every cache (Back after a log-out shows nothing) and of frames.

        Where the address holds a token or words, what the page loads and leads to is told the
        origin only. Not `no-referrer`: forms would then be sent with `Origin: null`, which the
        protection against forged requests refuses.
        """
        response = self.get_response(request)
        if request.META.get("QUERY_STRING") or _holds_token(request):
            response.setdefault("Referrer-Policy", "strict-origin")
        response.setdefault("Cache-Control", "no-store, private")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy",
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        )
        return response


def _holds_token(request: HttpRequest) -> bool:
    return request.resolver_match is not None and "token" in request.resolver_match.kwargs


class WrongMethodMiddleware:
    """Gives people a page where Django's answer to a wrong method is an empty one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Replace the answer, but keep saying which methods are allowed."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.method != "GET":
            return response
        page = wrong_method(request)
        page["Allow"] = response["Allow"]
        return page


class LimitReachedMiddleware:
    """Answers 429 where a view charges a limit that is used up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say how long to wait."""
        if not isinstance(exception, LimitReached):
            return None
        return too_many(request, exception.seconds)


class WriteLimitMiddleware:
    """Counts whatever a person sends that may write, and answers 429 where that is too much.

    A guard against scripts: the limits are more than anybody sends by hand. It stands in front
    of every view, so that no route can be left out, and counts what is invalid as well. Who is
    not logged in is counted by the views that let them in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass through."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """Count the request under the rule of its view."""
        del view_args, view_kwargs
        rule = rule_of_writes(view_func)
        if request.method in _READING or rule is None or not request.user.is_authenticated:
            return None
        seconds = hit(rule, "user", str(request.user.pk))
        return too_many(request, seconds) if seconds else None
