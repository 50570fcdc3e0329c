"""Fuzzing: no value of a parameter, no path and no header is answered by a 500.

Every endpoint is called with the values of `tests.house.fuzz.values` in each parameter that it
reads and in each part of its path. Parameters are found while endpoints are called, so a new
route needs nothing but its row in the access matrix. In the suite each place gets one value,
the same each time; `make fuzz` tries all of them.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote_to_bytes, urlencode
from zlib import crc32

import pytest
from django.test import Client

from tests.house.fuzz import IS_FULL, SHARDS, Report, of_shard
from tests.house.fuzz.endpoints import Endpoint, admin_patterns
from tests.house.fuzz.prober import Answer
from tests.house.fuzz.values import VALUES
from tests.house.test_access_matrix import browser, routes
from tickets.about import HEADER as ABOUT

pytestmark = pytest.mark.django_db
# What we, Django and htmx's middleware read of a request beside its parameters.
HEADERS = (
    *("Accept", "Accept-Language", "Cookie", "Host", "If-Modified-Since", "Origin", "Referer"),
    *("X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Proto", "X-Requested-With"),
    *("HX-Boosted", "HX-Current-URL", "HX-Prompt", "HX-Request", "HX-Target", "HX-Trigger"),
    ABOUT,
)


def is_wrong(answer: Answer, usual: int = 200) -> bool:
    """Return whether it is a 500, or a 502, which would blame a PSA that works."""
    return answer.status >= 500 and answer.status != usual


def kinds_for(endpoint: Endpoint, place: str) -> Iterable[str]:
    """Return the kinds of values to try: all, or one, in the admin of one place in 20."""
    if IS_FULL:
        return VALUES
    where = f"{endpoint} {place}"
    if endpoint.is_admins and crc32(where.encode()) % 20:
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


@pytest.mark.parametrize("shard", SHARDS)
def test_no_parameter_breaks_a_page(prober, shard, capsys):
    prober.record_baseline()
    report = Report()
    for endpoint in of_shard(prober.endpoints, shard):
        for name in names_of(endpoint):
            others = {other: value for other, value in endpoint.base.items() if other != name}
            for kind in kinds_for(endpoint, name):
                value = VALUES[kind].replace("NAME", quote(name))
                answer = prober.ask(endpoint, f"{urlencode(others)}&{quote(name)}={value}")
                report.see(f"{endpoint} {name}", kind, answer, is_wrong(answer, endpoint.status))
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
                report.see(f"{endpoint} <{name}>", kind, answer, is_wrong(answer))
    assert report.wrong == {}


MULTIPART = "multipart/form-data; boundary=b"
BODIES = {
    "no boundary": ("multipart/form-data", b"--b"),
    "empty boundary": ("multipart/form-data; boundary=", b"--\r\n"),
    "boundary of signs": ("multipart/form-data; boundary=\xff", b"--\xff"),
    "no end": (MULTIPART, b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx'),
    "no name": (MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "bad base64": (
        MULTIPART,
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n%%%\r\n--b--\r\n",
    ),
    "a file for a text": (
        MULTIPART,
        b'--b\r\nContent-Disposition: form-data; name="title"; filename="a\x00.txt"\r\n'
        b"Content-Type: text/plain; charset=nosuch\r\n\r\n\x00\xff\r\n--b--\r\n",
    ),
    "bytes for a text": (
        MULTIPART,
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\x00\r\n--b--\r\n',
    ),
    "JSON": ("application/json", b'{"title": '),
    "UTF-16": ("application/x-www-form-urlencoded; charset=utf-16", "title=x".encode("utf-16")),
    "unknown charset": ("application/x-www-form-urlencoded; charset=nosuch", b"title=%FF"),
    "charset of bytes": ("application/x-www-form-urlencoded; charset=base64", b"title=x"),
    "no type": ("", b"title=x"),
    "NUL in a name": ("application/x-www-form-urlencoded", b"ti%00tle=x&=&&&=%00"),
    "too many fields": ("application/x-www-form-urlencoded", b"a=1&" * 2_000),
}


def test_no_body_breaks_a_page(world, account):
    olive = browser(world.people["own owner"], account)
    olive.raise_request_exception = False
    people = {"/login/": Client(raise_request_exception=False)}
    wrong = {}
    for kind, (content_type, body) in BODIES.items():
        for path in ("/login/", "/sessions/new/", "/drafts/session/", "/tickets/new/"):
            answer = people.get(path, olive).generic("POST", path, body, content_type)
            if answer.status_code >= 500:
                wrong[f"{path} {kind}"] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("person", ["anonymous", "own owner"])
def test_no_header_breaks_a_page(prober, person):
    report = Report()
    for endpoint in prober.endpoints:
        if endpoint.route not in ("dashboard", "sessions:step-add", "tickets:related"):
            continue
        endpoint.person = person
        for name in HEADERS:
            for kind in kinds_for(endpoint, f"{person} {name}"):
                # As WSGI hands bytes over.
                value = unquote_to_bytes(VALUES[kind]).decode("latin-1")
                for by_htmx in ({}, {"HX-Request": "true"}):
                    answer = prober.ask(endpoint, "", headers={**by_htmx, name: value})
                    report.see(f"{endpoint} {name}", kind, answer, is_wrong(answer))
    assert report.wrong == {}
