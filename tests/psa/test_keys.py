"""Keys are replaced in two steps, and for a day the ones before can be put back."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AuditEntry
from psa import connections, keys, opened
from psa.connections import NotSaved
from psa.credentials import CredentialsUnreadable
from psa.models import PsaConnection
from tests.psa.connection_values import values_of

NEW = "a new passphrase of thirty-two characters"


def deliver_once():
    call_command("deliver_posts", "--once", stdout=StringIO())


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def pair(tenant):
    """Return the values of another pair of keys of the tenant's."""
    public, private = tenant.add_key(without=[])
    return {"public_key": public, "private_key": private, "client_id": ""}


def fresh(connection):
    return PsaConnection.objects.get(pk=connection.pk)


def in_use(connection):
    return connections.credentials_of(fresh(connection)).public_key


def test_a_new_pair_waits_beside_the_one_in_use(connection, tenant, pair, owner, simulator):
    entered = keys.enter(connection, pair, owner)
    assert in_use(connection) == tenant.public_key
    waiting = keys.next_keys(entered)
    assert (waiting.public_key, waiting.client_id) == (pair["public_key"], tenant.client_id)
    assert pair["private_key"] not in fresh(connection).next_credentials_encrypted
    assert not simulator.journal


def test_switching_puts_it_in_use_at_once(connection, tenant, pair, owner):
    before = opened.open_provider(connection)
    switched = keys.switch(keys.enter(connection, pair, owner), owner)
    assert in_use(connection) == pair["public_key"]
    assert not switched.next_credentials_encrypted
    assert keys.can_roll_back(switched)
    assert switched.keys_since > connection.keys_since
    # Also for a request that read the connection before.
    assert opened.open_provider(fresh(connection)) is not before


def test_for_a_day_the_former_pair_can_be_put_back(connection, tenant, pair, owner):
    switched = keys.switch(keys.enter(connection, pair, owner), owner)
    back = keys.roll_back(switched, owner)
    assert in_use(connection) == tenant.public_key
    assert not keys.can_roll_back(back)
    # The other pair waits again: a mistake in the role can be mended, and it is switched to again.
    assert keys.next_keys(back).public_key == pair["public_key"]
    assert list(AuditEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "keys.entered",
        "keys.switched",
        "keys.rolled_back",
    ]
    assert pair["private_key"] not in str(list(AuditEntry.objects.values()))


def test_after_a_day_it_is_gone(connection, pair, owner):
    switched = keys.switch(keys.enter(connection, pair, owner), owner)
    PsaConnection.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotSaved, match="not kept any more"):
        keys.roll_back(fresh(switched), owner)
    assert keys.run_batch() == 1
    assert fresh(switched).former_credentials_encrypted == ""
    assert keys.run_batch() == 0


def test_a_pair_within_its_day_is_not_dropped(connection, pair, owner):
    keys.switch(keys.enter(connection, pair, owner), owner)
    assert keys.run_batch() == 0


def test_a_pair_that_does_not_connect_is_not_put_in_use(connection, tenant, owner):
    wrong = {"public_key": "wrongPublicKey01", "private_key": "wrongPrivateKey01"}
    entered = keys.enter(connection, wrong, owner)
    with pytest.raises(NotSaved, match="refused the credentials"):
        keys.switch(entered, owner)
    assert in_use(connection) == tenant.public_key
    assert fresh(connection).next_credentials_encrypted


def test_a_former_pair_that_was_deleted_in_the_psa_is_not_put_back(connection, tenant, pair, owner):
    switched = keys.switch(keys.enter(connection, pair, owner), owner)
    del tenant.keys[tenant.public_key]
    with pytest.raises(NotSaved, match="refused the credentials"):
        keys.roll_back(switched, owner)
    assert in_use(connection) == pair["public_key"]


def test_switching_without_a_pair_that_waits_is_refused(connection, owner):
    with pytest.raises(NotSaved, match="No new keys"):
        keys.switch(connection, owner)


def test_a_pair_can_be_thrown_away(connection, pair, owner):
    emptied = keys.discard(keys.enter(connection, pair, owner), owner)
    assert emptied.next_credentials_encrypted == ""
    assert emptied.next_entered_at is None


@pytest.mark.parametrize("change", [keys.switch, keys.roll_back, keys.discard])
def test_what_somebody_changed_meanwhile_is_not_overwritten(
    connection, tenant, pair, owner, change
):
    seen = keys.enter(keys.switch(keys.enter(connection, pair, owner), owner), pair, owner)
    others = {"public_key": tenant.public_key, "private_key": tenant.private_key}
    keys.switch(keys.enter(fresh(connection), others, owner), owner)
    with pytest.raises(NotSaved, match="changed meanwhile"):
        change(seen, owner)
    assert in_use(connection) == tenant.public_key


def test_a_connection_that_was_removed_meanwhile_takes_no_pair(connection, pair, owner):
    PsaConnection.objects.all().delete()
    with pytest.raises(NotSaved, match="changed meanwhile"):
        keys.enter(connection, pair, owner)


def test_another_site_takes_no_pair_along(connection, pair, owner, simulator):
    keys.enter(keys.switch(keys.enter(connection, pair, owner), owner), pair, owner)
    moved = values_of(simulator, site_url="na.myconnectwise.net")
    simulator.quirks.is_cloud = True
    connections.save(connection.account, moved)
    left = fresh(connection)
    assert (left.next_credentials_encrypted, left.former_credentials_encrypted) == ("", "")
    assert not keys.can_roll_back(left)


def test_the_same_site_keeps_the_pair_that_waits(connection, pair, owner, simulator):
    keys.enter(connection, pair, owner)
    connections.save(connection.account, values_of(simulator, display_name="Renamed"))
    left = fresh(connection)
    assert left.next_credentials_encrypted
    assert left.keys_since == connection.keys_since


def test_keys_that_the_form_replaced_are_young_again(connection, pair, simulator):
    connections.save(connection.account, values_of(simulator) | pair)
    assert fresh(connection).keys_since > connection.keys_since


def test_unreadable_keys_lend_no_client_id(connection, pair, owner, settings):
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(CredentialsUnreadable):
        keys.enter(connection, pair, owner)


def test_all_slots_move_under_the_first_key(connection, tenant, pair, owner, settings):
    keys.enter(keys.switch(keys.enter(connection, pair, owner), owner), pair, owner)
    settings.CREDENTIAL_KEYS = [NEW, settings.SECRET_KEY]
    assert keys.reseal(connection.pk) is True
    assert keys.reseal(connection.pk) is False
    settings.CREDENTIAL_KEYS = [NEW]
    moved = fresh(connection)
    assert in_use(connection) == keys.next_keys(moved).public_key == pair["public_key"]
    keys.roll_back(moved, owner)
    assert in_use(connection) == tenant.public_key


@pytest.mark.parametrize("work", [keys.run_batch, deliver_once])
def test_the_outbox_process_drops_what_its_day_is_over(connection, pair, owner, work):
    keys.switch(keys.enter(connection, pair, owner), owner)
    work()
    assert fresh(connection).former_credentials_encrypted
    PsaConnection.objects.update(former_until=timezone.now())
    keys.run_batch(keep_going=lambda: False)
    assert fresh(connection).former_credentials_encrypted
    work()
    assert fresh(connection).former_credentials_encrypted == ""


def test_keys_are_old_after_a_year(connection):
    assert not keys.are_old(connection)
    connection.keys_since = timezone.now() - keys.OLD_AFTER
    assert keys.are_old(connection)
