"""A small storm on new tickets; `make storm-creations` raises a large one, with kills."""

import pytest

from tests.storm.creations import Storm

pytestmark = pytest.mark.django_db


def test_every_ticket_is_there_once_or_visibly_failed(account, engineer):
    tally = Storm(account, engineer, seed=3).run(20)
    assert tally.damages == {name: [] for name in tally.damages}
    assert tally.outcomes["created"] > 20
    assert {"processes that died", "retried", "a second worker meanwhile"} <= set(tally.met)
