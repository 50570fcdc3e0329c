"""What the tests of every kind of write share: a clock, a PSA in memory, a connection."""

import pytest

from psa.models import PsaConnection
from psa.outbox.runtime import Runtime
from tests.psa.outbox.clock import Clock
from tests.psa.outbox.fake_psa import FakePsa


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def psa(clock):
    return FakePsa(clock)


@pytest.fixture
def world(clock, psa):
    return Runtime(now=clock, jitter=lambda: 1.0, provider_of=lambda connection: psa)


@pytest.fixture
def stored_connection(account):
    return PsaConnection.objects.create(
        provider="connectwise",
        account=account,
        display_name="Fake",
        site_url="https://psa.example",
        company_id="c",
    )
