"""Turns a missing PSA, or a failure of one, below a view into a status and words for people."""

import logging
import math
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import User
from psa.access import NotConnected
from psa.providers.errors import OverCapacity, PsaError, RateLimited
from psa.telling import sentence_for

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)


class PsaErrorMiddleware:
    """Views do not catch PSA errors; this does, once.

    Only where an address promises another meaning (a ticket that does not exist is 404
    when it is being linked) does the view catch that one error itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 429 to a PSA that wants a pause, 502 to every other failure.

        Without a connection the answer is a page that says how to get one, and no error.
        """
        if isinstance(exception, NotConnected):
            return render(request, "psa/unconnected.html")
        if not isinstance(exception, PsaError):
            return None
        # The class and our sentence; never the PSA's words, which may hold customers' data.
        logger.warning("PSA failure: %s: %s", type(exception).__name__, exception.sentence)
        sentence = exception.sentence
        if isinstance(request.user, User):
            sentence = sentence_for(request.user, exception)
        if isinstance(exception, RateLimited):
            answer = _error(request, sentence, 429)
        else:
            is_ours = isinstance(exception, OverCapacity)
            answer = _error(request, sentence, 502, is_ours=is_ours)
        if isinstance(exception, RateLimited) or exception.retry_after:
            answer["Retry-After"] = str(math.ceil(exception.retry_after))
        return answer


def _error(
    request: HttpRequest, sentence: str, status: int, *, is_ours: bool = False
) -> HttpResponse:
    """Return an error bar for htmx, and a page otherwise; only what is safe offers a retry."""
    htmx = getattr(request, "htmx", False)
    template = "components/error_bar.html" if htmx else f"{status}.html"
    retry_url = request.get_full_path() if request.method == "GET" else ""
    context = {"message": sentence, "retry_url": retry_url, "is_ours": is_ours}
    return render(request, template, context, status=status)
