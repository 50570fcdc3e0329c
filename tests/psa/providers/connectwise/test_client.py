"""The client against scripted answers: where it calls, what it repeats, what trouble means."""

import base64
import json
import ssl

import httpx
import pytest

from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.errors import (
    AuthFailed,
    ConnectionFailed,
    InvalidRequest,
    NotFound,
    PermissionMissing,
    RateLimited,
    ServerError,
    SiteRefused,
    Timeout,
    WriteUncertain,
)
from psa.providers.types import Credentials
from resolutionflow.lib import safe_http
from resolutionflow.lib.safe_http import parse_origin

BASE = "/v4_6_release/apis/3.0"
TICKET = f"{BASE}/service/tickets/1"
CLOUD_INFO = {"CompanyName": "Northwind", "Codebase": "v2026_1/", "IsCloud": "True"}


class Vendor:
    """Answers from a script: a list per path, the last of which is repeated."""

    def __init__(self):
        self.calls = []
        self.script = {
            "/login/companyinfo/northwind": [CLOUD_INFO],
            f"{BASE}/system/info": [{"version": "v2026.1"}],
        }
        self.waits = []

    def __call__(self, request):
        self.calls.append((request.method, request.url.host, request.url.path))
        self.last = request
        answers = self.script.get(request.url.path, [(404, {"code": "NotFound"})])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=body)

    @property
    def paths(self):
        return [path.removeprefix(BASE) for _, _, path in self.calls]

    def on_ticket(self, *answers):
        self.script[TICKET] = list(answers)


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


def read(client):
    return client.read("/service/tickets/1")


def write(client):
    return client.write("PATCH", "/service/tickets/1", [{"op": "replace"}])


# --- Finding the API -----------------------------------------------------------------


def test_the_api_of_a_cloud_site_has_a_host_of_its_own(client, vendor):
    vendor.on_ticket({"id": 1})
    assert read(client) == {"id": 1}
    assert vendor.calls == [
        ("GET", "na.myconnectwise.net", "/login/companyinfo/northwind"),
        ("GET", "api-na.myconnectwise.net", TICKET),
    ]


def test_the_api_is_looked_for_once(client, vendor):
    vendor.on_ticket({"id": 1})
    read(client)
    read(client)
    write(client)
    assert vendor.paths.count("/login/companyinfo/northwind") == 1


@pytest.mark.parametrize(
    ("site", "named", "api"),
    [
        ("api-na.myconnectwise.net", "", "api-na.myconnectwise.net"),
        ("na.myconnectwise.net", "api-eu.myconnectwise.net", "api-eu.myconnectwise.net"),
        ("na.myconnectwise.net", "na.myconnectwise.net", "api-na.myconnectwise.net"),
        ("staging.connectwisedev.com", "", "api-staging.connectwisedev.com"),
    ],
)
def test_company_info_may_name_the_host(make_client, vendor, site, named, api):
    vendor.script["/login/companyinfo/northwind"] = [CLOUD_INFO | {"SiteUrl": named}]
    vendor.on_ticket({"id": 1})
    read(make_client(site))
    assert vendor.calls[-1][1] == api


@pytest.mark.parametrize(
    "named",
    [
        "evil.com",
        "api-na.myconnectwise.net.evil.com",
        "http://api-na.myconnectwise.net",
        "api-na.myconnectwise.net:8443",
        "169.254.169.254",
        "user@api-na.myconnectwise.net",
        "../..",
    ],
)
def test_the_host_that_company_info_names_is_checked_like_the_typed_one(client, vendor, named):
    vendor.script["/login/companyinfo/northwind"] = [CLOUD_INFO | {"SiteUrl": named}]
    with pytest.raises(SiteRefused):
        read(client)
    assert len(vendor.calls) == 1


@pytest.mark.parametrize("named", ["", "internal-name.local", "cw.example.com"])
def test_on_premise_the_api_is_the_site_itself(make_client, vendor, named):
    info = {"CompanyName": "N", "Codebase": "v4_6_release/", "IsCloud": False, "SiteUrl": named}
    vendor.script["/login/companyinfo/northwind"] = [info]
    vendor.on_ticket({"id": 1})
    read(make_client("https://cw.example.com", (parse_origin("https://cw.example.com"),)))
    assert {host for _, host, _ in vendor.calls} == {"cw.example.com"}


