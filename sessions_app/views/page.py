"""The session's page as a whole, and the fragments by which it is kept up to date."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import user_of
from accounts.permissions import Right, may
from sessions_app import drafts, export, lifecycle, record, stretches, ticket_header, worked
from sessions_app.forms import CompleteForm, EditStepForm, StepForm
from sessions_app.models import Draft, Step, WorkSession
from sessions_app.stretches import Row
from sessions_app.worked import Worked
from sessions_app.worked_forms import WorkedForm

# Of removed steps the page offers the last ones; each that is restored makes room for another.
MOST_REMOVED = 50
# Beside a step that moved, the page is told the order of so many on either side.
_AROUND = 25

# A row as the templates show it: with an editor where the step's text was changed but not saved.
Shown = tuple[Row, EditStepForm | None]


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
    as they were sent, where they did not hold. Of the steps it shows the newest, and an older
    stretch where the address names one: up to `step`, or before `before`.
    """
    rows = stretches.newest(session, up_to=id_of(request, "step"), before=id_of(request, "before"))
    prefetch_related_objects([session], "intervals")
    time = worked.of(session)
    context = {
        "session": session,
        "ticket": ticket_header.of(session),
        "worked": time,
        "rows": [(row, None) for row in rows],
        "record": record.note_of(session),
        "formats": export.FORMATS.values(),
        "problem": problem,
    }
    if may(user_of(request), Right.WORK):
        context |= _work(request, session, rows, time) | forms
    return render(request, "sessions_app/detail.html", context, status=status)


def earlier(request: HttpRequest, session: WorkSession) -> HttpResponse:
    """Answer with the steps that stand in a gap; raises Http404 where there is no such gap."""
    rows = stretches.earlier(
        session, before=id_of(request, "before"), after=id_of(request, "after")
    )
    if not rows:
        raise Http404
    shown: list[Shown] = [(row, None) for row in rows]
    if may(user_of(request), Right.WORK):
        shown = _editors(rows, drafts.load_all(user_of(request), session, _edited(rows)), session)
    steps = [row for row in rows if isinstance(row, Step)]
    context = {"session": session, "rows": shown, "first": steps[0], "count": len(steps)}
    return render(request, "sessions_app/_steps_earlier.html", context)


def fragment(
    request: HttpRequest, session: WorkSession, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Answer with one row of the steps, and the record as it reads now.

    No other row is touched: one of them may be an editor with unsaved text.
    """
    context |= {"session": session, "row": template, "record": record.note_of(session)}
    return render(request, "sessions_app/_step_answer.html", context)


def reordered(
    request: HttpRequest, session: WorkSession, step: Step, direction: str
) -> HttpResponse:
    """Answer with the new order around the step, for the page's script to put its rows in.

    `past` is the step that it moved past, which the page may not show.
    """
    standing = session.steps.filter(removed_at=None)
    place = standing.values_list("position", flat=True).filter(pk=step.pk).first() or 0
    around = (place - _AROUND, place + _AROUND)
    order = list(standing.filter(position__range=around).values_list("pk", flat=True))
    index = order.index(step.pk) if step.pk in order else 0
    past = order[index + 1 :][:1] if direction == "up" else order[:index][-1:]
    said = f"Step {place} of {standing.count()}: {step.title}"
    response = fragment(request, session, "", {"said": said})
    news = {"ids": order, "moved": step.pk, "past": past}
    response["HX-Trigger"] = json.dumps({"steps-order": news})
    return response


def anchor(session: WorkSession, step: Step | None = None) -> str:
    """Return the page's address at the step, or at the form for the next one."""
    address = reverse("sessions:detail", args=[session.pk])
    return f"{address}?step={step.pk}#step-{step.pk}" if step else f"{address}#composer"


def _work(
    request: HttpRequest, session: WorkSession, rows: Sequence[Row], time: Worked
) -> dict[str, Any]:
    """Return the forms of somebody who may work the session, as they were left."""
    user = user_of(request)
    forms = {Draft.Form.STEP.value, Draft.Form.COMPLETE.value} | _edited(rows)
    waiting = drafts.load_all(user, session, forms)
    ended = {"resolution": session.resolution, "next_steps": session.next_steps}
    removed = lifecycle.removed_steps_of(session, MOST_REMOVED + 1)
    hours = {"worked_hours": time.hours, "measured_hours": time.hours}
    return {
        "rows": _editors(rows, waiting, session),
        "unsent": not session.is_open and drafts.any_of_steps(user, session),
        "composer": StepForm(initial=waiting.get(Draft.Form.STEP, {})),
        "complete_form": CompleteForm(initial=ended | waiting.get(Draft.Form.COMPLETE, {}) | hours),
        "worked_form": WorkedForm(initial=hours),
        "completing": Draft.Form.COMPLETE in waiting,
        "removed": removed[:MOST_REMOVED],
        "more_removed": len(removed) > MOST_REMOVED,
    }


def _edited(rows: Sequence[Row]) -> set[str]:
    """Return the names of the forms that edit these steps."""
    return {drafts.edit_form(row.pk) for row in rows if isinstance(row, Step)}


def _editors(
    rows: Sequence[Row], waiting: dict[str, dict[str, str]], session: WorkSession
) -> list[Shown]:
    """Return the rows, each step whose text was changed but not saved with its editor."""
    return [(row, _editor(row, waiting) if session.is_open else None) for row in rows]


def _editor(row: Row, waiting: dict[str, dict[str, str]]) -> EditStepForm | None:
    if not isinstance(row, Step):
        return None
    text = waiting.get(drafts.edit_form(row.pk))
    return EditStepForm.of(row, waiting=text) if text else None


def id_of(request: HttpRequest, name: str) -> int:
    """Return the id that the address has under this name, 0 where it has none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
