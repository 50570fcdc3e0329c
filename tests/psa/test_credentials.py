"""Sealed credentials: what opens them, what does not, and what a mask shows."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from psa.credentials import CredentialsUnreadable, mask, reseal, seal, unseal
from psa.providers.errors import AuthFailed
from psa.providers.types import Credentials

OLD = "an old passphrase of thirty-two characters"
NEW = "a new passphrase that nobody has seen yet"

CREDENTIALS = Credentials(
    site_url="https://cw.northwind.example",
    company_id="northwind",
    public_key="demoPublicKey01",
    private_key="pr!vät€Key",
    client_id="00000000-0000-4000-8000-000000000001",
)


def opened(token: str) -> Credentials:
    return unseal(token, site_url=CREDENTIALS.site_url, company_id=CREDENTIALS.company_id)


def test_sealed_credentials_open_again():
    assert opened(seal(CREDENTIALS)) == CREDENTIALS


def test_a_token_shows_nothing_of_the_secrets_and_differs_each_time():
    first, second = seal(CREDENTIALS), seal(CREDENTIALS)
    assert first != second
    assert CREDENTIALS.private_key not in first


@pytest.mark.parametrize(
    "key",
    [OLD, Fernet.generate_key().decode(), "x" * 32],
    ids=["passphrase", "fernet key", "short"],
)
def test_a_passphrase_and_a_fernet_key_both_serve(settings, key):
    settings.CREDENTIAL_KEYS = [key]
    assert opened(seal(CREDENTIALS)) == CREDENTIALS


def test_the_first_key_seals_and_every_key_opens(settings):
    settings.CREDENTIAL_KEYS = [OLD]
    token = seal(CREDENTIALS)
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    assert opened(token) == CREDENTIALS
    new_token = seal(CREDENTIALS)
    settings.CREDENTIAL_KEYS = [NEW]
    assert opened(new_token) == CREDENTIALS
    with pytest.raises(CredentialsUnreadable):
        opened(token)


def test_the_default_key_stays_readable_when_its_secret_key_joins_the_ring(settings):
    settings.CREDENTIAL_KEYS = []
    token = seal(CREDENTIALS)
    settings.CREDENTIAL_KEYS = [NEW, f" {settings.SECRET_KEY} "]
    assert opened(token) == CREDENTIALS


def test_blanks_round_an_entry_do_not_change_its_key(settings):
    settings.CREDENTIAL_KEYS = [NEW]
    token = seal(CREDENTIALS)
    settings.CREDENTIAL_KEYS = [f"  {NEW}\n", ""]
    assert opened(token) == CREDENTIALS


def test_an_unknown_key_is_an_error_that_says_what_to_do(settings):
    settings.CREDENTIAL_KEYS = [OLD]
    token = seal(CREDENTIALS)
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(
        AuthFailed, match="stored credentials cannot be read with the current keys"
    ) as caught:
        opened(token)
    assert token not in str(caught.value)


@pytest.mark.parametrize("token", ["", "not a token", "gAAAAA=="])
def test_a_broken_token_is_unreadable(token):
    with pytest.raises(CredentialsUnreadable):
        opened(token)
    with pytest.raises(CredentialsUnreadable):
        reseal(token)


def test_a_short_key_is_refused(settings):
    settings.CREDENTIAL_KEYS = ["x" * 31]
    with pytest.raises(ImproperlyConfigured, match="shorter than 32"):
        seal(CREDENTIALS)


def test_resealing_moves_a_token_under_the_first_key_once(settings):
    settings.CREDENTIAL_KEYS = [OLD]
    token = seal(CREDENTIALS)
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    moved = reseal(token)
    assert moved != token
    assert reseal(moved) == moved
    settings.CREDENTIAL_KEYS = [NEW]
    assert opened(moved) == CREDENTIALS


@pytest.mark.parametrize("secret", ["", "a", "abcd", "fifteen letters"])
def test_a_mask_shows_nothing_of_a_short_secret(secret):
    assert mask(secret) == "•" * 12


@pytest.mark.parametrize("secret", ["sixteen letters!", "x" * 200 + "ers!"])
def test_a_mask_ends_with_the_last_four_of_a_long_secret(secret):
    assert mask(secret) == "••••••••ers!"
