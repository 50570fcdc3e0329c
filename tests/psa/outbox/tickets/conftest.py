"""A clock in the hand, a PSA in memory that takes new tickets, and Erin who asks for one."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from psa.models import TicketCreation
from psa.outbox import tickets, worker
from psa.outbox.kinds import TICKET
from psa.providers.types import Reference, Ticket
from tests.psa.outbox.fake_psa import FakePsa

HELP_DESK = Reference(id="10", name="Help Desk")
CONTOSO = Reference(id="5", name="Contoso")


class CreatingPsa(FakePsa):
    """Keeps new tickets by their reference; `stores` changes what it makes of them."""

    def __init__(self, now) -> None:
        super().__init__(now)
        self.created: list[tuple[str, Ticket]] = []
        self.stores: dict[str, Any] = {}

    def create_ticket(self, draft):
        return self._do("create_ticket", lambda: self._create(draft))

    def _create(self, draft):
        ticket = replace(
            self._ticket(str(50_000 + len(self.created))),
            **{"summary": draft.summary, **self.stores},
        )
        self.drafts.append(draft)
        self.created.append((draft.reference, ticket))
        return ticket

    def find_created(self, reference):
        return self._do(
            "find_created",
            lambda: next((t for known, t in self.created if known == reference), None),
        )


@pytest.fixture
def psa(clock):
    return CreatingPsa(clock)


@pytest.fixture
def intend(stored_connection, engineer):
    """Return a maker of intents; every one is a confirmation of its own."""

    def make(**fields) -> tickets.TicketIntent:
        intent = tickets.TicketIntent(
            connection=stored_connection,
            author=engineer,
            request_id=uuid4(),
            summary="Printer jams again",
            description="Since Monday.",
            chosen={"company": CONTOSO, "board": HELP_DESK},
        )
        return replace(intent, **fields)

    return make


@pytest.fixture
def queue(intend, world):
    """Queue an intent (made of these fields) and return its row."""
    return lambda **fields: tickets.queue(intend(**fields), world).creation


@pytest.fixture
def deliver(world):
    """Deliver at once and return the row as it stands in the database."""

    def run(row):
        tickets.deliver(row.pk, world, at_once=True)
        return TicketCreation.objects.get(pk=row.pk)

    return run


@pytest.fixture
def later(world, clock):
    """Let time pass, then let the worker do what is due; return the row."""

    def run(row, **by):
        clock.tick(**by)
        worker.run_batch(TICKET, world)
        return TicketCreation.objects.get(pk=row.pk)

    return run
