"""The slots of a connection's keys: the pair in use, the one to come, the one before.

A pair is entered, looked at, and put in use; for a day the pair before it can be put back.
Site and company stay: another one is another connection. No function here calls the PSA inside
a transaction.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from psa import catalog, connections, opened
from psa import credentials as key_ring
from psa.connections import NotSaved
from psa.models import PsaConnection
from psa.opened import SECRETS
from psa.outbox.runtime import Runtime
from psa.providers.errors import PsaError
from psa.providers.types import Credentials

ROLL_BACK_FOR = timedelta(days=1)
# A PSA's keys may not expire by themselves; who made them may have left since.
OLD_AFTER = timedelta(days=365)

_SLOTS = (
    "credentials_encrypted",
    "next_credentials_encrypted",
    "former_credentials_encrypted",
)
_NO_NEXT = "No new keys are waiting: somebody put them in use or threw them away."
_NO_FORMER = "The keys used before are not kept any more. Enter them as new keys instead."
_CHANGED_MEANWHILE = "The keys were changed meanwhile. Reload the page and look at them again."


def enter(
    connection: PsaConnection, values: Mapping[str, str], actor: User | None
) -> PsaConnection:
    """Keep a new pair beside the one in use, in place of any that waits; asks the PSA nothing.

    `values` are public_key, private_key and client_id; an empty client id stays as it is. Raises
    CredentialsUnreadable where that one cannot be read.
    """
    entered = {name: values.get(name, "") for name in SECRETS}
    if not entered["client_id"]:
        entered["client_id"] = _unseal(connection, connection.credentials_encrypted).client_id
    credentials = Credentials(
        site_url=connection.site_url, company_id=connection.company_id, **entered
    )
    with transaction.atomic():
        row = _locked(connection, "credentials_encrypted")
        row.next_credentials_encrypted = key_ring.seal(credentials)
        row.next_entered_at = timezone.now()
        row.save()
        audit.record(row.account, actor, "keys.entered", str(row))
    return row


def next_keys(connection: PsaConnection) -> Credentials:
    """Return the pair that waits; raises NotSaved where none does, and CredentialsUnreadable."""
    if not connection.next_credentials_encrypted:
        raise NotSaved("", _NO_NEXT)
    return opened.with_client_id(
        connection.provider, _unseal(connection, connection.next_credentials_encrypted)
    )


def switch(connection: PsaConnection, actor: User | None) -> PsaConnection:
    """Put the pair that waits in use, if it connects; the one before is kept for a day.

    Raises NotSaved, and then nothing has changed.
    """
    _check(connection, next_keys(connection))
    with transaction.atomic():
        row = _locked(connection, "credentials_encrypted", "next_credentials_encrypted")
        now = timezone.now()
        row.former_credentials_encrypted = row.credentials_encrypted
        row.former_until = now + ROLL_BACK_FOR
        row.credentials_encrypted = row.next_credentials_encrypted
        row.keys_since = now
        row.last_validated_at = now
        row.next_credentials_encrypted, row.next_entered_at = "", None
        row.save()
        audit.record(row.account, actor, "keys.switched", str(row))
    _let_go(row)
    return row


def roll_back(connection: PsaConnection, actor: User | None) -> PsaConnection:
    """Put the pair from before the last switch back in use, if it still connects.

    The pair that was in use waits again, so that nothing has to be typed twice. Raises NotSaved.
    """
    if not can_roll_back(connection):
        raise NotSaved("", _NO_FORMER)
    former = _unseal(connection, connection.former_credentials_encrypted)
    _check(connection, opened.with_client_id(connection.provider, former))
    with transaction.atomic():
        row = _locked(connection, "credentials_encrypted", "former_credentials_encrypted")
        now = timezone.now()
        row.next_credentials_encrypted, row.next_entered_at = row.credentials_encrypted, now
        row.credentials_encrypted = row.former_credentials_encrypted
        row.keys_since = now
        row.last_validated_at = now
        row.former_credentials_encrypted, row.former_until = "", None
        row.save()
        audit.record(row.account, actor, "keys.rolled_back", str(row))
    _let_go(row)
    return row


def discard(connection: PsaConnection, actor: User | None) -> PsaConnection:
    """Throw the pair that waits away."""
    with transaction.atomic():
        row = _locked(connection, "next_credentials_encrypted")
        row.next_credentials_encrypted, row.next_entered_at = "", None
        row.save()
        audit.record(row.account, actor, "keys.discarded", str(row))
    return row


def can_roll_back(connection: PsaConnection) -> bool:
    """Return whether the pair from before the last switch is still kept."""
    until = connection.former_until
    return until is not None and until > timezone.now()


def are_old(connection: PsaConnection) -> bool:
    """Return whether the keys in use should be replaced for their age."""
    return connection.keys_since + OLD_AFTER <= timezone.now()


def run_batch(
    runtime: Runtime | None = None, *, keep_going: Callable[[], bool] = lambda: True
) -> int:
    """Forget the pairs that were kept for rolling back, once their day is over; count them."""
    if not keep_going():
        return 0
    expired = PsaConnection.objects.filter(former_until__lte=(runtime or Runtime()).now())
    # Not save(): nothing that is in use has changed.
    return expired.update(former_credentials_encrypted="", former_until=None)


def reseal(connection_id: UUID) -> bool:
    """Seal all slots of one connection with the first key; False if they were so already.

    Raises CredentialsUnreadable, and then all of them are as they were.
    """
    with transaction.atomic():
        row = PsaConnection.objects.select_for_update().get(pk=connection_id)
        stored = {slot: token for slot in _SLOTS if (token := getattr(row, slot))}
        sealed = {slot: key_ring.reseal(token) for slot, token in stored.items()}
        if sealed == stored:
            return False
        # Not save(): the secrets are the same, so open clients may stay (see `updated_at`).
        PsaConnection.objects.filter(pk=connection_id).update(**sealed)
    return True


def _unseal(connection: PsaConnection, token: str) -> Credentials:
    return key_ring.unseal(token, site_url=connection.site_url, company_id=connection.company_id)


def _check(connection: PsaConnection, credentials: Credentials) -> None:
    """Ask the PSA whether it takes the credentials; raises NotSaved."""
    try:
        connections.ask(connection.provider, credentials, connection.account)
    except PsaError as error:
        raise connections.not_saved(error) from error


def _locked(connection: PsaConnection, *slots: str) -> PsaConnection:
    """Return the row, locked; raises NotSaved unless it is still what `connection` was read as."""
    row = PsaConnection.objects.select_for_update().filter(pk=connection.pk).first()
    read = ("site_url", "company_id", *slots)
    if row is None or any(getattr(row, name) != getattr(connection, name) for name in read):
        raise NotSaved("", _CHANGED_MEANWHILE)
    return row


def _let_go(connection: PsaConnection) -> None:
    """Drop what the keys before had opened, and what was asked with them."""
    opened.forget(connection.pk)
    catalog.forget(connection.account)
