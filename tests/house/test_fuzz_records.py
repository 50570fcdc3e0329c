"""Fuzzing with records: whatever a PSA answers, no page is a 500.

Every endpoint that asks the PSA is called with odd values in each property of the records that
it gets. In the suite some properties get one value, the same each time; `make fuzz` tries all.
"""

from collections.abc import Callable
from urllib.parse import urlencode
from zlib import crc32

import pytest

from psa import opened
from psa.models import PsaConnection
from tests.house.fuzz import IS_FULL, SHARDS, Report, of_shard
from tests.house.fuzz.records import RECORD_VALUES, Mutation
from tests.simulated import rewrite_answers

pytestmark = pytest.mark.django_db
# In the suite one property in so many is changed.
SAMPLE = 16


@pytest.fixture
def mutation(monkeypatch, simulator) -> Mutation:
    mutation = Mutation()
    rewrite_answers(monkeypatch, mutation.rewrite)
    return mutation


def kinds_for(place: str) -> list[str]:
    if IS_FULL:
        return list(RECORD_VALUES)
    if crc32(place.encode()) % SAMPLE:
        return []
    return [min(RECORD_VALUES, key=lambda kind: crc32(f"{place} {kind}".encode()))]


@pytest.fixture
def forget(own_cache, connection: PsaConnection) -> Callable[[], None]:
    """Return what has everything asked for anew."""

    def anew() -> None:
        own_cache()
        opened.forget(connection.pk)

    return anew


@pytest.mark.parametrize("shard", SHARDS)
def test_no_record_breaks_a_page(mutation, prober, forget, shard, capsys):
    # The Django admin asks the PSA through the same operations as our pages.
    prober.endpoints = [each for each in prober.endpoints if not each.is_admins]
    prober.record_baseline()
    report = Report()
    for endpoint in of_shard(prober.endpoints, shard):
        mutation.keys, mutation.key = set(), ""
        forget()
        prober.ask(endpoint, urlencode(endpoint.base))
        for key in sorted(mutation.keys):
            for kind in kinds_for(f"{endpoint} {key}"):
                mutation.key, mutation.value = key, RECORD_VALUES[kind]
                forget()
                answer = prober.ask(endpoint, urlencode(endpoint.base))
                report.see(f"{endpoint} {key}", kind, answer, answer.status == 500)
    mutation.key = ""
    with capsys.disabled():
        print(f"\nfuzzing records: {report.asked} requests")
    assert report.wrong == {}
    assert IS_FULL or report.asked > 50
