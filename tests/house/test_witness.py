"""The witness sees a credential wherever the suite lets one out."""

import logging
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import OutputWrapper
from django.http import HttpResponse, StreamingHttpResponse

from accounts import audit
from accounts.models import Account
from psa.credentials import seal
from psa.providers.errors import AuthFailed
from psa.providers.types import Credentials
from tests.witness import SECRETS, Witness

PAIR = Credentials(
    site_url="", company_id="", public_key="public", private_key="private", client_id="client"
)


@pytest.fixture
def leaks(witness):
    """Return what the witness saw in this test, and forgive it."""
    before = len(witness.leaks)
    yield lambda: witness.leaks[before:]
    del witness.leaks[before:]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_log_is_seen(leaks, secret):
    logging.getLogger("psa.anything").warning("refused", extra={"keys": f"x{secret}y"})
    assert leaks() == [f"log of psa.anything: {secret}…"]


def test_a_secret_in_an_error_is_seen(leaks):
    AuthFailed("privateKey01 was refused")
    assert leaks() == ["sentence of AuthFailed: rivateKey0…"]


def test_a_secret_that_a_command_prints_is_seen(leaks):
    OutputWrapper(StringIO()).write("The key is privateKey01.")
    assert len(leaks()) == 1


def test_a_secret_in_a_history_is_seen(leaks, owner, account):
    audit.record(account, owner, "keys.entered", "PSA", after={"private_key": "privateKey01"})
    LogEntry.objects.create(
        user=owner,
        content_type=ContentType.objects.get_for_model(Account),
        object_id=str(account.pk),
        object_repr=seal(PAIR),
        action_flag=CHANGE,
    )
    assert len(leaks()) == 2


@pytest.mark.parametrize("made", [HttpResponse, lambda text: StreamingHttpResponse([text])])
def test_a_secret_in_a_page_or_a_download_is_seen(made):
    own = Witness()
    response = made("a,b\r\nprivateKey01,c")
    own.see_response("export", response)
    assert b"".join(response) == b"a,b\r\nprivateKey01,c"
    assert own.leaks == ["export: rivateKey0…"]


@pytest.mark.django_db
def test_a_secret_in_an_answer_to_the_test_client_is_seen(leaks, client):
    client.get("/login/", {"next": "/privateKey01/"})
    assert leaks() == ["answer to /login/: rivateKey0…"]
