"""Two who map at the very same moment, on a database that takes them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection as database

from accounts import audit
from accounts.models import User
from psa import catalog, connections
from psa.members import mapping
from psa.members.plan import Wish
from psa.models import MemberMapping
from tests.psa.members.test_matching import member

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(database.vendor == "sqlite", reason="needs a database with many writers"),
]


@pytest.fixture
def at_once(monkeypatch):
    """Return a runner of changes that have all asked the PSA, and then write together."""
    everybody = tuple(member(number, f"{number}@example.com") for number in range(1, 4))

    def run(*changes):
        barrier = Barrier(len(changes))

        def members(_connection):
            barrier.wait(10)
            return everybody

        monkeypatch.setattr(catalog, "members", members)

        def one(change):
            try:
                return change()
            except (mapping.NotSaved, mapping.ConnectionGone) as refusal:
                return refusal
            finally:
                database.close()

        with ThreadPoolExecutor(len(changes)) as threads:
            return [type(answer).__name__ for answer in threads.map(one, changes)]

    return run


def test_one_member_goes_to_one_of_two_people(at_once, connection, admin_user, engineer, viewer):
    # The viewer's own choice counts at once: nobody has to confirm it.
    User.objects.filter(pk=viewer.pk).update(email="1@example.com")
    viewer.refresh_from_db()
    answers = at_once(
        lambda: mapping.save(connection, admin_user, [Wish(user=engineer, text="1")]),
        lambda: mapping.map_self(connection, viewer, "1"),
    )
    assert sorted(answers) in (["NotSaved", "bool"], ["NotSaved", "int"])
    assert MemberMapping.objects.count() == 1
    assert audit.verify(connection.account).is_whole


def test_two_who_change_one_row_do_not_overwrite_each_other_unseen(
    at_once, connection, admin_user, owner, engineer
):
    def choose(actor, text):
        return lambda: mapping.save(connection, actor, [Wish(user=engineer, text=text, seen="")])

    assert sorted(at_once(choose(admin_user, "1"), choose(owner, "2"))) == ["NotSaved", "int"]


def test_mapping_while_the_connection_is_removed_leaves_no_mapping(
    at_once, connection, admin_user, engineer
):
    def remove():
        catalog.members(connection)
        connections.delete(connection, admin_user)

    at_once(lambda: mapping.save(connection, admin_user, [Wish(user=engineer, text="1")]), remove)
    assert not MemberMapping.objects.exists()
