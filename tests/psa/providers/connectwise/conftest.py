"""A client whose network is a scripted vendor."""

import httpx
import pytest

from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.types import Credentials
from resolutionflow.lib import safe_http
from tests.psa.providers.connectwise.scripted import Vendor


@pytest.fixture
def vendor(monkeypatch):
    made = Vendor()
    monkeypatch.setattr(
        safe_http, "transport_factory", lambda origin, trusted: httpx.MockTransport(made)
    )
    return made


@pytest.fixture
def make_client(vendor):
    made = []

    def make(site="na.myconnectwise.net", trusted=(), **changes):
        keys = {"company_id": "northwind", "public_key": "pub", "private_key": "pri"}
        credentials = Credentials(site_url=site, **({"client_id": "cid"} | keys | changes))
        client = ConnectWiseClient(
            credentials, trusted=trusted, sleep=vendor.waits.append, jitter=lambda: 0.5
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client):
    return make_client()
