"""The worked time of a session: its clock, its intervals and gaps, what a person says of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import user_of
from accounts.permissions import Right
from resolutionflow.lib.hours import of_decimal
from resolutionflow.lib.htmx import is_htmx
from sessions_app import clock, mending
from sessions_app import worked as reading
from sessions_app.access import get_session
from sessions_app.models import WorkSession
from sessions_app.views import page
from sessions_app.worked_forms import GapForm, IntervalForm, WorkedForm

PAGE_SIZE = 25
_CHANGED = "Changed. Notes and times that were posted stay as they are."


@require_http_methods(["GET", "HEAD", "POST"])
def worked(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """GET: the intervals. POST: count `worked_hours` instead, or `measured` what was measured."""
    session = get_session(request, session_id, Right.WORK)
    if request.method != "POST":
        return _show(request, session)
    if "measured" in request.POST:
        mending.mend_total(session, None, user_of(request))
        messages.success(request, _CHANGED)
        return redirect(session)
    form = WorkedForm(request.POST)
    if not form.is_valid():
        return _show(request, session, status=422, form=form)
    said = of_decimal(form.cleaned_data["worked_hours"])
    mending.mend_total(session, said, user_of(request))
    messages.success(
        request, "The worked hours are changed. Notes that were posted stay as they are."
    )
    return redirect(session)


@require_http_methods(["GET", "HEAD", "POST"])
def interval(
    request: HttpRequest, session_id: UUID, interval_id: int | None = None
) -> HttpResponseBase:
    """Mend one interval, without an id the last one, which may still run.

    POST `start` and `end`, or `remove`, or `restore`. An interval that another tab changed
    meanwhile is judged as it stands.
    """
    session = get_session(request, session_id, Right.WORK)
    span = _span(session, interval_id)
    form = IntervalForm(request.POST if request.method == "POST" else None, span=span)
    context = {"session": session, "span": span, "form": form}
    if request.method != "POST":
        return render(request, "sessions_app/interval.html", context)
    try:
        if "remove" in request.POST:
            mending.remove(session, interval_id, user_of(request))
        elif "restore" in request.POST:
            mending.restore(session, interval_id, user_of(request))
        elif form.is_valid():
            start, end = form.cleaned_data["start"], form.cleaned_data["end"]
            mending.change(session, interval_id, start, end, user_of(request))
        else:
            return render(request, "sessions_app/interval.html", context, status=422)
    except mending.NoSuchInterval:
        raise Http404 from None
    except mending.NotMended as refusal:
        if form.is_valid():
            form.add_error(refusal.field, refusal.sentence)
        else:
            context["problem"] = refusal.sentence
        return render(request, "sessions_app/interval.html", context, status=422)
    messages.success(request, _CHANGED)
    return redirect(session)


@require_POST
def pause(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Stop the session's clock until somebody goes on."""
    return _turn(request, get_session(request, session_id, Right.WORK), clock.pause)


@require_POST
def resume(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Have the session's clock run again."""
    return _turn(request, get_session(request, session_id, Right.WORK), clock.resume)


@require_POST
def gap(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Answer whether the gap that begins at `since` was worked: `answer` is yes or no."""
    session = get_session(request, session_id, Right.WORK)
    form = GapForm(request.POST)
    if not form.is_valid():
        return _show(request, session, status=422, problem="Say whether you worked then.")
    since, was_worked = form.cleaned_data["since"], form.cleaned_data["answer"] == GapForm.YES
    try:
        mending.answer(session, since, user_of(request), was_worked=was_worked)
    except mending.NotMended as refusal:
        return _show(request, session, status=422, problem=refusal.sentence)
    return _clock(request, session)


def _turn(request: HttpRequest, session: WorkSession, turn: Any) -> HttpResponseBase:
    try:
        turn(session)
    except clock.NotRunning as closed:
        if is_htmx(request):
            return render(
                request, "components/error_bar.html", {"message": closed.sentence}, status=409
            )
        return page.show(request, session, status=409, problem=closed.sentence)
    return _clock(request, session)


def _clock(request: HttpRequest, session: WorkSession) -> HttpResponseBase:
    """Answer with the session's clock as it stands, or lead back to the session's page."""
    if not is_htmx(request):
        return redirect(session)
    session.refresh_from_db()
    return render(request, "sessions_app/_clock.html", {"session": session})


@require_safe
def running(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Show the clock as it stands, for a page on which something was recorded meanwhile."""
    return _clock(request, get_session(request, session_id, Right.READ))


def _show(
    request: HttpRequest,
    session: WorkSession,
    *,
    status: int = 200,
    form: WorkedForm | None = None,
    problem: str = "",
) -> HttpResponseBase:
    time = reading.of(session)
    # What runs is the first of the list: the newest.
    known = sorted(
        [
            *(
                reading.Span(start=row.started_at, end=row.ended_at, row=row)
                for row in session.intervals.select_related("person", "mended_by")
            ),
            *(each for each in time.spans if each.row is None),
        ],
        key=lambda each: each.start,
        reverse=True,
    )
    context = {
        "session": session,
        "worked": time,
        "billed": reading.billed_of(session, time),
        "page": Paginator(known, PAGE_SIZE).get_page(request.GET.get("page")),
        "form": form or WorkedForm(initial={"worked_hours": time.hours}),
        "problem": problem,
    }
    return render(request, "sessions_app/worked.html", context, status=status)


def _span(session: WorkSession, interval_id: int | None) -> reading.Span:
    """Return the interval as it stands; raises Http404."""
    if interval_id is None:
        last = [each for each in reading.of(session).spans if each.row is None]
        if not last:
            raise Http404
        return last[0]
    row = session.intervals.filter(pk=interval_id).select_related("person", "mended_by").first()
    if row is None:
        raise Http404
    return reading.Span(start=row.started_at, end=row.ended_at, row=row)
