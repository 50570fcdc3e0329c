"""A clock in the hand, a PSA with statuses and people in memory, and Erin who changes a ticket."""

from uuid import uuid4

import pytest

from psa.models import TicketChange
from psa.outbox import changes, worker
from psa.outbox.kinds import CHANGE
from psa.providers.types import Assignee
from tests.psa.outbox.fake_psa import STATUSES, FakePsa

MEMBERS = {"151": "Erin Engineer", "152": "Sam Rivers"}


class StaffedPsa(FakePsa):
    """Keeps people on tickets too; `deaf` answers success and does nothing."""

    def __init__(self, now) -> None:
        super().__init__(now)
        self.people: list[str] = []
        self.deaf = False

    def list_resources(self, ticket_id):
        return self._do("list_resources", lambda: tuple(map(_assignee, self.people)))

    def add_resource(self, ticket_id, member_id):
        self._do("add_resource", lambda: self._keep([*self.people, member_id]))

    def remove_resource(self, ticket_id, member_id):
        self._do("remove_resource", lambda: self._keep([m for m in self.people if m != member_id]))

    def _keep(self, people):
        if not self.deaf:
            self.people = people


def _assignee(member_id):
    return Assignee(
        member_id=member_id, identifier=member_id, name=MEMBERS[member_id], is_owner=False
    )


@pytest.fixture
def psa(clock):
    return StaffedPsa(clock)


@pytest.fixture
def change_status(stored_connection, engineer, world):
    """Change the status from New (1) to Completed (3), or as the fields say."""

    def change(status_id="3", seen="1", **fields) -> TicketChange:
        values = {
            "ticket_id": "48291",
            "status_id": status_id,
            "status_name": STATUSES[status_id],
            "seen_status_id": seen,
            "seen_status_name": STATUSES.get(seen, ""),
            "request_id": uuid4(),
            "runtime": world,
        }
        made = changes.change_status(stored_connection, engineer, **{**values, **fields})
        assert made == TicketChange.objects.get(pk=made.pk)
        return made

    return change


@pytest.fixture
def people(stored_connection, engineer, world):
    """Add or remove Sam, or whom the fields name."""

    def change(how, member_id="152", **fields) -> TicketChange:
        values = {
            "ticket_id": "48291",
            "member_id": member_id,
            "member_name": MEMBERS[member_id],
            "request_id": uuid4(),
            "runtime": world,
        }
        return how(stored_connection, engineer, **{**values, **fields})

    return change


@pytest.fixture
def later(world, clock):
    """Let time pass, then let the worker settle what is due; return the row."""

    def run(change, **by):
        clock.tick(**by)
        worker.run_batch(CHANGE, world)
        return TicketChange.objects.get(pk=change.pk)

    return run
