"""What people see when something is wrong: one sentence, as a page or a bar, never a trace."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from resolutionflow.lib.answers import problem
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.logs import request_id
from resolutionflow.lib.sizes import in_words


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense; as text, since nothing of it can be trusted.

    A form that is too large makes sense, and gets a page.
    """
    if isinstance(exception, RequestDataTooBig):
        most = in_words(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return problem(
            request,
            413,
            f"This form sends more than {most}, and nothing of it was taken. Shorten the text, "
            "then send it again: it still stands in the form, which Back shows.",
        )
    if isinstance(exception, TooManyFilesSent):
        return problem(
            request,
            413,
            f"This form sends more than {settings.DATA_UPLOAD_MAX_NUMBER_FILES} files, and nothing "
            "of it was taken. Send fewer at once: your text still stands in the form, which Back "
            "shows.",
        )
    del exception  # may repeat what was sent
    return HttpResponse(
        "This request is malformed. Go back, reload the page and try again.",
        status=400,
        content_type="text/plain",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody of the own account whose role does not allow it."""
    del exception
    return problem(
        request,
        403,
        "Your role does not allow this. Ask an owner or admin of your account if you need it.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is from before a log-in, or from elsewhere."""
    del reason
    return problem(
        request, 403, "This page was open too long to be trusted. Reload it and try again."
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what does not exist, and for what belongs to somebody else, the same."""
    del exception
    return problem(
        request, 404, "There is nothing here. It may have been removed, or the address is wrong."
    )


def wrong_method(request: HttpRequest) -> HttpResponse:
    """Answer who comes to an address that only takes forms: after a log-in, or by a bookmark."""
    return problem(
        request,
        405,
        "This address takes a form and shows nothing by itself. Nothing was sent or changed: go "
        "back to the page of the form, and send it again.",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Answer after an error of ours, without the database, the log-in or anything else."""
    message = (
        "Something broke on our side. Try again; if it happens again, "
        f"tell your administrator this number: {request_id.get()}."
    )
    template = "components/error_bar.html" if is_htmx(request) else "500.html"
    return HttpResponse(render_to_string(template, {"message": message}), status=500)
