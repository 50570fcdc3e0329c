"""Fuzzing: no value of a parameter, no path and no header is answered by a 500.

Every endpoint is called with the values of `tests.house.fuzz.values` in each parameter that it
reads and in each part of its path. Parameters are found while endpoints are called, so a new
route needs nothing but its row in the access matrix. In the suite each place gets one value,
the same each time; `make fuzz` tries all of them.
"""

import os
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote_to_bytes, urlencode
from zlib import crc32

import pytest

from psa.models import PsaConnection
from tests.house.fuzz.endpoints import Endpoint, admin_patterns
from tests.house.fuzz.prober import Answer, Prober
from tests.house.fuzz.values import VALUES
from tests.house.test_access_matrix import routes, world  # noqa: F401
from tests.house.test_admin_matrix import fill

pytestmark = pytest.mark.django_db
IS_FULL = os.environ.get("FUZZ") == "all"
# What we, Django and htmx's middleware read of a request beside its parameters.
HEADERS = (
    *("Accept", "Accept-Language", "Cookie", "Host", "If-Modified-Since", "Origin", "Referer"),
    *("X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Proto", "X-Requested-With"),
    *("HX-Boosted", "HX-Current-URL", "HX-Prompt", "HX-Request", "HX-Target", "HX-Trigger"),
)


class Report:
    """Counts the answers, and keeps which were wrong: by place, the kinds of values."""

    def __init__(self) -> None:
        self.asked = 0
        self.wrong: dict[str, list[str]] = {}

    def see(self, where: str, kind: str, answer: Answer, usual: int = 200) -> None:
        """Note a 500, and a 502, which would blame a PSA that works."""
        self.asked += 1
        if answer.status >= 500 and answer.status != usual:
            self.wrong.setdefault(f"{where}: {answer.status} {answer.error}", []).append(kind)


@pytest.fixture
def prober(world, account, connection, settings) -> Prober:  # noqa: F811
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/m")
    fill(account, connection, [world.session.engineer], "Own")
    PsaConnection.objects.update(company_id="northwind")  # as the simulator knows it
    return Prober(world, account)


def kinds_for(endpoint: Endpoint, place: str) -> Iterable[str]:
    """Return the kinds of values to try: all, or one, and in the admin one in every fifth place."""
    if IS_FULL:
        return VALUES
    where = f"{endpoint} {place}"
    if endpoint.is_admins and crc32(where.encode()) % 5:
        return ()
    return [min(VALUES, key=lambda kind: crc32(f"{where} {kind}".encode()))]


def names_of(endpoint: Endpoint) -> Iterator[str]:
    """Yield the endpoint's parameters, also those that are found meanwhile."""
    done: set[str] = set()
    while left := endpoint.names - done:
        name = min(left)
        done.add(name)
        yield name


def test_every_route_is_called(prober):
    called = {endpoint.route for endpoint in prober.endpoints}
    ours = set(routes()) - {"styleguide", "styleguide-dialog"}  # with DEBUG only
    admins = {f"admin:{pattern}" for pattern in admin_patterns()}
    assert len(admins) > 30
    assert (ours | admins) - called == set()


def test_no_parameter_breaks_a_page(prober, capsys):
    prober.record_baseline()
    report = Report()
    for endpoint in prober.endpoints:
        for name in names_of(endpoint):
            others = {other: value for other, value in endpoint.base.items() if other != name}
            for kind in kinds_for(endpoint, name):
                value = VALUES[kind].replace("NAME", quote(name))
                answer = prober.ask(endpoint, f"{urlencode(others)}&{quote(name)}={value}")
                report.see(f"{endpoint} {name}", kind, answer, endpoint.status)
    with capsys.disabled():
        places = sum(len(endpoint.names) for endpoint in prober.endpoints)
        print(f"\nfuzzing: {places} parameters × {len(VALUES)} values, {report.asked} requests")
    assert report.wrong == {}
    assert places > 500
    assert len(VALUES) > 40


def test_no_path_breaks_a_page(prober):
    report = Report()
    for endpoint in prober.endpoints:
        for name, value in endpoint.in_path.items():
            for kind in kinds_for(endpoint, f"<{name}>"):
                path = endpoint.path.replace(f"/{value}", f"/{VALUES[kind]}", 1)
                answer = prober.ask(endpoint, urlencode(endpoint.base), path=path)
                report.see(f"{endpoint} <{name}>", kind, answer)
    assert report.wrong == {}


@pytest.mark.parametrize("person", ["anonymous", "own owner"])
def test_no_header_breaks_a_page(prober, person):
    report = Report()
    for endpoint in prober.endpoints:
        if endpoint.route in ("dashboard", "sessions:step-add"):
            endpoint.person = person
            for name in HEADERS:
                for kind in kinds_for(endpoint, f"{person} {name}"):
                    # As WSGI hands bytes over.
                    value = unquote_to_bytes(VALUES[kind]).decode("latin-1")
                    headers = {"HX-Request": "true", name: value}
                    report.see(
                        f"{endpoint} {name}", kind, prober.ask(endpoint, "", headers=headers)
                    )
    assert report.wrong == {}
