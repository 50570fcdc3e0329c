"""Whatever a PSA answers, the provider returns values or raises an error of its own."""

from datetime import UTC, datetime

import pytest

from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import Intercepted, PsaError, ServerError
from psa.providers.types import Credentials, TicketFilter
from resolutionflow.lib.safe_http import parse_origin
from tests.hostile import ATTACKS, hostile_psa
from tests.hostile.eater import patient_gate

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CALLS = (
    lambda provider: provider.test_connection(),
    lambda provider: provider.get_ticket("1"),
    lambda provider: provider.list_members(),
    lambda provider: provider.list_notes("1"),
    lambda provider: provider.find_note("1", marker="RF-1", text="Jam.", since=LONG_AGO),
    lambda provider: provider.search_tickets(TicketFilter(), 1, 25),
)


@pytest.fixture(scope="module")
def psa():
    with hostile_psa() as running:
        yield running


@pytest.fixture
def provider(psa):
    keys = {"company_id": "nw", "public_key": "a", "private_key": "b", "client_id": "c"}
    client = ConnectWiseClient(
        Credentials(site_url=psa.url, **keys),
        trusted=(parse_origin(psa.url),),
        sleep=lambda seconds: None,
        gate=patient_gate(),
    )
    made = ConnectWiseProvider(client, company_id="nw")
    yield made
    made.close()


def outcomes(psa, provider, name):
    psa.attack, psa.everywhere = ATTACKS[name], True
    try:
        for call in CALLS:
            try:
                yield call(provider)
            except PsaError as error:
                yield error
    finally:
        psa.attack, psa.everywhere = None, False


GROUPS = ("framing", "redirects", "values")
QUICK = [name for name, each in ATTACKS.items() if each.group in GROUPS]
QUICK.remove("pages-for-ever")  # a test of its own below


def test_odd_frames_redirects_and_values_are_answers_or_errors_of_ours(psa, provider):
    for name in QUICK:
        assert len(list(outcomes(psa, provider, name))) == len(CALLS), name


@pytest.mark.parametrize("name", ["gzip-of-an-honest-answer", "brotli", "coding-that-nobody-knows"])
def test_a_coding_is_said_to_be_the_trouble(psa, provider, name):
    provider.get_ticket("1")
    psa.seen.clear()
    found = list(outcomes(psa, provider, name))[1]
    assert isinstance(found, Intercepted)
    assert "compressed" in found.sentence


def test_pages_without_an_end_end(psa, provider, monkeypatch):
    monkeypatch.setattr("psa.providers.connectwise.client.MOST_PAGES", 3)
    psa.attack = ATTACKS["pages-for-ever"]
    with pytest.raises(ServerError, match="more records than can be read at once"):
        provider.list_members()
    psa.attack = None
