"""Which connection an account works with, and who a person is in the PSA."""

from psa.access import connection_of, stored_connection
from psa.members import member_id_of
from tests.builders import map_member


def test_an_account_works_with_its_own_connection(account, other_account, connection):
    assert connection_of(account) == connection
    assert connection_of(other_account) is None


def test_a_paused_connection_is_there_for_administrators_only(account, connection):
    connection.is_active = False
    connection.save()
    assert connection_of(account) is None
    assert stored_connection(account) == connection


def test_a_mapped_person_has_a_member_and_others_have_none(
    connection, other_connection, engineer, viewer
):
    map_member(engineer, connection, "7")
    assert member_id_of(connection, engineer) == "7"
    assert member_id_of(connection, viewer) is None
    assert member_id_of(other_connection, engineer) is None
