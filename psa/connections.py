"""An account's connection to its PSA: tested before it is kept, never half kept.

No function here calls the PSA inside a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account, User
from psa import catalog, connection_audit, opened
from psa import credentials as key_ring
from psa.models import PsaConnection
from psa.opened import SECRETS, credentials_of, open_provider
from psa.outbox import worker as outbox
from psa.providers import registry
from psa.providers.errors import (
    AuthFailed,
    ConnectionFailed,
    PsaError,
    RateLimited,
    ServerError,
    SiteRefused,
    Timeout,
)
from psa.providers.types import ConnectionReport, Credentials
from psa.sites import normalise
from resolutionflow.lib.safe_http import SiteNotAllowed

__all__ = [
    "SECRETS",
    "NotSaved",
    "ask",
    "credentials_of",
    "delete",
    "keep",
    "not_saved",
    "open_provider",
    "save",
    "set_active",
    "test",
    "try_out",
]

_ENTER_AGAIN = (
    "The site or the company changed. Enter the private key again, so that the stored one "
    "is not sent to an address it was not meant for."
)
_CHANGED_MEANWHILE = (
    "Somebody else changed this connection while yours was being tested. Nothing of yours was "
    "saved: reload the page and look at what stands there now."
)


class NotSaved(Exception):
    """The values were not kept. `field` is the form field to mend, "" for the whole form.

    `out_of_reach` says that the PSA could not be asked: the same values may work later.
    """

    def __init__(self, field: str, sentence: str, *, out_of_reach: bool = False) -> None:
        self.field = field
        self.sentence = sentence
        self.out_of_reach = out_of_reach
        super().__init__(sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Values that connected, ready to be kept; `replaces` is the row they were made from."""

    account: Account
    provider: str
    display_name: str
    credentials: Credentials
    latency_ms: int
    replaces: PsaConnection | None


def save(account: Account, values: Mapping[str, str], actor: User | None = None) -> PsaConnection:
    """Create or update the account's connection from one form's values, if they connect.

    `values` has the names of the connection form. An empty secret keeps the stored one.
    Another company is another PSA: the old connection is removed as `delete` does. Without
    `actor` the audit says that an operator did it. Raises NotSaved, and then nothing has changed.
    """
    return keep(try_out(account, values), actor)


def try_out(account: Account, values: Mapping[str, str]) -> Tested:
    """Return the values with stored secrets filled in, after the PSA has accepted them.

    Calls the PSA. Raises NotSaved.
    """
    current = PsaConnection.objects.filter(account=account).first()
    try:
        site_url = str(normalise(values["site_url"]))
    except SiteNotAllowed as problem:
        raise NotSaved("site_url", problem.reason) from None
    credentials = _complete(values, site_url, current)
    try:
        report = ask(
            values["provider"], opened.with_client_id(values["provider"], credentials), account
        )
    except PsaError as error:
        raise not_saved(error) from error
    return Tested(
        account=account,
        provider=values["provider"],
        display_name=values["display_name"],
        credentials=credentials,
        latency_ms=report.latency_ms,
        replaces=current,
    )


def keep(tested: Tested, actor: User | None = None) -> PsaConnection:
    """Store what was tested, unless the connection changed since. Raises NotSaved."""
    try:
        with transaction.atomic():
            connection = _row_for(tested, actor)
            is_new = connection._state.adding
            before, keys_since = connection_audit.facts_of(connection), connection.keys_since
            _take_in(connection, tested.credentials)
            connection.provider = tested.provider
            connection.display_name = tested.display_name
            connection.is_active = True
            connection.last_validated_at = timezone.now()
            connection.last_latency_ms = tested.latency_ms
            connection.save()
            if is_new:
                connection_audit.created(connection, actor)
            else:
                connection_audit.updated(connection, before, keys_since, actor)
    except IntegrityError:
        # Two administrators set up the first connection at once; the other one was first.
        raise NotSaved("", _CHANGED_MEANWHILE) from None
    if tested.replaces is not None:
        opened.forget(tested.replaces.pk)
    catalog.forget(tested.account)
    return connection


def test(connection: PsaConnection) -> ConnectionReport:
    """Ask the PSA again with what is stored, and drop everything remembered about it.

    Raises PsaError when it does not connect; the connection then keeps the reason, for its card.
    """
    opened.forget(connection.pk)
    try:
        report = ask(connection.provider, credentials_of(connection), connection.account)
    except PsaError as error:
        connection.last_failed_at, connection.last_failure = timezone.now(), error.sentence
        PsaConnection.objects.filter(pk=connection.pk).update(
            last_failed_at=connection.last_failed_at, last_failure=connection.last_failure
        )
        raise
    connection.last_validated_at = timezone.now()
    connection.last_latency_ms = report.latency_ms
    # Not save(): nothing that others may be changing right now, nor `updated_at`.
    PsaConnection.objects.filter(pk=connection.pk).update(
        last_validated_at=connection.last_validated_at, last_latency_ms=report.latency_ms
    )
    catalog.forget(connection.account)
    return report


