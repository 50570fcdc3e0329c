"""The waiting room: few places, of which no party has more than its share."""

from contextlib import ExitStack

import pytest

from resolutionflow.lib.waiting_room import Full, WaitingRoom


@pytest.fixture
def stack():
    with ExitStack() as held:
        yield held


def wait(stack, room, party, times, **options):
    for _ in range(times):
        stack.enter_context(room.place(party, **options))


def test_one_party_leaves_a_quarter_to_others(stack):
    room = WaitingRoom(8)
    wait(stack, room, "one", 6)
    with pytest.raises(Full):
        wait(stack, room, "one", 1)
    wait(stack, room, "other", 2)
    with pytest.raises(Full):
        wait(stack, room, "third", 1)


def test_slow_parties_leave_places_to_others(stack):
    room = WaitingRoom(8)
    for party in ("one", "other"):
        wait(stack, room, party, 2, is_slow=True)
        with pytest.raises(Full):
            wait(stack, room, party, 1, is_slow=True)
    wait(stack, room, "third", 4)


def test_places_are_given_back(stack):
    room = WaitingRoom(2)
    for _ in range(3):
        with pytest.raises(RuntimeError), room.place("one"):
            raise RuntimeError
    assert room.taken == 0


def test_it_knows_whether_others_wait(stack):
    room = WaitingRoom(4)
    wait(stack, room, "one", 1)
    assert not room.others_wait("one")
    assert room.others_wait("other")
