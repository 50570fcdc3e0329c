"""A small storm on status changes; `make storm-changes` raises a large one."""

import pytest

from tests.storm.changes import Storm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_called_done_that_was_not_and_nothing_is_sent_twice(account, engineer, seed):
    tally = Storm(account, engineer, seed).run(150)
    assert tally.damages == {name: [] for name in tally.damages}
    assert tally.outcomes["applied"] > 20
    assert {"conflict", "not_applied", "not_arrived", "invalid"} <= set(tally.outcomes)