def test_a_site_that_is_not_allowed_is_never_called(make_client, vendor):
    with pytest.raises(SiteRefused):
        read(make_client("https://cw.example.com"))
    with pytest.raises(SiteRefused):
        write(make_client("https://10.0.0.1"))
    assert vendor.calls == []


def test_a_site_that_cannot_be_read_is_refused_at_once(make_client):
    with pytest.raises(SiteRefused, match="Give only the address"):
        make_client("https://na.myconnectwise.net/v4_6_release")


def test_a_company_id_cannot_leave_its_place_in_the_path(make_client, vendor):
    with pytest.raises(AuthFailed):
        read(make_client(company_id="../x?y#z"))
    assert vendor.last.url.raw_path == b"/login/companyinfo/..%2Fx%3Fy%23z"


def test_company_info_is_asked_without_credentials(client, vendor):
    assert client.company().name == "Northwind"
    assert "Authorization" not in vendor.last.headers
    assert "clientId" not in vendor.last.headers


def test_an_unknown_company_is_said_so(client, vendor):
    vendor.script["/login/companyinfo/northwind"] = [httpx.Response(200, content=b"null")]
    with pytest.raises(AuthFailed, match="company id"):
        read(client)
    with pytest.raises(AuthFailed, match="company id"):
        write(client)


# --- What a call carries -------------------------------------------------------------


def test_every_call_is_signed(client, vendor):
    vendor.on_ticket({"id": 1})
    read(client)
    headers = vendor.last.headers
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"northwind+pub:pri").decode()
    assert headers["clientId"] == "cid"
    assert headers["Accept"] == "application/vnd.connectwise.com+json; version=2025.16"


def test_a_write_carries_its_body(client, vendor):
    vendor.on_ticket({"id": 1})
    write(client)
    assert vendor.last.method == "PATCH"
    assert vendor.last.headers["Content-Type"] == "application/json"
    assert json.loads(vendor.last.content) == [{"op": "replace"}]


@pytest.mark.parametrize("client_id", ["é", "a\r\nHost: evil.com", "a\x00"])
def test_a_client_id_that_is_no_header_value_is_said_so(make_client, vendor, client_id):
    with pytest.raises(AuthFailed, match="client id") as raised:
        read(make_client(client_id=client_id))
    assert raised.value.field == "client_id"


def test_keys_of_any_alphabet_travel(make_client, vendor):
    vendor.on_ticket({"id": 1})
    assert read(make_client(private_key="schlüssel\n")) == {"id": 1}


# --- Repeating reads, never writes ---------------------------------------------------

PASSING = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("late"),
    httpx.PoolTimeout("busy"),
    httpx.RemoteProtocolError("cut"),
    httpx.ReadError("cut"),
    (500, {"code": "ServerError"}),
    (503, {}),
    httpx.Response(200, content=b"<html>"),
    httpx.Response(429, headers={"Retry-After": "1"}),
]


@pytest.mark.parametrize("trouble", PASSING)
def test_a_read_is_repeated_after_trouble_that_passes(client, vendor, trouble):
    vendor.on_ticket(trouble, trouble, {"id": 1})
    assert read(client) == {"id": 1}
    assert len(vendor.waits) == 2


@pytest.mark.parametrize("trouble", PASSING)
def test_a_read_gives_up_after_two_repeats(client, vendor, trouble):
    vendor.on_ticket(trouble)
    with pytest.raises((ConnectionFailed, ServerError, RateLimited)):
        read(client)
    assert vendor.paths.count("/service/tickets/1") == 3


@pytest.mark.parametrize("trouble", [*PASSING, httpx.ReadTimeout("late")])
def test_a_write_is_never_repeated(client, vendor, trouble):
    vendor.on_ticket(trouble)
    with pytest.raises((ConnectionFailed, WriteUncertain, RateLimited)):
        write(client)
    assert vendor.paths.count("/service/tickets/1") == 1
    assert vendor.waits == []


