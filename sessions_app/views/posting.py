"""Posting a note, and the history of what was posted."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import user_of
from accounts.permissions import Right
from psa.models import Post
from psa.note_form import UPDATE_TICKET, NoteForm
from psa.outbox import notes
from psa.outbox.content import InvalidContent
from psa.outbox.intent import NotRetryable, RequestReused
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from sessions_app import drafts, history, linking, note_files, note_time, posting
from sessions_app.access import get_session
from sessions_app.models import Draft, WorkSession
from sessions_app.views import page
from sessions_app.views.update_ticket import again, outgrown, refused, said


@require_POST
def post(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Post the note as it was approved. The draft is kept first, whatever happens then."""
    session = get_session(request, session_id, Right.WORK)
    user = user_of(request)
    drafts.try_to_save(user, session, Draft.Form.POST, note_files.sent_in(request.POST))
    form = NoteForm(UPDATE_TICKET, request.POST)
    if not form.is_valid():
        return refused(request, session, form)
    if not note_files.judge(form, session):
        return refused(request, session, form)
    connection = session.psa_connection
    if connection and not note_time.judge(form, session, user, connection):
        return refused(request, session, form)
    charge(request, "post")
    try:
        sent = posting.submit(session, user, form.cleaned_data)
    except posting.CannotPost as refusal:
        return said(request, session, 422, str(refusal))
    except posting.TicketChanged as changed:
        return again(request, session, str(changed), 409)
    except posting.Outgrown as news:
        return outgrown(request, session, str(news))
    except (RequestReused, InvalidContent) as refusal:
        return again(request, session, str(refusal), 422)
    return _outcome(request, session, history.Entry(sent))


@require_GET
def posts(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Show the session's post history."""
    session = get_session(request, session_id, Right.READ)
    template = "sessions_app/_posts.html" if is_htmx(request) else "sessions_app/posts.html"
    context = {"session": session, "page_number": page.id_of(request, "page") or 1}
    return render(request, template, context)


@require_GET
def post_row(request: HttpRequest, session_id: UUID, post_id: UUID) -> HttpResponseBase:
    """Show one row of the history; a row that waits asks for itself again and again.

    With `text` it is the post's text alone, which a row has no room for where it is long.
    """
    session = get_session(request, session_id, Right.READ)
    entry = history.Entry(_post_of(session, post_id))
    if "text" in request.GET:
        return HttpResponse(entry.post.content, content_type="text/plain; charset=utf-8")
    if not is_htmx(request):
        return redirect("sessions:posts", session_id=session.pk)
    context = {"session": session, "entry": entry, "settled": not entry.is_pending}
    return render(request, "sessions_app/_post_row_answer.html", context)


@require_POST
def retry(request: HttpRequest, session_id: UUID, post_id: UUID) -> HttpResponseBase:
    """Send a failed note again, or try only what went with it (`part`)."""
    session = get_session(request, session_id, Right.WORK)
    failed = _post_of(session, post_id)
    part = request.POST.get("part", "")
    if part not in notes.RETRIES:
        sentence = "Choose what to retry: the note, the status, the time or the files."
        return said(request, session, 422, sentence)
    charge(request, "post")
    try:
        sent = posting.retry(session, user_of(request), failed, part)
    except NotRetryable as refusal:
        return said(request, session, 409, str(refusal))
    return _retried(request, session, history.Entry(sent))


# --- Answers -------------------------------------------------------------------------


def _outcome(request: HttpRequest, session: WorkSession, entry: history.Entry) -> HttpResponse:
    """Answer how the post stands: the dialog again if it was not posted, else the history."""
    status = entry.http_status
    if status == 409:
        return again(request, session, entry.post.error, status, entry=entry)
    if status == 502:
        return again(request, session, entry.post.error, status, entry=entry, retry=True)
    template = "_post_answer.html" if is_htmx(request) else "posted.html"
    context = {"session": session, "entry": entry, "web_url": linking.web_url(session)}
    return render(request, f"sessions_app/{template}", context, status=status)


def _retried(request: HttpRequest, session: WorkSession, entry: history.Entry) -> HttpResponse:
    template = "_post_row_answer.html" if is_htmx(request) else "posted.html"
    context = {"session": session, "entry": entry, "settled": True}
    return render(request, f"sessions_app/{template}", context, status=entry.http_status)


def _post_of(session: WorkSession, post_id: UUID) -> Post:
    """Return the session's post, or raise Http404."""
    return get_object_or_404(Post, pk=post_id, session_post__session=session)
