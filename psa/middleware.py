"""Turns a PSA failure anywhere below a view into a status and a sentence for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from psa.providers.errors import PsaError

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PsaErrorMiddleware:
    """Views do not catch PSA errors; this does, once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 502 with an error bar for htmx, and a page otherwise."""
        if not isinstance(exception, PsaError):
            return None
        htmx = getattr(request, "htmx", False)
        template = "components/error_bar.html" if htmx else "502.html"
        return render(request, template, {"message": exception.sentence}, status=502)