def test_repeats_wait_longer_each_time_with_jitter(client, vendor):
    vendor.on_ticket((500, {}))
    with pytest.raises(ServerError):
        read(client)
    assert vendor.waits == pytest.approx([0.3, 0.6])


def test_a_short_retry_after_is_kept(client, vendor):
    vendor.on_ticket(httpx.Response(429, headers={"Retry-After": "2"}), {"id": 1})
    assert read(client) == {"id": 1}
    assert vendor.waits == [2.0]


def test_a_long_retry_after_is_left_to_the_caller(client, vendor):
    vendor.on_ticket(httpx.Response(429, headers={"Retry-After": "3"}))
    with pytest.raises(RateLimited) as raised:
        read(client)
    assert raised.value.retry_after == 3.0
    assert vendor.waits == []


def test_a_late_answer_is_not_waited_for_again(client, vendor):
    vendor.on_ticket(httpx.ReadTimeout("late"))
    with pytest.raises(Timeout):
        read(client)
    assert vendor.paths.count("/service/tickets/1") == 1


def test_no_repeat_begins_after_the_deadline(client, vendor):
    vendor.on_ticket((500, {}))
    with safe_http.deadline(0.1), pytest.raises(ServerError):
        read(client)
    assert vendor.waits == []


# --- What trouble means for a write --------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (httpx.ConnectError("refused"), ConnectionFailed),
        (httpx.ConnectTimeout("late"), ConnectionFailed),
        (httpx.PoolTimeout("busy"), ConnectionFailed),
        (httpx.ReadTimeout("late"), WriteUncertain),
        (httpx.WriteTimeout("late"), WriteUncertain),
        (httpx.WriteError("cut"), WriteUncertain),
        (httpx.ReadError("cut"), WriteUncertain),
        (httpx.RemoteProtocolError("cut"), WriteUncertain),
        (httpx.LocalProtocolError("odd"), WriteUncertain),
        (safe_http.AnswerTooLarge("large"), WriteUncertain),
        (httpx.DecodingError("odd"), WriteUncertain),
        ((500, {}), WriteUncertain),
        ((502, {}), WriteUncertain),
        (httpx.Response(201, content=b""), WriteUncertain),
        (httpx.Response(201, content=b"<html>"), WriteUncertain),
        ((201, []), WriteUncertain),
        ((201, {"no": "id"}), WriteUncertain),
        (httpx.Response(302, headers={"Location": "https://evil.com"}), WriteUncertain),
        ((429, {"error": "ConnectWiseAPI"}), RateLimited),
        ((400, {}), InvalidRequest),
        ((409, {}), InvalidRequest),
        ((415, {}), InvalidRequest),
        ((401, {}), AuthFailed),
        ((403, {}), PermissionMissing),
        ((404, {}), NotFound),
    ],
)
def test_trouble_with_a_write_is_sorted_by_whether_it_may_have_been_done(
    client, vendor, trouble, error
):
    vendor.on_ticket(trouble)
    with pytest.raises(error) as raised:
        write(client)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    "trouble",
    [(500, {}), httpx.ReadTimeout("late"), httpx.ReadError("cut"), httpx.ConnectError("no")],
)
def test_trouble_before_the_write_means_that_nothing_was_sent(client, vendor, trouble):
    vendor.script["/login/companyinfo/northwind"] = [trouble]
    with pytest.raises(ConnectionFailed):
        write(client)
    assert vendor.paths == ["/login/companyinfo/northwind"]


def test_a_certificate_that_cannot_be_verified_is_said_so(client, vendor):
    failure = httpx.ConnectError("no")
    failure.__cause__ = ssl.SSLCertVerificationError("self-signed")
    vendor.script["/login/companyinfo/northwind"] = [failure]
    with pytest.raises(ConnectionFailed, match="TLS certificate"):
        write(client)


