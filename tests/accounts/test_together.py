"""Administrators at the very same moment, on a database that takes them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts import audit, invitations, team
from accounts.invitations import InvitationOver, InvitationRefused
from accounts.models import Role, User
from accounts.team import TeamRefused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a database with many writers"),
]


@pytest.fixture
def at_once():
    """Return a runner of changes that start together; it returns what each returned."""

    def run(*changes: Callable[[], object]) -> list[object]:
        barrier = Barrier(len(changes))

        def one(change: Callable[[], object]) -> object:
            barrier.wait(10)
            try:
                return change()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(changes)) as threads:
            return list(threads.map(one, changes))

    return run


def test_writers_do_not_fork_the_audit(at_once, account, owner):
    def write() -> None:
        for number in range(5):
            audit.record(account, owner, "user.invited", f"Person {number}")

    at_once(*[write] * 4)

    assert audit.verify(account) == audit.Verification(entries=20)


def outcome(change: Callable[[], object]) -> Callable[[], object]:
    """Return the change as one that returns what it refused instead of raising it."""

    def tried() -> object:
        try:
            return change()
        except (TeamRefused, InvitationOver, InvitationRefused) as refused:
            return refused

    return tried


def test_two_owners_who_demote_each_other_leave_one(at_once, account, owner, make_user):
    second = make_user("Oscar", account, Role.OWNER)
    for _ in range(5):
        User.objects.filter(pk__in=[owner.pk, second.pk]).update(role=Role.OWNER)
        at_once(
            outcome(lambda: team.change_role(owner, second, Role.ADMIN, "owner")),
            outcome(lambda: team.deactivate(second, owner)),
        )
        assert User.objects.filter(role=Role.OWNER, is_active=True).count() == 1
        User.objects.update(is_active=True)
    assert audit.verify(account).is_whole


def test_a_link_that_is_sent_twice_at_once_joins_one_person(at_once, account, owner):
    token = invitations.invite(account, owner, "dana@x.example", Role.ENGINEER).token
    join = outcome(lambda: invitations.accept(token, "Dana", "several words together"))

    answers = at_once(*[join] * 4)

    assert [type(each).__name__ for each in answers].count("User") == 1
    assert User.objects.filter(email="dana@x.example").count() == 1


def test_an_address_that_two_invite_at_once_has_one_invitation(at_once, account, owner):
    invite = outcome(lambda: invitations.invite(account, owner, "d@x.example", Role.VIEWER))

    at_once(*[invite] * 4)

    assert invitations.open_ones(account).count() == 1
    assert audit.verify(account).is_whole
