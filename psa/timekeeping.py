"""What time may be booked on a ticket: offered in a form, and judged before it is sent.

A refusal is foreseen from what is remembered of the PSA, so that a click costs no call more. What
is not known is left to the PSA.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.models import User
from psa import catalog
from psa.members import member_id_of
from psa.models import PsaConnection, TimeEntry
from psa.models.time_entry import Order, TimeWish
from psa.outbox import times
from psa.providers.time import StoredTime, WorkType
from psa.providers.types import Member, Reference, TicketStatus
from psa.time_form import TimeFields
from resolutionflow.lib.side_by_side import each


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a form offers for time on a ticket.

    `refusal` says why none can be booked at all. `problem` says which list could not be had; then
    the PSA chooses.
    """

    roles: tuple[Reference, ...] = ()
    types: tuple[WorkType, ...] = ()
    role_id: str = ""
    type_id: str = ""
    refusal: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSeen:
    """The ticket as the form showed it; empty for what it did not show."""

    ticket_id: str
    board_id: str = ""
    status_id: str = ""
    wanted_status_id: str = ""
    location_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A refusal, or an overlap, that is known before anything is sent; `field` is what to mend."""

    field: str
    sentence: str
    is_overlap: bool = False
    free_from: datetime | None = None
    """When the time that it overlaps with ends."""


# --- Offered ----------------------------------------------------------------------------


def offer(connection: PsaConnection, user: User, location_id: str) -> Offer:
    """Return what a form for this ticket offers; raises nothing of the PSA.

    The lists are asked for side by side, and remembered for an hour. The time of today is asked
    for as well, so that an overlap is known when the form is sent.
    """
    try:
        member_id = times.check(connection, user)
    except times.NotBookable as problem:
        return Offer(refusal=str(problem))
    today = timezone.localdate()
    questions: list[Callable[[], tuple[Any, ...]]] = [
        partial(catalog.work_roles, connection, location_id),
        partial(catalog.work_types, connection),
        partial(catalog.members, connection),
        partial(catalog.periods, connection),
        partial(catalog.time_of, connection, member_id, today),
    ]
    roles, types, members, *_ = each(partial(catalog.ask, question) for question in questions)
    failures = [answer for answer in (roles, types) if answer.failure]
    mine = _member(members.value or (), member_id)
    return Offer(
        roles=roles.value or (),
        types=types.value or (),
        role_id=_default(mine.work_role if mine else None, roles.value or ()),
        type_id=_default(mine.work_type if mine else None, types.value or ()),
        problem=_left_to_the_psa(connection, failures),
    )


def offer_unread(connection: PsaConnection, user: User) -> Offer:
    """Return what a form offers for a ticket that cannot be read now: the PSA chooses."""
    try:
        times.check(connection, user)
    except times.NotBookable as problem:
        return Offer(refusal=str(problem))
    return Offer(problem=f"Work role and type are left to {connection.psa_label}.")


def _member(members: Iterable[Member], member_id: str) -> Member | None:
    return next((member for member in members if member.id == member_id), None)


def _default(own: Reference | None, offered: Iterable[Reference | WorkType]) -> str:
    """Return the member's own choice where the ticket takes it; "" leaves it to the PSA."""
    return own.id if own and any(one.id == own.id for one in offered) else ""


def _left_to_the_psa(
    connection: PsaConnection, failures: list[catalog.Answer[tuple[object, ...]]]
) -> str:
    rights = ", ".join(catalog.missing_rights(failures))
    if rights:
        return (
            f"{connection.psa_label} does not tell us its work roles and types, because the API "
            f"key lacks {rights}. It chooses them itself."
        )
    said = next((answer.problem for answer in failures), "")
    return f"{said} Work role and type are left to {connection.psa_label}." if said else ""


# --- Foreseen ---------------------------------------------------------------------------


def order_of(connection: PsaConnection, seen: TicketSeen) -> str:
    """Return which goes first, the time or the status: a status may forbid time."""
    if not seen.wanted_status_id or not seen.board_id:
        return Order.FREE
    statuses = catalog.Known(connection).statuses(seen.board_id) or ()
    if _forbids(statuses, seen.status_id):
        return Order.AFTER_STATUS
    return Order.BEFORE_STATUS if _forbids(statuses, seen.wanted_status_id) else Order.FREE


