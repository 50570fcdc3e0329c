"""Erin's time on her ticket, and a PSA that keeps time entries."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from psa.models import MemberMapping, TimeEntry
from psa.models.time_entry import TimeWish
from psa.outbox import times, worker
from psa.outbox.kinds import TIME
from psa.providers.time import BookedTime, StoredTime
from psa.providers.types import Reference
from tests.psa.outbox.fake_psa import FakePsa

MEMBER = "186"


class TimePsa(FakePsa):
    """Keeps time entries too, each with the draft that it was booked by."""

    def __init__(self, now) -> None:
        super().__init__(now)
        self.times: list[tuple[str, StoredTime, str]] = []

    def book_time(self, ticket_id, draft):
        def work():
            stored = StoredTime(
                id=str(7000 + len(self.times)),
                ticket_id=ticket_id,
                member_id=draft.member_id,
                start=draft.start,
                end=draft.end,
                hours=draft.hours,
                hours_billed=draft.hours + Decimal("0.25"),
                work_role=Reference(id="3", name="Engineer"),
                work_type=Reference(id="2", name="Regular"),
                billable="Billable",
                agreement=Reference(id="9", name="Gold"),
            )
            self.times.append((ticket_id, stored, draft.marker))
            return BookedTime(time=stored, differences=self.differences)

        return self._do("book_time", work)

    def find_time(self, ticket_id, draft, *, since, exclude=()):
        def work():
            for ticket, stored, marker in self.times:
                if (ticket, marker) == (ticket_id, draft.marker) and stored.id not in exclude:
                    return BookedTime(time=stored)
            return None

        return self._do("find_time", work)

    @property
    def hours(self):
        """The hours on Erin's ticket, entry by entry."""
        return [stored.hours for ticket, stored, _ in self.times if ticket == "48291"]


@pytest.fixture
def psa(clock):
    return TimePsa(clock)


@pytest.fixture
def erin_is_mapped(stored_connection, engineer):
    return MemberMapping.objects.create(
        connection=stored_connection,
        user=engineer,
        external_member_id=MEMBER,
        external_member_name="Erin",
        matched_by=MemberMapping.MatchedBy.MANUAL_ADMIN,
    )


@pytest.fixture
def wish(clock):
    start = datetime.combine(clock().date(), datetime.min.time(), UTC).replace(hour=9)
    return TimeWish(
        day=start.date(),
        start_at=start,
        hours=Decimal("0.50"),
        work_role_id="3",
        work_type_id="2",
        text="Restored the timer.",
    )


@pytest.fixture
def intend(stored_connection, engineer, wish):
    """Return a maker of intents for time without a note."""

    def make(**fields):
        changed = {name: fields.pop(name) for name in ("hours", "day", "text") if name in fields}
        intent = times.TimeIntent(
            connection=stored_connection,
            author=engineer,
            request_id=uuid4(),
            ticket_id="48291",
            time=replace(wish, **changed),
        )
        return replace(intent, **fields)

    return make


@pytest.fixture
def queue(erin_is_mapped, intend, world):
    return lambda **fields: times.queue(intend(**fields), world)[0]


@pytest.fixture
def deliver(world):
    def run(row):
        times.deliver(row.pk, world, at_once=True)
        return TimeEntry.objects.get(pk=row.pk)

    return run


@pytest.fixture
def later(world, clock):
    """Let time pass, then let the worker do what is due; return the row."""

    def run(row, **by):
        clock.tick(**by)
        worker.run_batch(TIME, world)
        return TimeEntry.objects.get(pk=row.pk)

    return run
