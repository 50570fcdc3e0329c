"""Which PSAs the product knows. Adding one: a line here, and docs/adding-a-provider.md."""

import functools
import weakref
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from psa.providers.base import PsaProvider
from psa.providers.connectwise import numbers
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.connectwise.setup import SETUP as CONNECTWISE
from psa.providers.errors import SiteRefused
from psa.providers.gate import Gate, Places
from psa.providers.setup import Setup
from psa.providers.types import Credentials
from resolutionflow.lib import waiting_room
from resolutionflow.lib.safe_http import Origin, SiteNotAllowed
from resolutionflow.lib.trusted_sites import origins_for

Hook = Callable[[], None]


def _connectwise(credentials: Credentials, account: str, before_send: Hook) -> PsaProvider:
    client = ConnectWiseClient(
        credentials, trusted=trusted_sites(account), before_send=before_send, gate=Gate(_places())
    )
    provider = ConnectWiseProvider(client, company_id=credentials.company_id)
    # A provider that was replaced is closed when the last call on it has returned.
    weakref.finalize(provider, client.close)
    return provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One PSA: its set-up, how it is opened, and the number that a text names as a ticket's."""

    setup: Setup
    open: Callable[[Credentials, str, Hook], PsaProvider]
    ticket_number: Callable[[str], str]


_VENDORS = {
    CONNECTWISE.name: Vendor(
        setup=CONNECTWISE, open=_connectwise, ticket_number=numbers.ticket_number
    ),
}
_ANY = "your PSA"


def ticket_number(text: str) -> str:
    """Return the number that the text names as a ticket's of any PSA, "" where it names none."""
    found = (vendor.ticket_number(text) for vendor in _VENDORS.values())
    return next(filter(None, found), "")


@functools.cache
def _places() -> Places:
    """Return the places of this process; calls wait for them in its one waiting room."""
    return Places(calls=settings.PSA_CALLS_PER_PROCESS, room=waiting_room.room)


def known_providers() -> tuple[tuple[str, str], ...]:
    """Return name and product of each provider, as a form's choices."""
    return tuple((name, vendor.setup.product) for name, vendor in _VENDORS.items())


def setup_of(name: str) -> Setup:
    """Return how this PSA is named and set up; raises LookupError for an unknown name."""
    if name not in _VENDORS:
        raise LookupError(f"no provider is named {name!r}")
    return _VENDORS[name].setup


def label(name: str) -> str:
    """Return what sentences call this PSA; for "" the only one there is, or "your PSA"."""
    setup = setup_of(name) if name else only_setup()
    return setup.label if setup else _ANY


def only_setup() -> Setup | None:
    """Return the set-up of the only PSA that is known, None where there are several."""
    setups = [vendor.setup for vendor in _VENDORS.values()]
    return setups[0] if len(setups) == 1 else None


def open_provider(
    name: str,
    credentials: Credentials,
    *,
    account: str = "",
    before_send: Hook = lambda: None,
) -> PsaProvider:
    """Return a provider for the credentials; connects to nothing yet.

    `account` is the account's name: it may have trusted sites of its own. `before_send` is
    called on the caller's thread before each request leaves.

    One per connection and process: it holds the sockets and what it learned about the
    site; `close()` ends it, or nobody holding it any more. Raises LookupError for an
    unknown name and SiteRefused for a site address that cannot be read.
    """
    label = setup_of(name).label
    try:
        return _VENDORS[name].open(credentials, account, before_send)
    except SiteRefused as refusal:
        refusal.of(label)
        raise


def trusts_by_account() -> bool:
    """Return whether PSA_TRUSTED_SITES names any account."""
    return any("=" in site for site in settings.PSA_TRUSTED_SITES)


def trusted_sites(account: str = "") -> tuple[Origin, ...]:
    """Return the origins of PSA_TRUSTED_SITES that the account of this name may use.

    Raises ImproperlyConfigured for an entry that cannot be read.
    """
    try:
        return origins_for(account, settings.PSA_TRUSTED_SITES)
    except SiteNotAllowed as error:
        raise ImproperlyConfigured(f"PSA_TRUSTED_SITES: {error.reason}") from error
