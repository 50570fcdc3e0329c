"""My day: what one worked, booked and did not book yet; and time that is booked from there."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import account_of, requires, user_of
from accounts.permissions import Right
from psa import timekeeping
from psa.access import connection_of, working_connection
from psa.history.time import TimeShown
from psa.models import TimeEntry
from psa.outbox.intent import NotRetryable, RequestReused
from psa.outbox.times import NotBookable
from psa.timekeeping import TicketSeen
from resolutionflow.lib.ratelimit import charge
from sessions_app import booking, my_day, pictures
from sessions_app.access import get_session
from sessions_app.booking import Target
from sessions_app.booking_forms import BookForm, DayForm
from sessions_app.models import WorkSession
from sessions_app.my_day import Day


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.WORK)
def own(request: HttpRequest) -> HttpResponseBase:
    """GET: show the day of the address. POST: book time of a `session` or on a `ticket_id`.

    What was booked answers 200, what waits or is being checked 202, what the PSA refused 502;
    what does not hold 422 with the form, and a form that was used for other time 409.
    """
    if request.method == "POST":
        return _book(request)
    form = DayForm(request.GET)
    if not form.is_valid():
        return _show(request, timezone.localdate(), status=422, day_form=form)
    return _show(request, form.cleaned_data["date"] or timezone.localdate())


@require_POST
@requires(Right.WORK)
def retry(request: HttpRequest, entry_id: UUID) -> HttpResponseBase:
    """Try again to book what failed; 409 where there is nothing to try any more."""
    entry = get_object_or_404(TimeEntry, pk=entry_id, made_by=user_of(request))
    charge(request, "post")
    try:
        entry = booking.retry(entry)
    except NotRetryable as refusal:
        return _show(request, entry.day, status=409, problem=str(refusal))
    return _told(request, entry)


def _book(request: HttpRequest) -> HttpResponseBase:
    form, user = BookForm(request.POST), user_of(request)
    is_valid = form.is_valid()
    session_id = form.cleaned_data.get("session")
    session = get_session(request, session_id, Right.WORK) if session_id else None
    wish = form.cleaned_data.get("time")
    if not is_valid or wish is None:
        return _again(request, form, 422, session)
    try:
        target = _target(request, form, session)
        # A repeat overlaps with what it booked before, and is no refusal.
        if not booking.is_known(target, form.cleaned_data["request_id"]):
            seen = TicketSeen(ticket_id=target.ticket_id)
            if not timekeeping.judge(form, target.connection, user, seen):
                return _again(request, form, 422, session)
        charge(request, "post")
        entry = booking.book(target, user, form.cleaned_data["request_id"], wish)
    except NotBookable as refusal:
        form.add_error(refusal.field or "time_hours", str(refusal))
        return _again(request, form, 422, session)
    except RequestReused as refusal:
        form.add_error(None, str(refusal))
        return _again(request, form, 409, session)
    return _told(request, entry)


def _target(request: HttpRequest, form: BookForm, session: WorkSession | None) -> Target:
    """Return what the form's time is booked on; raises NotBookable, or NotConnected."""
    if session:
        return booking.target_of(session)
    connection = working_connection(account_of(request))
    return Target(connection=connection, ticket_id=form.cleaned_data["ticket_id"])


def _told(request: HttpRequest, entry: TimeEntry) -> HttpResponseBase:
    """Answer with the entry's day and how the entry stands."""
    shown = TimeShown(entry)
    return _show(request, entry.day, status=shown.http_status, told=shown)


def _again(
    request: HttpRequest, form: BookForm, status: int, session: WorkSession | None
) -> HttpResponseBase:
    """Answer with the form as it was sent, on the day that it names."""
    day = form.cleaned_data.get("time_date") or timezone.localdate()
    return _show(request, day, status=status, book_form=form, book_session=session)


def _show(request: HttpRequest, day: date, *, status: int = 200, **more: Any) -> HttpResponseBase:
    user = user_of(request)
    its = my_day.of(user, day)
    week = my_day.week_of(user, day)
    connection = connection_of(user.account) if user.account else None
    context = {
        "day": its,
        "is_today": day == timezone.localdate(),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "week": pictures.week(week, day),
        "picture": pictures.day(its),
        "day_form": DayForm(initial={"date": day}),
        "connected": connection is not None,
    }
    if "book_form" not in more:
        context |= _form(request, its)
    return render(request, "sessions_app/my_day.html", context | more, status=status)


def _form(request: HttpRequest, day: Day) -> dict[str, Any]:
    """Return the form for new time: of the session that the address names, with what is open."""
    asked = request.GET.get("session", "")
    initial: dict[str, Any] = {"time_date": day.day}
    line = next((one for one in day.lines if one.session and str(one.session.pk) == asked), None)
    if line and line.session and line.ticket_id:
        start = timezone.localtime(line.pieces[0].start) if line.pieces else None
        initial |= {"session": line.session.pk, "time_hours": line.open or None}
        initial |= {"time_start": start.replace(second=0) if start else None}
        return {"book_form": BookForm(initial=initial), "book_session": line.session}
    return {"book_form": BookForm(initial=initial)}
