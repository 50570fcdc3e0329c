"""Fuzzing with records: whatever a PSA answers, no page is a 500.

Every endpoint that asks the PSA is called with odd values in each property of the records that
it gets. In the suite some properties get one value, the same each time; `make fuzz` tries all.
"""

import os
from urllib.parse import urlencode
from zlib import crc32

import pytest
from django.core.cache import cache

from psa import opened
from psa.models import PsaConnection
from tests.house.fuzz.prober import Prober
from tests.house.fuzz.records import RECORD_VALUES, Mutation
from tests.house.test_access_matrix import world  # noqa: F401
from tests.house.test_admin_matrix import fill
from tests.simulated import rewrite_answers

pytestmark = pytest.mark.django_db
IS_FULL = os.environ.get("FUZZ") == "all"
# In the suite one property in so many is changed.
SAMPLE = 8


@pytest.fixture
def mutation(monkeypatch, simulator) -> Mutation:
    mutation = Mutation()
    rewrite_answers(monkeypatch, mutation.rewrite)
    return mutation


@pytest.fixture
def prober(mutation, world, account, connection, settings) -> Prober:  # noqa: F811
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/m")
    fill(account, connection, [world.session.engineer], "Own")
    PsaConnection.objects.update(company_id="northwind")  # as the simulator knows it
    return Prober(world, account)


def kinds_for(place: str) -> list[str]:
    if IS_FULL:
        return list(RECORD_VALUES)
    if crc32(place.encode()) % SAMPLE:
        return []
    return [min(RECORD_VALUES, key=lambda kind: crc32(f"{place} {kind}".encode()))]


def forget(connection: PsaConnection) -> None:
    """Have everything asked for anew."""
    cache.clear()
    opened.forget(connection.pk)


def test_no_record_breaks_a_page(prober, mutation, connection, capsys):
    # The Django admin asks the PSA through the same operations as our pages.
    prober.endpoints = [each for each in prober.endpoints if not each.is_admins]
    prober.record_baseline()
    wrong: dict[str, list[str]] = {}
    asked = 0
    for endpoint in prober.endpoints:
        mutation.keys, mutation.key = set(), ""
        forget(connection)
        prober.ask(endpoint, urlencode(endpoint.base))
        for key in sorted(mutation.keys):
            for kind in kinds_for(f"{endpoint} {key}"):
                mutation.key, mutation.value = key, RECORD_VALUES[kind]
                forget(connection)
                answer = prober.ask(endpoint, urlencode(endpoint.base))
                asked += 1
                if answer.status == 500:
                    wrong.setdefault(f"{endpoint}: {key}: {answer.error}", []).append(kind)
    mutation.key = ""
    with capsys.disabled():
        print(f"\nfuzzing records: {asked} requests")
    assert wrong == {}
    assert asked > 50
