"""The session's page as a whole, and the fragments by which it is kept up to date."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import user_of
from accounts.permissions import Right, may
from sessions_app import drafts, export, lifecycle, record
from sessions_app.forms import CompleteForm, EditStepForm, StepForm
from sessions_app.models import Draft, Step, WorkSession


def show(
    request: HttpRequest,
    session: WorkSession,
    *,
    status: int = 200,
    problem: str = "",
    **forms: Any,
) -> HttpResponse:
    """Answer with the session's page.

    `problem` is a sentence for the bar above it; `forms` are `composer` and `complete_form`
    as they were sent, where they did not hold.
    """
    steps = lifecycle.steps_of(session)
    context = {
        "session": session,
        "rows": [(step, None) for step in steps],
        "record": _record(session, steps),
        "formats": export.FORMATS.values(),
        "problem": problem,
    }
    if may(user_of(request), Right.WORK):
        context |= _work(request, session, steps) | forms
    return render(request, "sessions_app/detail.html", context, status=status)


def fragment(
    request: HttpRequest, session: WorkSession, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Answer with one row of the steps, and the record as it reads now.

    No other row is touched: one of them may be an editor with unsaved text.
    """
    steps = lifecycle.steps_of(session)
    context |= {"session": session, "row": template, "record": _record(session, steps)}
    return render(request, "sessions_app/_step_answer.html", context)


def reordered(request: HttpRequest, session: WorkSession, step: Step) -> HttpResponse:
    """Answer with the new order, in which the page's script puts the rows that stand there."""
    order = [row.pk for row in lifecycle.steps_of(session)]
    place = order.index(step.pk) + 1 if step.pk in order else 0
    context = {"said": f"Step {place} of {len(order)}: {step.title}"}
    response = fragment(request, session, "", context)
    response["HX-Trigger"] = json.dumps({"steps-order": {"ids": order}})
    return response


def anchor(session: WorkSession, step: Step | None = None) -> str:
    """Return the page's address at the step, or at the form for the next one."""
    place = f"step-{step.pk}" if step else "composer"
    return f"{reverse('sessions:detail', args=[session.pk])}#{place}"


def _work(request: HttpRequest, session: WorkSession, steps: list[Step]) -> dict[str, Any]:
    """Return the forms of somebody who may work the session, as they were left."""
    waiting = drafts.load_all(user_of(request), session)
    ended = {"resolution": session.resolution, "next_steps": session.next_steps}
    return {
        "rows": [(step, _editor(step, waiting) if session.is_open else None) for step in steps],
        "unsent": waiting.keys() - {Draft.Form.COMPLETE, Draft.Form.POST, Draft.Form.DETAILS},
        "composer": StepForm(initial=waiting.get(Draft.Form.STEP, {})),
        "complete_form": CompleteForm(initial=ended | waiting.get(Draft.Form.COMPLETE, {})),
        "completing": Draft.Form.COMPLETE in waiting,
        "removed": lifecycle.removed_steps_of(session),
    }


def _editor(step: Step, waiting: dict[str, dict[str, str]]) -> EditStepForm | None:
    """Return the editor of a step whose text was changed but not saved."""
    text = waiting.get(drafts.edit_form(step.pk))
    return EditStepForm.of(step, waiting=text) if text else None


def _record(session: WorkSession, steps: list[Step]) -> str:
    return export.render(record.document_of(session, steps), "psa")
