"""Opened providers: one per connection and process, with its pooled client.

Opening costs a TLS context and every first call a handshake, so a provider is kept until
its connection's credentials, site or company change. Then it is let go of, and closes when
the last call that is under way on it has returned.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.conf import settings

from psa import credentials as key_ring
from psa.models import PsaConnection
from psa.providers import registry
from psa.providers.base import PsaProvider
from psa.providers.errors import ConnectionFailed
from psa.providers.setup import Setup
from psa.providers.types import Credentials
from resolutionflow.lib.database import release_database

# The fields of `Credentials` that are sealed.
SECRETS = ("public_key", "private_key", "client_id")


@dataclass(frozen=True, slots=True)
class _Opened:
    name: str
    credentials: Credentials
    as_of: datetime
    provider: PsaProvider


_opened: dict[UUID, _Opened] = {}
_lock = Lock()


def credentials_of(connection: PsaConnection) -> Credentials:
    """Return the connection's credentials; raises CredentialsUnreadable."""
    stored = key_ring.unseal(
        connection.credentials_encrypted,
        site_url=connection.site_url,
        company_id=connection.company_id,
    )
    return with_client_id(connection.provider, stored)


def client_id_of(setup: Setup) -> str:
    """Return the client id that the whole installation has for this PSA, "" for none."""
    name = setup.client_id_setting
    return str(getattr(settings, name)) if name else ""


def with_client_id(provider: str, credentials: Credentials) -> Credentials:
    """Return the credentials with the product's own client id where they name none."""
    if credentials.client_id:
        return credentials
    return replace(credentials, client_id=client_id_of(registry.setup_of(provider)))


def open_provider(connection: PsaConnection) -> PsaProvider:
    """Return the provider of this connection, shared by all threads of the process.

    Raises CredentialsUnreadable, SiteRefused, or ConnectionFailed while the connection is
    paused (nothing was sent, so a post waits). Sends nothing by itself.
    """
    if not connection.is_active:
        raise ConnectionFailed("The PSA connection is paused. An administrator can resume it.")
    credentials = credentials_of(connection)
    with _lock:
        known = _opened.get(connection.pk)
        if known and _still_holds(known, connection, credentials):
            return known.provider
        provider = open_unshared(connection.provider, credentials, _trusted_by(connection))
        _opened[connection.pk] = _Opened(
            connection.provider, credentials, connection.updated_at, provider
        )
    return provider


def _trusted_by(connection: PsaConnection) -> str:
    """Return the account's name where sites may be trusted for it.

    Not otherwise: it may take a query, and threads that call a PSA side by side open providers.
    """
    return connection.account.name if registry.trusts_by_account() else ""


def open_unshared(name: str, credentials: Credentials, account: str) -> PsaProvider:
    """Return a provider for credentials that are only being tried; the caller closes it.

    `account` is the account's name (see `registry.open_provider`).
    """
    return registry.open_provider(name, credentials, account=account, before_send=release_database)


def forget(connection_id: UUID) -> None:
    """Let go of the provider of a connection that is gone, or whose site is to be found anew."""
    with _lock:
        _opened.pop(connection_id, None)


def _still_holds(known: _Opened, connection: PsaConnection, credentials: Credentials) -> bool:
    """Return whether to keep the provider: same credentials, or a row read before the change."""
    same = known.name == connection.provider and known.credentials == credentials
    return same or known.as_of > connection.updated_at
