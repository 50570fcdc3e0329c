"""The client's pages of a list, and the clock that its answers tell; against scripted answers."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from psa.providers.errors import Intercepted, ServerError, TooLarge
from resolutionflow.lib import safe_http
from tests.psa.providers.connectwise.scripted import CLOUD_INFO, read


class Pages:
    """A list that is answered in pages of `most` at most; `link` as the server has it."""

    def __init__(self, total, *, most=1000, link=True, largest=None):
        self.rows = [{"id": number} for number in range(1, total + 1)]
        self.most, self.link, self.largest = most, link, largest
        self.asked = []

    def __call__(self, request):
        if "companyinfo" in request.url.path:
            return httpx.Response(200, json=CLOUD_INFO)
        self.asked.append(dict(request.url.params))
        page, asked = (int(request.url.params[name]) for name in ("page", "pageSize"))
        size = min(asked, self.most)
        if self.largest and size > self.largest:
            raise safe_http.AnswerTooLarge("large")
        rows = self.rows[(page - 1) * size : page * size]
        more = page * size < len(self.rows)
        next_one = f'<https://evil.com/x?page={page + 1}>; rel="next", ' if more else ""
        links = {"Link": next_one + '<https://evil.com/x?page=1>; rel="first"'}
        return httpx.Response(200, json=rows, headers=links if self.link else {})


@pytest.fixture
def pages(monkeypatch):
    def serve(*arguments, **options):
        made = Pages(*arguments, **options)
        transport = httpx.MockTransport(made)
        monkeypatch.setattr(safe_http, "transport_factory", lambda origin, trusted: transport)
        return made

    return serve


def read_all(client, size=2):
    found = client.read_pages("/system/members", {"a": "b"}, size=size)
    return [row["id"] for page in found for row in page.records]


@pytest.mark.parametrize(
    ("total", "most", "link", "calls"),
    [
        (0, 9, True, 1),
        (1, 9, True, 1),
        (2, 9, True, 1),
        (3, 9, True, 2),
        (4, 9, True, 2),
        # A full page without a Link may have another one after it.
        (0, 9, False, 1),
        (1, 9, False, 1),
        (2, 9, False, 2),
        (3, 9, False, 2),
        # Shorter than asked for, and yet not the last one.
        (0, 1, True, 1),
        (1, 1, True, 1),
        (5, 1, True, 5),
    ],
)
def test_pages_are_counted_and_read_to_the_end(client, pages, total, most, link, calls):
    served = pages(total, most=most, link=link)
    assert read_all(client) == list(range(1, total + 1))
    assert len(served.asked) == calls
    assert served.asked[0] == {"a": "b", "page": "1", "pageSize": "2"}


def test_an_answer_that_is_too_large_is_asked_for_in_smaller_pages(client, pages):
    served = pages(1234, largest=99)
    assert sorted(set(read_all(client, size=1000))) == list(range(1, 1235))
    assert [asked["pageSize"] for asked in served.asked[:3]] == ["1000", "100", "10"]


def test_a_record_that_is_too_large_is_skipped_and_counted(client, pages, monkeypatch):
    served = pages(25)

    def serve(request):
        page, size = (int(request.url.params.get(name, 0)) for name in ("page", "pageSize"))
        if size and (page - 1) * size < 13 <= page * size:
            raise safe_http.AnswerTooLarge("large")
        return served(request)

    transport = httpx.MockTransport(serve)
    monkeypatch.setattr(safe_http, "transport_factory", lambda origin, trusted: transport)
    found = list(client.read_pages("/system/members", {}, size=10))
    assert {row["id"] for page in found for row in page.records} == set(range(1, 26)) - {13}
    assert sum(page.skipped for page in found) == 1


def test_one_record_that_is_too_large_is_told_as_what_it_is(client, pages):
    pages(1, largest=0.5)
    with pytest.raises(TooLarge, match="larger than we can read"):
        client.read("/service/tickets/1", {"page": "1", "pageSize": "1"})


def test_pages_without_end_are_an_error(client, pages, monkeypatch):
    monkeypatch.setattr("psa.providers.connectwise.client.MOST_PAGES", 3)
    pages(9)
    with pytest.raises(ServerError, match="more records"):
        read_all(client)


# --- The clock of the PSA ------------------------------------------------------------

DATED = datetime(2026, 4, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"Date": "Tue, 21 Apr 2026 07:40:00 GMT"}, -80),
        ({"Date": "Tue, 21 Apr 2026 09:00:00 GMT"}, 0),
        ({"Date": "Tue, 21 Apr 2026 09:30:00 GMT", "Age": "0"}, 30),
        ({"Date": "Tue, 21 Apr 2026 09:30:00 GMT", "Age": "7"}, None),
        ({"Date": "Thu, 23 Apr 2026 09:00:00 GMT"}, None),
        ({"Date": "yesterday"}, None),
        ({}, None),
    ],
)
def test_its_clock_is_told_by_the_date_of_its_answers(make_client, vendor, headers, minutes):
    client = make_client()
    client._now = lambda: DATED
    vendor.on_ticket(httpx.Response(200, json={"id": 1}, headers=headers))
    read(client)
    assert client.clock_offset == (None if minutes is None else timedelta(minutes=minutes))


def test_the_clock_of_something_in_between_is_not_believed(make_client, vendor):
    client = make_client()
    client._now = lambda: DATED
    dated = {"Date": "Tue, 21 Apr 2026 07:40:00 GMT"}
    vendor.on_ticket(httpx.Response(403, content=b"<html>", headers=dated))
    with pytest.raises(Intercepted):
        read(client)
    assert client.clock_offset is None