def judge(form: TimeFields, connection: PsaConnection, user: User, seen: TicketSeen) -> bool:
    """Return whether nothing is known that speaks against the time of a valid form.

    What does is told at its field, and an overlap unless it is confirmed. Adds to the form's
    values whether the time goes before the status.
    """
    values = form.cleaned_data
    values["time_order"] = order_of(connection, seen)
    wish = values["time"]
    if wish is None:
        return True
    try:
        times.check(connection, user)
    except times.NotBookable as problem:
        form.add_error("time_hours", str(problem))
        return False
    for one in foresee(connection, user, seen, wish):
        if not (one.is_overlap and values["confirm_overlap"]):
            form.add_error(one.field, one.sentence)
        if one.is_overlap:
            form.free_from = one.free_from
    return not form.errors


def foresee(
    connection: PsaConnection, user: User, seen: TicketSeen, wish: TimeWish
) -> list[Foreseen]:
    """Return why the PSA would refuse the time, and what it overlaps with. Asks nobody."""
    known = catalog.Known(connection)
    member_id = member_id_of(connection, user) or ""
    found = [
        _status_refusal(known, seen),
        _role_refusal(known, seen, wish),
        _period_refusal(known, wish),
        _overlap(known, user, member_id, wish),
    ]
    return [one for one in found if one]


def _forbids(statuses: Iterable[TicketStatus], status_id: str) -> bool:
    return any(status.forbids_time for status in statuses if status.id == status_id)


def _status_refusal(known: catalog.Known, seen: TicketSeen) -> Foreseen | None:
    statuses = (known.statuses(seen.board_id) if seen.board_id else None) or ()
    if not _forbids(statuses, seen.status_id):
        return None
    if seen.wanted_status_id and not _forbids(statuses, seen.wanted_status_id):
        return None
    name = next(status.name for status in statuses if status.id == seen.status_id)
    return Foreseen(
        field="time_hours",
        sentence=f"The status “{name}” takes no time. Choose another status with it, or leave the "
        "hours empty.",
    )


def _role_refusal(known: catalog.Known, seen: TicketSeen, wish: TimeWish) -> Foreseen | None:
    roles = known.work_roles(seen.location_id) if wish.work_role_id else None
    if roles is None or any(role.id == wish.work_role_id for role in roles):
        return None
    return Foreseen(
        field="time_work_role",
        sentence="The location of this ticket does not have this work role. Choose another one.",
    )


def _period_refusal(known: catalog.Known, wish: TimeWish) -> Foreseen | None:
    periods = known.periods()
    if not periods or any(period.holds(wish.day) for period in periods):
        return None
    return Foreseen(
        field="time_date",
        sentence=f"{known.connection.psa_label} has no time period for this day. Choose another "
        "day, or ask whoever keeps the time sheets to open it.",
    )


def _overlap(known: catalog.Known, user: User, member_id: str, wish: TimeWish) -> Foreseen | None:
    if wish.start_at is None:
        return None
    start, end = wish.start_at, wish.start_at + timedelta(hours=float(wish.hours))
    theirs = [_span(time) for time in known.time_of(member_id, wish.day) or ()]
    spans = [span for span in (*theirs, *_ours(user, wish)) if span]
    hit = [span for span in spans if span[0] < end and start < span[1]]
    if not hit:
        return None
    ends = max(span[1] for span in hit)
    first = timezone.localtime(min(span[0] for span in hit))
    return Foreseen(
        field="time_start",
        sentence=f"You have time booked from {first:%H:%M} to {timezone.localtime(ends):%H:%M} "
        "already. Start after it, or confirm that you mean both.",
        is_overlap=True,
        free_from=ends,
    )


def _span(time: StoredTime) -> tuple[datetime, datetime] | None:
    return (time.start, time.end) if time.start and time.end else None


def _ours(user: User, wish: TimeWish) -> list[tuple[datetime, datetime]]:
    """Return the time that was approved here around that day, and may not be booked yet."""
    day = timedelta(days=1)
    rows = TimeEntry.objects.filter(
        made_by=user, day__range=(wish.day - day, wish.day + day), start_at__isnull=False
    ).exclude(state=TimeEntry.State.FAILED)
    return [
        (start, start + timedelta(hours=float(hours)))
        for start, hours in rows.values_list("start_at", "hours")[:100]
        if start is not None
    ]
