"""Steps: added, edited in place, moved, removed and brought back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from accounts.access import user_of
from accounts.permissions import Right
from resolutionflow.lib.answers import problem
from resolutionflow.lib.htmx import is_htmx
from sessions_app import drafts, lifecycle
from sessions_app.access import get_session
from sessions_app.files.kinds import NotTaken
from sessions_app.files.of_form import FormFiles
from sessions_app.files.store import FilesAway
from sessions_app.forms import EditStepForm, StepForm
from sessions_app.lifecycle import SessionClosed, StepChanged, StepRemoved
from sessions_app.models import Draft, Step, WorkSession
from sessions_app.sizes import SessionFull
from sessions_app.views import page

_KEPT = "This session is completed, so the step was not added. Reopen it: your text is kept."


@require_POST
def add(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Add a step at the end, and answer with its row and a fresh form."""
    session = get_session(request, session_id, Right.WORK)
    user = user_of(request)
    files = FormFiles(request)
    form = StepForm(files.texts)
    if not form.is_valid() or files.problem:
        return _composer_again(request, session, files)
    try:
        with files.kept(session) as stored:
            request_id = form.cleaned_data["request_id"]
            step = lifecycle.add_step(session, form.values(), request_id, stored)
    except SessionFull as full:
        return _composer_again(request, session, files, full.sentence)
    except (NotTaken, FilesAway) as refusal:
        files.refuse(refusal)
        return _composer_again(request, session, files)
    except SessionClosed:
        kept = drafts.try_to_save(user, session, Draft.Form.STEP, request.POST)
        return _closed(request, session, _KEPT if kept else SessionClosed.sentence)
    drafts.discard_step(user, session, request.POST.get("request_id", ""))
    if not is_htmx(request):
        return redirect(page.anchor(session))
    # The next step is often of the same kind.
    composer = StepForm(initial={"kind": step.kind})
    context = {"step": step, "composer": composer, "said": f"Step added: {step.title}"}
    return page.fragment(request, session, "sessions_app/_step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, session_id: UUID, step_id: int) -> HttpResponseBase:
    """Show the editor in the row's place; on POST write it and show the row again."""
    session, step = _get(request, session_id, step_id)
    user, draft = user_of(request), drafts.edit_form(step_id)
    if request.method != "POST":
        waiting = drafts.load(user, session, draft)
        return _editor(request, session, step, EditStepForm.of(step, waiting=waiting))
    if "cancel" in request.POST:
        drafts.discard(user, session, draft)
        return _row(request, session, step, "")
    return _save(request, session, step)


def _save(request: HttpRequest, session: WorkSession, step: Step) -> HttpResponseBase:
    """Write what the editor sent, and show the row again; or the editor, with what to mend."""
    user, draft = user_of(request), drafts.edit_form(step.pk)
    files = FormFiles(request)
    form = EditStepForm.of(step, files.texts)
    if not form.is_valid() or files.problem:
        return _editor_again(request, session, step, files)
    try:
        step = _edited(session, step, form, files)
    except SessionFull as full:
        return _editor_again(request, session, step, files, full.sentence)
    except (NotTaken, FilesAway) as refusal:
        files.refuse(refusal)
        return _editor_again(request, session, step, files)
    except SessionClosed as closed:
        return _editor(request, session, step, form, status=409, sentence=closed.sentence)
    except StepRemoved as removed:
        drafts.try_to_save(user, session, draft, request.POST)
        return _editor(request, session, step, form, status=409, sentence=removed.sentence)
    except StepChanged as changed:
        form = EditStepForm.again(changed.step, request.POST)
        return _editor(request, session, changed.step, form, status=409, sentence=changed.sentence)
    drafts.discard(user, session, draft)
    return _row(request, session, step, f"Saved: {step.title}")


def _edited(session: WorkSession, step: Step, form: EditStepForm, files: FormFiles) -> Step:
    """Write what a form that holds says; what it raises, `lifecycle.edit_step` says."""
    with files.kept(session, step) as stored:
        seen, gone = form.cleaned_data["seen"], files.taken_out
        return lifecycle.edit_step(step, form.values(), seen, stored, gone)


@require_POST
def move(request: HttpRequest, session_id: UUID, step_id: int) -> HttpResponseBase:
    """Move a step up or down by one."""
    session, step = _get(request, session_id, step_id)
    direction = request.POST.get("direction", "")
    if direction not in ("up", "down"):
        return page.show(request, session, status=422, problem="Choose up or down.")
    try:
        lifecycle.move_step(step, direction)
    except SessionClosed as closed:
        return _closed(request, session, closed.sentence)
    if not is_htmx(request):
        return redirect(page.anchor(session, step))
    return page.reordered(request, session, step, direction)


@require_POST
def remove(request: HttpRequest, session_id: UUID, step_id: int) -> HttpResponseBase:
    """Take a step out of the record; its row offers to undo that."""
    session, step = _get(request, session_id, step_id)
    try:
        lifecycle.remove_step(step)
    except SessionClosed as closed:
        return _closed(request, session, closed.sentence)
    if not is_htmx(request):
        return redirect(f"{session.get_absolute_url()}#removed")
    context = {"step": step, "said": f"Step removed: {step.title}. Undo brings it back."}
    return page.fragment(request, session, "sessions_app/_step_removed.html", context)


@require_POST
def restore(request: HttpRequest, session_id: UUID, step_id: int) -> HttpResponseBase:
    """Bring a removed step back to where it was."""
    session, step = _get(request, session_id, step_id)
    try:
        step = lifecycle.restore_step(step)
    except SessionClosed as closed:
        return _closed(request, session, closed.sentence)
    return _row(request, session, step, f"Step restored: {step.title}")


def _get(request: HttpRequest, session_id: UUID, step_id: int) -> tuple[WorkSession, Step]:
    """Return a step of a session that the person may work; Http404, PermissionDenied."""
    session = get_session(request, session_id, Right.WORK)
    step = get_object_or_404(session.steps.select_related("session"), pk=step_id)
    return session, step


def _row(request: HttpRequest, session: WorkSession, step: Step, said: str) -> HttpResponseBase:
    """Answer with the step's row; without htmx with the page, at the step."""
    if not is_htmx(request):
        return redirect(page.anchor(session, step))
    # The editor or the Undo button that had the focus is gone; its row takes it.
    context = {"step": step, "said": said, "focus": True}
    return page.fragment(request, session, "sessions_app/_step.html", context)


def _editor(
    request: HttpRequest,
    session: WorkSession,
    step: Step,
    form: EditStepForm,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    """Answer with the editor, holding what was typed, and what stands now where it differs."""
    template = "_step_editor.html" if is_htmx(request) else "step_edit.html"
    context = {"session": session, "step": step, "form": form, "problem": sentence}
    return render(request, f"sessions_app/{template}", context, status=status)


def _composer_again(
    request: HttpRequest, session: WorkSession, files: FormFiles, sentence: str = ""
) -> HttpResponse:
    """Answer with the form as it was typed and what to mend: 422, or what its files deserve."""
    form = files.shown_in(StepForm(request.POST))
    status = _wrong(form, files, sentence)
    if not is_htmx(request):
        return page.show(request, session, status=status, composer=form)
    context = {"session": session, "composer": form}
    response = render(request, "sessions_app/_composer.html", context, status=status)
    return retarget(reswap(response, "outerHTML"), "#composer")


def _editor_again(
    request: HttpRequest, session: WorkSession, step: Step, files: FormFiles, sentence: str = ""
) -> HttpResponse:
    """Answer with the editor as it was typed and what to mend."""
    form = files.shown_in(EditStepForm.of(step, request.POST))
    return _editor(request, session, step, form, status=_wrong(form, files, sentence))


def _wrong(form: StepForm, files: FormFiles, sentence: str) -> int:
    """Say in the form what is wrong with it as a whole, and return the status of that."""
    is_valid = form.is_valid()
    if sentence:
        form.add_error(None, sentence)
    return files.status if is_valid and files.problem else 422


def _closed(request: HttpRequest, session: WorkSession, sentence: str) -> HttpResponse:
    """Answer 409 with the sentence: above what is there, or with the page as it is now."""
    if is_htmx(request):
        return problem(request, 409, sentence)
    session.refresh_from_db()
    return page.show(request, session, status=409, problem=sentence)
