"""A step's file: a picture that was made anew is shown, anything else is a download."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.permissions import Right
from resolutionflow.lib.answers import problem
from sessions_app.access import get_session
from sessions_app.files import store


@require_GET
def file(request: HttpRequest, session_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Answer with the file; `size=small` asks for a picture's thumbnail.

    A browser keeps it, and asks each time whether it may still show it.
    """
    session = get_session(request, session_id, Right.READ)
    found = get_object_or_404(session.files, pk=file_id)
    small = found.is_picture and request.GET.get("size") == "small"
    headers = {
        # Nothing in it runs, loads or is framed, whatever a browser takes it for.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        # The bytes of an id never change.
        "ETag": f'"{found.pk.hex}{"-small" if small else ""}"',
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    try:
        stored = store.open_stored(found, thumbnail=small)
    except store.FilesAway:
        sentence = "This file cannot be read right now. Try again in a moment."
        return problem(request, 502, sentence)
    return FileResponse(
        stored,
        as_attachment=not found.is_picture,
        filename=found.name,
        content_type=found.content_type,
        headers=headers,
    )
