"""How a time entry is shown: in words, in a tone, and with what can still be done about it."""

from dataclasses import dataclass
from decimal import Decimal

from psa.history.badge import Badge
from psa.models import Post, TimeEntry

State = TimeEntry.State

_TIME = {
    State.WAITING: ("Time waits", "info"),
    State.QUEUED: ("Time waits", "info"),
    State.SENDING: ("Time being booked", "info"),
    State.BOOKED: ("Time booked", "success"),
    State.FAILED: ("Time not booked", "danger"),
    State.UNKNOWN: ("Time being checked", "warning"),
}


@dataclass(frozen=True)
class TimeShown:
    """One time entry, as lists and a note's row show it."""

    entry: TimeEntry

    @property
    def badge(self) -> Badge:
        """Return the outcome."""
        return Badge(*_TIME[State(self.entry.state)])

    @property
    def tone(self) -> str:
        """Return the tone of the whole: what was stored otherwise clouds an entry."""
        return "warning" if self.entry.warning else self.badge.tone

    @property
    def may_retry(self) -> bool:
        """Whether the time alone can be tried again."""
        entry = self.entry
        note = entry.after
        is_ready = note is None or note.state == Post.State.POSTED
        return entry.state == State.FAILED and is_ready and entry.connection_id is not None

    @property
    def sentence(self) -> str:
        """Return in one or two sentences how it stands, and what happens next."""
        entry, hours = self.entry, in_hours(self.entry.hours)
        if entry.state == State.BOOKED:
            booked = f"{hours} h are booked on #{entry.ticket_id}{self._stored}."
            return f"{booked} {entry.warning}".rstrip()
        if entry.state == State.FAILED:
            return entry.error
        if entry.state == State.UNKNOWN:
            return (
                f"{entry.psa_label} did not confirm {hours} h for #{entry.ticket_id}. We are "
                "checking whether it has them; they are not booked twice."
            )
        waits = f"{hours} h for #{entry.ticket_id} are kept and booked as soon as possible."
        return f"{waits} {entry.error}".rstrip()

    @property
    def _stored(self) -> str:
        """Return what the PSA made of it: rounding, role, type, and who pays."""
        entry = self.entry
        is_rounded = entry.billed_hours is not None and entry.billed_hours != entry.stored_hours
        said = [
            f"billed as {in_hours(entry.billed_hours or Decimal(0))} h" if is_rounded else "",
            entry.stored_role,
            entry.stored_type,
            entry.stored_billable,
            f"agreement {entry.stored_agreement}" if entry.stored_agreement else "",
        ]
        known = ", ".join(filter(None, said))
        return f" ({known})" if known else ""

    @property
    def http_status(self) -> int:
        """Return what a request that booked this answers."""
        if self.entry.state == State.BOOKED:
            return 200
        return 202 if self.entry.state != State.FAILED else 502


def in_hours(hours: Decimal) -> str:
    """Return hours as people read them: 0.5, 1.25."""
    return f"{hours:.2f}".rstrip("0").rstrip(".")
