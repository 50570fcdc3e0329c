"""Time in the Update Ticket dialog: what is offered, what it starts with, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from psa import timekeeping
from psa.models import Post, PsaConnection
from psa.note_form import NoteForm
from psa.outbox.approval import TIME_FIELDS
from psa.timekeeping import Offer, TicketSeen
from sessions_app import booked, worked
from sessions_app.models import WorkSession
from sessions_app.note_dialog import Shown

# What a person of the dialog most likely ends with: the note that closes the work.
_CLOSING = (Post.NoteType.RESOLUTION, Post.NoteType.DESCRIPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The dialog's part about time: hours that were worked, are booked already, and are left."""

    offer: Offer
    worked: timedelta
    # What the account's rules make of it.
    billed: Decimal
    booked: Decimal

    @property
    def open(self) -> Decimal:
        """The hours that are to be billed and are not booked."""
        return max(Decimal(0), self.billed - self.booked)


def section(session: WorkSession, user: User, connection: PsaConnection, shown: Shown) -> Section:
    """Return what the dialog shows; raises nothing of the PSA.

    Where the ticket could not be read, nothing more is asked of the PSA.
    """
    if shown.status_id:
        offer = timekeeping.offer(connection, user, shown.location_id)
    else:
        offer = timekeeping.offer_unread(connection, user)
    time = worked.of(session)
    return Section(
        offer=offer,
        worked=time.total,
        billed=worked.billed_of(session, time),
        booked=booked.by_session([session.pk]).get(session.pk, Decimal(0)),
    )


def begun(session: WorkSession, time: Section, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's values, with what is usual where nothing was typed about time."""
    typed = {name: value for name, value in values.items() if value or name not in TIME_FIELDS}
    return _preset(session, time, str(values.get("note_type", ""))) | typed


def _preset(session: WorkSession, time: Section, note_type: str) -> dict[str, Any]:
    """Return what the fields start with.

    The hours are filled in where the note ends the work; before, a click fills them in, so that
    nobody books time with a note by oversight.
    """
    values: dict[str, Any] = {
        "time_date": timezone.localdate(),
        "time_work_role": time.offer.role_id,
        "time_work_type": time.offer.type_id,
    }
    spans = worked.of(session).spans
    if len(spans) == 1 and not time.booked:
        start = timezone.localtime(spans[0].start)
        values |= {"time_date": start.date(), "time_start": start.time().replace(second=0)}
    ends_work = not session.is_open or note_type in _CLOSING
    if ends_work and time.open and not time.offer.refusal:
        values["time_hours"] = time.open
    return values


def sent(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form that was sent held about time."""
    return {name: values[name] for name in TIME_FIELDS if name in values}


def judge(form: NoteForm, session: WorkSession, user: User, connection: PsaConnection) -> bool:
    """Return whether nothing is known that speaks against the time of a valid form.

    What does is told at its field. Asks the PSA for nothing.
    """
    values = form.cleaned_data
    return timekeeping.judge(
        form,
        connection,
        user,
        TicketSeen(
            ticket_id=session.psa_ticket_id,
            board_id=values["board_id"],
            status_id=values["seen_status_id"],
            wanted_status_id=values["update_status_id"],
            location_id=values["location_id"],
        ),
    )
