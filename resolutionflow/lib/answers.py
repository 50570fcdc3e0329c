"""An answer that says what went wrong: a bar for htmx, a page for everybody else."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from resolutionflow.lib.htmx import is_htmx


def problem(
    request: HttpRequest, status: int, message: str, extra: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer with `<status>.html`, or the error bar for htmx.

    `message` is one sentence for people: what happened and what to do next.
    """
    template = "components/error_bar.html" if is_htmx(request) else f"{status}.html"
    return render(request, template, {"message": message, **(extra or {})}, status=status)
