"""What is asked for is written down first, and once."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError

from psa.models import TicketCreation
from psa.outbox import tickets
from psa.outbox.intent import RequestReused
from psa.outbox.tickets import reference_of
from psa.providers.types import Reference
from tests.psa.outbox.tickets.conftest import CONTOSO, HELP_DESK

pytestmark = pytest.mark.django_db


def test_queueing_stores_everything_and_sends_nothing(queue, psa, engineer):
    row = queue()
    stored = TicketCreation.objects.get()
    assert stored == row
    assert (stored.state, stored.made_by, stored.made_by_name) == ("queued", engineer, "Erin")
    assert (stored.summary, stored.description) == ("Printer jams again", "Since Monday.")
    assert (stored.id_of("board"), stored.name_of("company")) == ("10", "Contoso")
    assert (stored.id_of("owner"), stored.name_of("owner")) == ("", "")
    assert stored.reference == reference_of(stored.pk)
    assert str(stored) == "New ticket: Printer jams again (queued)"
    assert psa.calls == []


def test_references_are_short_and_differ():
    references = {reference_of(uuid4()) for _ in range(200)}
    assert len(references) == 200
    assert {len(one) for one in references} == {16}
    assert all(one.startswith("RF-T") for one in references)


def test_a_repeat_returns_the_row_that_stands(intend, world, deliver):
    intent = intend()
    first = tickets.queue(intent, world)
    deliver(first.creation)
    renamed = {"company": replace(CONTOSO, name="Contoso Ltd"), "board": HELP_DESK}
    again = tickets.queue(replace(intent, chosen=renamed), world)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.creation == first.creation
    assert TicketCreation.objects.count() == 1


def test_two_requests_at_once_make_one_row(intend, world, monkeypatch):
    intent = intend()
    rival = tickets.queue(intent, world).creation
    unseen = iter([None, rival])
    monkeypatch.setattr(
        "django.db.models.query.QuerySet.first", lambda rows: next(unseen), raising=True
    )
    assert tickets.queue(intent, world).creation == rival


def test_another_content_under_the_same_id_is_refused(intend, world):
    intent = intend()
    tickets.queue(intent, world)
    for other in (
        {"summary": "Another"},
        {"description": ""},
        {"chosen": {"company": CONTOSO}},
        {"chosen": {"company": CONTOSO, "board": Reference(id="11", name="Help Desk")}},
    ):
        with pytest.raises(RequestReused, match="“Printer jams again”"):
            tickets.queue(replace(intent, **other), world)
    assert TicketCreation.objects.get().summary == "Printer jams again"


def test_a_request_id_belongs_to_its_account(intend, world, other_account, stranger):
    intent = intend()
    tickets.queue(intent, world)
    theirs = TicketCreation.objects.create(
        account=other_account, request_id=intent.request_id, reference="X", made_by=stranger
    )
    assert theirs.pk
    with pytest.raises(IntegrityError):
        TicketCreation.objects.create(
            account=intent.connection.account, request_id=intent.request_id, reference="Y"
        )
