"""A small storm on approvals with time; `make storm-time` raises a large one, with kills."""

import pytest

from tests.storm.approvals import Storm

pytestmark = pytest.mark.django_db


def test_note_status_and_time_are_there_once_or_visibly_failed(account, engineer):
    outcome = Storm(account, engineer, seed=1).run(30)
    assert outcome.damages == {name: [] for name in outcome.damages}
    assert outcome.times.booked > 10
    assert outcome.times.ordered > 2
    assert {"processes that died", "a second worker meanwhile", "asked: find_time"} <= set(
        outcome.met
    )
