"""Time on tickets, in words that every PSA is translated into. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from psa.providers.types import Reference


class Billable(StrEnum):
    """Whether the customer pays for the time; an empty text leaves it to the PSA."""

    BILLABLE = "Billable"
    DO_NOT_BILL = "DoNotBill"
    NO_CHARGE = "NoCharge"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkType:
    """A kind of work, and whether its time is charged unless somebody says otherwise."""

    id: str
    name: str
    billable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days for which time is taken, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Return whether the day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeDraft:
    """Time that is to be booked for a member.

    Without `start`, the hours have a day and no clock time. Empty ids leave role, type and
    `billable` to the PSA. `marker` is what the entry is found by; the PSA shows it to colleagues
    only, and so it does the text.
    """

    member_id: str
    day: date
    start: datetime | None
    hours: Decimal
    marker: str
    text: str = ""
    work_role_id: str = ""
    work_type_id: str = ""
    billable: str = ""

    @property
    def end(self) -> datetime | None:
        """When it ends, in whole seconds; None where it has no start."""
        if self.start is None:
            return None
        return self.start + timedelta(seconds=round(self.hours * 3600))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTime:
    """A time entry as the PSA keeps it; None and empty for what it does not tell.

    `hours` is what was worked, `hours_billed` what the PSA's rounding made of it.
    """

    id: str
    ticket_id: str
    member_id: str
    start: datetime | None
    end: datetime | None
    hours: Decimal | None
    hours_billed: Decimal | None = None
    work_role: Reference | None = None
    work_type: Reference | None = None
    billable: str = ""
    agreement: Reference | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedTime:
    """A time entry that the PSA accepted, with a sentence for each difference from the draft."""

    time: StoredTime
    differences: tuple[str, ...] = ()
