"""The record as a file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from accounts import security
from accounts.permissions import Right
from resolutionflow.lib.ratelimit import charge_person
from sessions_app import record
from sessions_app.access import get_session
from sessions_app.export import FORMATS
from sessions_app.views import page


@require_GET
def download(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Answer with the record in the wanted format, as a download."""
    session = get_session(request, session_id, Right.READ)
    wanted = FORMATS.get(request.GET.get("format", ""))
    if wanted is None:
        sentence = f"There is no such format. Choose one of {', '.join(FORMATS)}."
        return page.show(request, session, status=422, problem=sentence)
    charge_person(request, "export")
    name = wanted.filename(session.reference)
    security.exported(request, session.account, f"session {session.reference}", name)
    return HttpResponse(
        wanted.render(record.document_of(session, with_pictures=wanted.has_pictures)),
        content_type=wanted.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
