"""Time for tickets: writing down what is to be booked, and what a person does when it failed."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from psa.members import member_id_of
from psa.models import Post, PsaConnection, TimeEntry
from psa.models.approval_part import WAITING
from psa.models.time_entry import Order, TimeWish
from psa.outbox import worker
from psa.outbox.content import InvalidContent
from psa.outbox.intent import HEAD_START, NotRetryable, RequestReused, find_or_insert, row_of
from psa.outbox.kinds import TIME
from psa.outbox.reference import code_of
from psa.outbox.runtime import Runtime
from psa.providers.setup import Capability

State = TimeEntry.State

MOST_HOURS = Decimal(24)
# As much as another client found to be taken (facts of 2026-09).
LONGEST_TEXT = 4000
# Time of a day that has not begun yet is a slip of the hand; time zones differ by a day.
_AHEAD = timedelta(days=1)


class NotBookable(Exception):
    """The time cannot be booked like this; the message is for people and says what to mend.

    `field` names what is to be mended; empty for what is no field.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeIntent:
    """Time without a note, as its person approved it.

    `request_id` names this approval: repeating it books nothing more.
    """

    connection: PsaConnection
    author: User
    request_id: UUID
    ticket_id: str
    time: TimeWish


def check(connection: PsaConnection, author: User) -> str:
    """Return the id of the member whose time it is. Raises NotBookable.

    Time is booked for the mapped member or not at all: without one the PSA would charge its API
    member, and nobody would see it.
    """
    if Capability.TIME not in connection.setup.capabilities:
        raise NotBookable(f"Time cannot be booked in {connection.psa_label} from here.")
    member_id = member_id_of(connection, author)
    if not member_id:
        raise NotBookable(
            f"You are not mapped to a member of {connection.psa_label} yet, so no time can be "
            "booked for you. Say who you are under Your profile, or ask your administrator to map "
            "you under Integrations, Members."
        )
    return member_id


def queue(intent: TimeIntent, runtime: Runtime | None = None) -> tuple[TimeEntry, bool]:
    """Store the intent as a row that waits to be booked; return it, and whether it is new.

    Sends nothing; the caller commits before it delivers. The same request id again returns the
    row that stands already. Raises NotBookable, and RequestReused when that row says otherwise.
    """
    member_id = check(intent.connection, intent.author)
    now = (runtime or Runtime()).now()
    _refuse_senseless(intent.time, now.date() + _AHEAD)
    rows = row_of(TimeEntry, intent.connection, intent.request_id)
    entry, is_new = find_or_insert(
        rows,
        lambda: _create(
            intent.time,
            member_id,
            author=intent.author,
            connection=intent.connection,
            account_id=intent.connection.account_id,
            request_id=intent.request_id,
            ticket_id=intent.ticket_id,
            created_at=now,
            queued_at=now,
            next_attempt_at=now + HEAD_START,
        ),
    )
    if (entry.ticket_id, entry.wish) != (intent.ticket_id, intent.time):
        raise RequestReused("This form was used already for other time. Book yours anew.", entry)
    return entry, is_new


def write_part(post: Post, author: User, wish: TimeWish, order: str) -> TimeEntry:
    """Store the time that was approved with a note; it starts when the note is on the ticket.

    In the transaction of the note. Raises InvalidContent where it cannot be booked at all.
    """
    connection = post.connection
    if connection is None:
        raise ValueError("A note that is being written has a connection.")
    try:
        member_id = check(connection, author)
        _refuse_senseless(wish, post.queued_at.date() + _AHEAD)
    except NotBookable as problem:
        raise InvalidContent(str(problem)) from problem
    return _create(
        wish,
        member_id,
        author=author,
        connection=connection,
        account_id=post.account_id,
        request_id=post.request_id,
        ticket_id=post.ticket_id,
        after=post,
        state=WAITING,
        order=order or Order.FREE,
        created_at=post.queued_at,
        queued_at=post.queued_at,
        next_attempt_at=post.next_attempt_at,
    )


def deliver(
    entry_id: UUID, runtime: Runtime | None = None, *, at_once: bool = False
) -> TimeEntry | None:
    """Do the next thing that a time entry needs; see `worker.deliver`."""
    return worker.deliver(TIME, entry_id, runtime, at_once=at_once)


def retry(entry: TimeEntry, runtime: Runtime | None = None) -> None:
    """Queue a failed time entry again, for whom its person is mapped to now; sends nothing.

    The note that it was approved with is not sent again. Raises NotRetryable if it is not failed
    (any more), its note is not on the ticket, or it has no connection left.
    """
    connection = entry.connection
    if connection is None:
        raise NotRetryable(
            "The connection that this time was meant for is removed. Book it anew through the new "
            "connection."
        )
    member_id = entry.made_by and member_id_of(connection, entry.made_by)
    now = (runtime or Runtime()).now()
    with transaction.atomic():
        failed = TimeEntry.objects.filter(pk=entry.pk, state=State.FAILED)
        if entry.after_id:
            failed = failed.filter(after__state=Post.State.POSTED)
        fields: dict[str, Any] = {**TIME.again(now), "member_id": member_id or entry.member_id}
        if not failed.update(**fields):
            raise NotRetryable("This time was retried already. Look at how it stands now.")


def _refuse_senseless(wish: TimeWish, latest: Any) -> None:
    if not Decimal(0) < wish.hours <= MOST_HOURS:
        raise NotBookable("Enter more than 0 and at most 24 hours.", "time_hours")
    if wish.day > latest:
        raise NotBookable("This day is still to come. Choose the day of the work.", "time_date")
    if len(wish.text) > LONGEST_TEXT:
        raise NotBookable(
            f"The text has {len(wish.text):,} characters; {LONGEST_TEXT:,} fit.", "time_text"
        )


def _create(wish: TimeWish, member_id: str, *, author: User, **fields: Any) -> TimeEntry:
    start = wish.start_at.astimezone(UTC).replace(microsecond=0) if wish.start_at else None
    return TimeEntry.objects.create(
        member_id=member_id,
        day=wish.day,
        start_at=start,
        hours=wish.hours,
        work_role_id=wish.work_role_id,
        work_type_id=wish.work_type_id,
        billable=wish.billable,
        text=wish.text,
        marker=f"RF-T{code_of(fields['request_id'].bytes, 8)}",
        made_by=author,
        made_by_name=author.get_full_name() or author.email,
        **fields,
    )