# --- Not found, forbidden, or the credentials ----------------------------------------


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (403, PermissionMissing)])
@pytest.mark.parametrize("act", [read, write])
def test_good_credentials_are_confirmed_before_the_record_or_right_is_blamed(
    client, vendor, act, status, error
):
    vendor.on_ticket((status, {}))
    with pytest.raises(error):
        act(client)
    assert vendor.paths[-1] == "/system/info"


@pytest.mark.parametrize("status", [404, 403])
@pytest.mark.parametrize("refusal", [401, 403, 404])
@pytest.mark.parametrize("act", [read, write])
def test_refused_credentials_may_look_like_a_missing_record(client, vendor, act, status, refusal):
    vendor.on_ticket((status, {}))
    vendor.script[f"{BASE}/system/info"] = [(refusal, {})]
    with pytest.raises(AuthFailed):
        act(client)


@pytest.mark.parametrize("trouble", [(500, {}), httpx.ReadTimeout("late"), (429, {})])
def test_a_confirmation_that_fails_otherwise_changes_nothing(client, vendor, trouble):
    vendor.on_ticket((404, {}))
    vendor.script[f"{BASE}/system/info"] = [trouble]
    with pytest.raises(NotFound):
        read(client)


@pytest.mark.parametrize("answer", [(401, {}), httpx.Response(400, content=b"Cannot route. X")])
def test_the_api_is_looked_for_anew_after_a_refusal(client, vendor, answer):
    vendor.on_ticket(answer, {"id": 1})
    with pytest.raises(AuthFailed):
        read(client)
    assert read(client) == {"id": 1}
    assert vendor.paths.count("/login/companyinfo/northwind") == 2


def test_a_refused_confirmation_is_a_reason_to_look_anew(client, vendor):
    vendor.on_ticket((404, {}), {"id": 1})
    vendor.script[f"{BASE}/system/info"] = [(404, {})]
    with pytest.raises(AuthFailed):
        read(client)
    vendor.script["/login/companyinfo/northwind"] = [
        CLOUD_INFO | {"SiteUrl": "api-eu.myconnectwise.net"}
    ]
    assert read(client) == {"id": 1}
    assert vendor.calls[-1][1] == "api-eu.myconnectwise.net"


def test_system_info_itself_is_not_confirmed(client, vendor):
    vendor.script[f"{BASE}/system/info"] = [(404, {})]
    with pytest.raises(AuthFailed):
        client.read("/system/info")
    assert vendor.paths.count("/system/info") == 1


# --- Pages ---------------------------------------------------------------------------


def paged(vendor, total, size):
    def answer(request):
        vendor.calls.append(dict(request.url.params))
        page = int(request.url.params["page"])
        rows = [{"id": n} for n in range(1, total + 1)][(page - 1) * size : page * size]
        links = f'<https://evil.com/x?page={page + 1}>; rel="next"'
        return httpx.Response(200, json=rows, headers={"Link": links})

    return answer


@pytest.mark.parametrize(("total", "calls"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3)])
def test_pages_are_counted_and_read_to_the_end(client, vendor, monkeypatch, total, calls):
    client._discover()
    vendor.calls.clear()
    transport = httpx.MockTransport(paged(vendor, total, 2))
    monkeypatch.setattr(safe_http, "transport_factory", lambda origin, trusted: transport)
    found = [
        row for page in client.read_pages("/system/members", {"a": "b"}, size=2) for row in page
    ]
    assert [row["id"] for row in found] == list(range(1, total + 1))
    assert len(vendor.calls) == calls
    assert vendor.calls[0] == {"a": "b", "page": "1", "pageSize": "2"}


def test_pages_without_end_are_an_error(client, vendor, monkeypatch):
    monkeypatch.setattr("psa.providers.connectwise.client.MOST_PAGES", 3)
    vendor.script[f"{BASE}/system/members"] = [[{"id": 1}]]
    with pytest.raises(ServerError, match="more records"):
        list(client.read_pages("/system/members", {}, size=1))


def test_closing_closes_the_sockets(client, vendor):
    vendor.on_ticket({"id": 1})
    read(client)
    pools = list(client._pools.values())
    client.close()
    assert [pool.is_closed for pool in pools] == [True, True]
