"""The client against scripted answers: where it calls, what it repeats, what trouble means."""

import base64
import json
import ssl

import httpx
import pytest

from psa.providers.errors import (
    AuthFailed,
    Blocked,
    ConnectionFailed,
    Incompatible,
    InvalidRequest,
    NotFound,
    PermissionMissing,
    RateLimited,
    Redirected,
    ServerError,
    Timeout,
    WriteUncertain,
)
from resolutionflow.lib import call_bounds, safe_http
from tests.psa.providers.connectwise.scripted import BASE, CLOUD_INFO, read, write

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


def test_nothing_is_sent_after_the_deadline(client, vendor, monkeypatch):
    """Finding the API took all the time: the lease of the write may be over."""
    now = [0.0]
    monkeypatch.setattr(call_bounds, "_clock", lambda: now[0])
    vendor.takes = lambda: now.__setitem__(0, safe_http.TOTAL)
    with pytest.raises(ConnectionFailed):
        write(client)
    assert vendor.paths == ["/login/companyinfo/northwind"]


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
        (httpx.Response(302, headers={"Location": "https://evil.com"}), Redirected),
        (httpx.Response(303), Redirected),
        (httpx.Response(307), Redirected),
        ((408, {}), WriteUncertain),
        (httpx.Response(502, content=b"<html>"), WriteUncertain),
        (httpx.Response(504, content=b"<html>"), WriteUncertain),
        ((429, {"error": "ConnectWiseAPI"}), RateLimited),
        ((400, {}), InvalidRequest),
        ((409, {}), InvalidRequest),
        ((415, {}), Incompatible),
        ((402, {"code": "x", "message": "y"}), Incompatible),
        ((406, {}), Incompatible),
        ((410, {}), NotFound),
        ((418, {}), InvalidRequest),
        ((422, {}), InvalidRequest),
        ((423, {"code": "Locked", "message": "locked"}), InvalidRequest),
        ((451, {}), InvalidRequest),
        (httpx.Response(400, content=b"Bad Request"), Blocked),
        (httpx.Response(403, content=b"<html>Incident 123</html>"), Blocked),
        (httpx.Response(404, content=b"<html>"), Blocked),
        (httpx.Response(407, content=b"<html>"), Blocked),
        (httpx.Response(413, content=b"<html>"), Blocked),
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


# --- Closing ---------------------------------------------------------------------------


def test_closing_closes_the_sockets(client, vendor):
    vendor.on_ticket({"id": 1})
    read(client)
    pools = list(client._pools.values())
    client.close()
    assert [pool.is_closed for pool in pools] == [True, True]