def set_active(connection: PsaConnection, is_active: bool, actor: User | None) -> None:
    """Pause the connection, so that posts wait and nothing is asked, or resume it."""
    with transaction.atomic():
        row = PsaConnection.objects.select_for_update().get(pk=connection.pk)
        before = connection_audit.facts_of(row)
        row.is_active = is_active
        PsaConnection.objects.filter(pk=row.pk).update(is_active=is_active)
        connection_audit.updated(row, before, row.keys_since, actor)


def delete(connection: PsaConnection, actor: User | None = None) -> None:
    """Remove the connection and its mappings; sessions and posts keep their ticket's number.

    Writes that wait are failed with a sentence: nothing will send or check them any more.
    """
    connection_id = connection.pk
    with transaction.atomic():
        _remove(connection, actor)
    opened.forget(connection_id)
    catalog.forget(connection.account)


def _complete(
    values: Mapping[str, str], site_url: str, current: PsaConnection | None
) -> Credentials:
    """Return the credentials to try: what was entered, else what is stored for this PSA."""
    entered = {name: values.get(name, "") for name in SECRETS}
    setup = registry.setup_of(values["provider"])
    company_id = values.get("company_id", "")
    if current is not None and not all(entered.values()):
        moved = (current.site_url, current.company_id) != (site_url, company_id)
        if moved and not entered["private_key"]:
            raise NotSaved("private_key", _ENTER_AGAIN)
        entered = _filled_in(entered, current)
    credentials = Credentials(site_url=site_url, company_id=company_id, **entered)
    used = opened.with_client_id(setup.name, credentials)
    for name in SECRETS:
        if name in setup.asked and not getattr(used, name):
            whose = f" of your {setup.label} integration" if name == "client_id" else ""
            raise NotSaved(name, f"Enter the {setup.asked[name].label.lower()}{whose}.")
    return credentials


def _filled_in(entered: dict[str, str], current: PsaConnection) -> dict[str, str]:
    try:
        stored = key_ring.unseal(current.credentials_encrypted, site_url="", company_id="")
    except key_ring.CredentialsUnreadable as error:
        if entered["public_key"] and entered["private_key"]:
            return entered
        raise NotSaved("private_key", error.sentence) from None
    return {name: value or getattr(stored, name) for name, value in entered.items()}


def ask(provider_name: str, credentials: Credentials, account: Account) -> ConnectionReport:
    """Test credentials on a client of their own; raises PsaError."""
    provider = opened.open_unshared(provider_name, credentials, account.name)
    try:
        return provider.test_connection()
    finally:
        provider.close()


def not_saved(error: PsaError) -> NotSaved:
    """Say beside which field a failed test belongs."""
    match error:
        case SiteRefused():
            return NotSaved("site_url", error.sentence)
        case AuthFailed():
            return NotSaved(error.field, error.sentence)
        case ConnectionFailed() | Timeout() | ServerError() | RateLimited():
            return NotSaved("", error.sentence, out_of_reach=True)
        case _:
            return NotSaved("", error.sentence)


def _row_for(tested: Tested, actor: User | None) -> PsaConnection:
    """Return the row to write, locked; raises NotSaved if it is not the one that was tested."""
    before = tested.replaces
    if before is None:
        return PsaConnection(account=tested.account, provider=tested.provider)
    row = PsaConnection.objects.select_for_update().filter(pk=before.pk).first()
    if row is None or row.updated_at != before.updated_at:
        raise NotSaved("", _CHANGED_MEANWHILE)
    if row.company_id.casefold() == tested.credentials.company_id.casefold():
        return row
    # Its ticket numbers mean other tickets: nothing old may be sent there.
    _remove(row, actor)
    return PsaConnection(account=tested.account, provider=tested.provider)


def _take_in(connection: PsaConnection, credentials: Credentials) -> None:
    """Put the credentials in the row; what waits there for another site goes."""
    if (connection.site_url, connection.company_id) != (
        credentials.site_url,
        credentials.company_id,
    ):
        connection.next_credentials_encrypted, connection.next_entered_at = "", None
        connection.former_credentials_encrypted, connection.former_until = "", None
    if not _holds_keys_of(connection, credentials):
        connection.keys_since = timezone.now()
    connection.site_url = credentials.site_url
    connection.company_id = credentials.company_id
    connection.credentials_encrypted = key_ring.seal(credentials)


def _holds_keys_of(connection: PsaConnection, credentials: Credentials) -> bool:
    try:
        stored = key_ring.unseal(
            connection.credentials_encrypted,
            site_url=credentials.site_url,
            company_id=credentials.company_id,
        )
    except key_ring.CredentialsUnreadable:
        return False
    return stored == credentials


def _remove(connection: PsaConnection, actor: User | None) -> None:
    """Fail the writes that wait, then delete the row; the caller holds the transaction.

    The row is locked first, as by everybody who writes to it, and the audit comes last.
    """
    if not PsaConnection.objects.select_for_update().filter(pk=connection.pk).first():
        return
    outbox.abandon(connection, timezone.now())
    connection.delete()
    connection_audit.deleted(connection, actor)
