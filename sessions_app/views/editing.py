"""Giving a posted note another text: by its author, from the session's posts."""

from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.access import user_of
from accounts.permissions import Right
from psa.history.entry import EditEntry, Entry
from psa.models import Post
from psa.outbox import worker
from psa.outbox.content import InvalidContent
from psa.outbox.intent import RequestReused
from psa.outbox.kinds import NOTE_EDIT, note_edit
from psa.outbox.kinds.note_edit import EditIntent, NotEditable
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from sessions_app import linking
from sessions_app.access import get_session
from sessions_app.models import WorkSession
from sessions_app.note_forms import EditNoteForm


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, session_id: UUID, post_id: UUID) -> HttpResponseBase:
    """GET: the note's text in a form. POST: save it through the outbox, and say how it stands."""
    session = get_session(request, session_id, Right.WORK)
    posts = Post.objects.select_related("connection").filter(session_post__session=session)
    post = get_object_or_404(posts, pk=post_id)
    if post.posted_by_id != user_of(request).pk:
        raise PermissionDenied
    if request.method == "POST":
        return _save(request, session, post)
    try:
        note_edit.check(post)
    except NotEditable as refusal:
        return _dialog(request, session, post, None, status=409, problem=str(refusal))
    return _dialog(request, session, post, EditNoteForm(initial=_begun(post)))


def _save(request: HttpRequest, session: WorkSession, post: Post) -> HttpResponse:
    form = EditNoteForm(request.POST)
    if not form.is_valid():
        said = " ".join(str(error) for name in _HIDDEN for error in form.errors.get(name, ()))
        return _dialog(request, session, post, form, status=422, problem=said)
    charge(request, "post")
    try:
        saved, is_new = note_edit.queue(
            EditIntent(post=post, author=user_of(request), **form.cleaned_data)
        )
    except NotEditable as refusal:
        return _again(request, session, post, 409, str(refusal))
    except (InvalidContent, RequestReused) as refusal:
        return _again(request, session, post, 422, str(refusal))
    if is_new:
        worker.deliver(NOTE_EDIT, saved.pk, at_once=True)
        saved.refresh_from_db()
    return _outcome(request, session, post, EditEntry(saved))


_HIDDEN = ("seen", "request_id")


def _begun(post: Post) -> dict[str, Any]:
    """Return what the form opens with: two tabs get one id, so that one text is saved once."""
    shown = note_edit.current(post)
    request_id = uuid5(shown.row_id, str(post.edits.count()))
    return {"content": shown.text, "seen": shown.row_id, "request_id": request_id}


def _outcome(
    request: HttpRequest, session: WorkSession, post: Post, entry: EditEntry
) -> HttpResponse:
    """Answer how the edit stands: the form again if it was not saved, else the history."""
    status = entry.http_status
    if status in (409, 502):
        found = entry.edit.found_content
        return _again(request, session, post, status, entry.sentence, entry=entry, found=found)
    template = "_post_answer.html" if is_htmx(request) else "posted.html"
    shown = entry if is_htmx(request) else Entry(post)
    context = {"session": session, "entry": shown, "web_url": linking.web_url(session)}
    return render(request, f"sessions_app/{template}", context | {"post": post}, status=status)


def _again(
    request: HttpRequest, session: WorkSession, post: Post, status: int, said: str, **more: Any
) -> HttpResponse:
    """Answer with the form as it would open now, the text kept."""
    form = EditNoteForm(initial=_begun(post) | {"content": request.POST["content"]})
    return _dialog(request, session, post, form, status=status, problem=said, **more)


def _dialog(
    request: HttpRequest,
    session: WorkSession,
    post: Post,
    form: EditNoteForm | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    web_url = linking.web_url(session)
    context = {"session": session, "post": post, "form": form, "web_url": web_url, **more}
    context["seen_by"] = Entry(post).seen_by
    return render(request, "sessions_app/edit_note.html", context, status=status)
