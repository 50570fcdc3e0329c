"""How stored credentials are sealed: one Fernet token under a ring of keys.

Every entry of `CREDENTIAL_KEYS` is any text of 32 characters or more (a Fernet key will do);
the first seals, all of them open. Without any, the ring holds `SECRET_KEY`. A key is derived
the same way from each, so moving from the default to keys of one's own is
`CREDENTIAL_KEYS=<new>,<the SECRET_KEY>`, then `rotate_credentials`.
"""

import base64
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from psa.providers.errors import AuthFailed
from psa.providers.types import Credentials

# Part of what every stored token depends on: changing it makes all of them unreadable.
_LABEL = b"resolutionflow psa credentials 1"
SHORTEST_KEY = 32
_MASK_LENGTH = 12
_SHOWN = 4
_LONG_SECRET = 16


class CredentialsUnreadable(AuthFailed):
    """No key of the ring opens the token: a key was dropped, or the row was tampered with."""

    default = (
        "The stored credentials cannot be read with the current keys. Restore the key that sealed "
        "them in CREDENTIAL_KEYS, or enter the credentials again under Account, Integrations."
    )


def seal(credentials: Credentials) -> str:
    """Return the secrets of these credentials as one token under the first key."""
    secrets = {
        "public_key": credentials.public_key,
        "private_key": credentials.private_key,
        "client_id": credentials.client_id,
    }
    return MultiFernet(_ring()).encrypt(json.dumps(secrets).encode()).decode()


def unseal(token: str, *, site_url: str, company_id: str) -> Credentials:
    """Return the credentials for this site and company; raises CredentialsUnreadable."""
    try:
        secrets = json.loads(MultiFernet(_ring()).decrypt(token.encode()))
    except InvalidToken:
        raise CredentialsUnreadable from None
    return Credentials(site_url=site_url, company_id=company_id, **secrets)


def reseal(token: str) -> str:
    """Return the token under the first key, itself if it is so already.

    Raises CredentialsUnreadable when no key opens it.
    """
    ring = _ring()
    try:
        ring[0].decrypt(token.encode())
    except InvalidToken:
        pass
    else:
        return token
    try:
        return MultiFernet(ring).rotate(token.encode()).decode()
    except InvalidToken:
        raise CredentialsUnreadable from None


def mask(secret: str) -> str:
    """Return a mask of fixed length; of a long secret it ends with the last four characters."""
    shown = secret[-_SHOWN:] if len(secret) >= _LONG_SECRET else ""
    return shown.rjust(_MASK_LENGTH, "•")


def _ring() -> tuple[Fernet, ...]:
    """Return the keys, the sealing one first; raises ImproperlyConfigured for a short one."""
    entries = tuple(entry.strip() for entry in settings.CREDENTIAL_KEYS if entry.strip())
    if any(len(entry) < SHORTEST_KEY for entry in entries):
        raise ImproperlyConfigured(
            f"An entry of CREDENTIAL_KEYS is shorter than {SHORTEST_KEY} characters."
        )
    return _derive(entries or (settings.SECRET_KEY,))


@lru_cache(maxsize=4)
def _derive(entries: tuple[str, ...]) -> tuple[Fernet, ...]:
    return tuple(Fernet(_fernet_key(entry)) for entry in entries)


def _fernet_key(entry: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(entry.encode())
    return base64.urlsafe_b64encode(derived)
