import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.providers.connectwise import response
from psa.providers.connectwise.refused_values import Asked
from psa.providers.errors import (
    AuthFailed,
    Blocked,
    Certainty,
    Incompatible,
    Intercepted,
    InvalidRequest,
    NotFound,
    PermissionMissing,
    PsaError,
    RateLimited,
    Redirected,
    ServerError,
    WriteUncertain,
)
from tests.recordings import body_of

NOW = datetime(2026, 4, 21, 9, 0, tzinfo=UTC)


def value_of(status=200, body=b"{}", method="GET", path="/service/tickets/1", **headers):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return response.reply_to(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=bytearray(body),
        asked=Asked(method, path),
        now=NOW,
    ).value


def company_info(status=200, body=b"null", **headers):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return response.company_info(status=status, headers=headers, body=bytearray(body), now=NOW)


def invalid(code="NotFound", field="status/id", message="secret words"):
    problem = {"code": code, "message": message, "resource": "ticket", "field": field}
    return {"code": "InvalidObject", "message": "ticket object is invalid", "errors": [problem]}


def test_a_good_answer_is_its_value():
    assert value_of(200, {"id": 1}) == {"id": 1}
    assert value_of(201, {"id": 1}, "POST") == {"id": 1}
    assert value_of(200, []) == []


@pytest.mark.parametrize("body", [b"", b"null", b"<html>", b"{", b"\xff", b"[" * 100_000])
def test_an_unreadable_success_is_a_failed_read_and_an_uncertain_write(body):
    with pytest.raises(ServerError):
        value_of(200, body)
    with pytest.raises(WriteUncertain):
        value_of(201, body, "POST")
    with pytest.raises(WriteUncertain):
        value_of(200, body, "PATCH")


def test_a_deletion_is_believed_when_nothing_comes_back():
    assert value_of(204, b"", "DELETE") is None
    for status, body in ((200, b"<html>"), (200, {"id": 1}), (202, b""), (502, b"")):
        with pytest.raises(WriteUncertain):
            value_of(status, body, "DELETE")
    with pytest.raises(NotFound):
        value_of(404, {"code": "NotFound"}, "DELETE")


def test_a_count_is_a_number():
    assert response.count({"count": 0}) == 0
    assert response.count({"count": 1204}) == 1204
    for nonsense in ("null", "[]", "{}", '{"count": "3"}', '{"count": -1}', '{"count": true}', "7"):
        with pytest.raises(ServerError):
            response.count(json.loads(nonsense))


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("POST", "/schedule/entries", "Service Desk › Resource Scheduling: Add"),
        ("DELETE", "/schedule/entries/7", "Service Desk › Resource Scheduling: Delete"),
        ("GET", "/schedule/entries", "Service Desk › Resource Scheduling: Inquire"),
        ("GET", "/time/entries", "Time & Expense › Time Entry: Inquire"),
        ("GET", "/service/priorities", "System › Table Setup: Inquire"),
        ("GET", "/company/companies", "Companies › Company Maintenance: Inquire"),
        ("GET", "/company/configurations", "Companies › Configurations: Inquire"),
        ("GET", "/service/tickets/count", "Service Desk › Service Tickets: Inquire"),
    ],
)
def test_each_call_needs_a_right_that_is_named(method, path, right):
    with pytest.raises(PermissionMissing) as raised:
        value_of(403, {"code": "Security"}, method, path)
    assert raised.value.right == right


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_what_says_neither_yes_nor_no(status):
    with pytest.raises(ServerError):
        value_of(status, b"<html>")
    with pytest.raises(WriteUncertain):
        value_of(status, b"<html>", "POST")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code": "x", "message": "y"}'])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_what_is_known_of_a_write_follows_from_its_status(method, body):
    """Refused for good, surely not done, or perhaps done: never more than is known."""
    for status in range(300, 600):
        with pytest.raises(PsaError) as raised:
            value_of(status, body, method)
        if status < 400 or status == 429:
            expected = Certainty.NOT_DONE
        else:
            expected = Certainty.UNKNOWN if status == 408 or status >= 500 else Certainty.REFUSED
        assert raised.value.certainty is expected, status


@pytest.mark.parametrize("status", [301, 302, 307, 400, 403, 404, 405, 407, 410, 413, 451])
@pytest.mark.parametrize("body", [b"<html>Incident 123</html>", b"Access denied", b'{"ray": "7"}'])
def test_what_something_in_between_says_is_not_connectwises_word(status, body):
    with pytest.raises(Intercepted):
        value_of(status, body)
    with pytest.raises((Blocked, Redirected)):
        value_of(status, body, "POST", "/service/tickets/1/notes")
    if status in (403, 404):
        with pytest.raises(Intercepted):
            value_of(status, body, path="/system/info")


@pytest.mark.parametrize(
    ("header", "seconds", "says"),
    [
        ("120", 120, "asks to wait 2 minutes"),
        ("45", 45, "asks to wait 45 seconds"),
        ("Tue, 21 Apr 2026 09:10:00 GMT", 600, "asks to wait 10 minutes"),
        ("soon", 30, "asks to wait 30 seconds"),
        ("", 0, "internal problem"),
    ],
)
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_wait_that_is_asked_for_is_read(status, header, seconds, says):
    headers = {"retry_after": header} if header else {}
    with pytest.raises(ServerError, match=says) as raised:
        value_of(status, b"<html>", **headers)
    assert raised.value.retry_after == seconds
    with pytest.raises(WriteUncertain) as written:
        value_of(status, b"<html>", "POST", **headers)
    assert written.value.retry_after == seconds


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"code": "Unauthorized", "message": "x"}, AuthFailed),
        (401, {"code": "ConnectWiseApi", "message": "UserNotAuthenticated"}, AuthFailed),
        (401, b"", AuthFailed),
        (401, {"code": "Security", "message": "SSL is required.", "errors": None}, AuthFailed),
        (400, b"Cannot route. Codebase/company is invalid", AuthFailed),
        (403, {"code": "Security", "message": "x"}, PermissionMissing),
        (404, {"code": "NotFound", "message": "Service Ticket 404 not found"}, NotFound),
        (404, {"code": "ConnectWiseApi", "message": "The endpoint does not exist."}, NotFound),
        (
            400,
            {"code": "ApiFindCondition", "message": "x is not a recognized name."},
            InvalidRequest,
        ),
        (405, b"", Incompatible),
        (409, b"", InvalidRequest),
        (413, b"", InvalidRequest),
        (415, b"", Incompatible),
        (429, {"error": "ConnectWiseAPI", "message": "Too many requests."}, RateLimited),
    ],
)
def test_refusals_mean_the_same_for_reads_and_writes(status, body, error, method):
    with pytest.raises(error) as raised:
        value_of(status, body, method)
    assert type(raised.value) is error


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refused_system_info_means_the_credentials(status):
    with pytest.raises(AuthFailed) as raised:
        value_of(status, b"", path="/system/info")
    assert raised.value.field == "public_key"


@pytest.mark.parametrize(
    "message", ["A valid clientId header is required.", "Invalid client ID", "ClientId unknown"]
)
def test_a_refused_client_id_is_named(message):
    with pytest.raises(AuthFailed, match="client id") as raised:
        value_of(401, {"code": "Unauthorized", "message": message})
    assert raised.value.field == "client_id"


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/service/tickets/1", "Service Desk › Service Tickets: Inquire"),
        ("GET", "/service/tickets/1/notes", "Service Desk › Service Tickets: Inquire"),
        ("POST", "/service/tickets/1/notes", "Service Desk › Service Tickets: Add"),
        ("POST", "/service/tickets", "Service Desk › Service Tickets: Add"),
        ("PATCH", "/service/tickets/1", "Service Desk › Service Tickets: Edit"),
        ("GET", "/service/boards/1/statuses", "System › Table Setup: Inquire"),
        ("GET", "/system/members", "System › Member Maintenance: Inquire"),
        ("DELETE", "/nowhere", ""),
    ],
)
def test_a_missing_permission_is_named(method, path, right):
    with pytest.raises(PermissionMissing) as raised:
        value_of(403, b"", method, path)
    assert raised.value.right == right


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (invalid("NotFound", "status/id"), "does not belong to the ticket's board"),
        (invalid("InvalidObject", "status/name"), "a rule of its own"),
        (invalid("NotFound", "member/id"), "no longer knows the member"),
        (invalid("OutOfRange", "text"), "too long"),
        (invalid("OutOfRange", "yearEstablished"), "“year established”"),
        (invalid("MissingRequiredField", "company/id"), "“company”"),
        (invalid("OutOfRange", "<script>"), "refused the values"),
        (invalid("Other", "summary"), "refused the values"),
        ({"errors": [7, {"code": 1}, *invalid()["errors"]]}, "does not belong"),
        ({"errors": "none"}, "refused the values"),
    ],
)
def test_a_refused_value_is_explained_in_our_words(body, says):
    with pytest.raises(InvalidRequest, match=says) as raised:
        value_of(400, body, "PATCH")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Tue, 21 Apr 2026 09:00:45 GMT", 45.0),
        ("Tue, 21 Apr 2026 09:00:45 -0000", 45.0),
        ("Tue, 21 Apr 2026 08:00:00 GMT", 0.0),
        ("", 30.0),
        ("soon", 30.0),
        ("-5", 30.0),
        ("nan", 30.0),
        ("inf", 30.0),
        ("Tue, 99 Apr 2026 09:00:45 GMT", 30.0),
        ("999999999", 3600.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    with pytest.raises(RateLimited) as raised:
        value_of(429, b"", retry_after=header)
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("value", [{}, {"id": "1"}, {"id": True}, [], None, "x"])
def test_a_record_has_an_id(value):
    with pytest.raises(ServerError):
        response.record(value)
    with pytest.raises(ServerError):
        response.records([value])


def test_records_are_a_bare_array():
    assert response.records([{"id": 1}]) == [{"id": 1}]
    with pytest.raises(ServerError):
        response.records({"id": 1})


@pytest.mark.parametrize("cloud", ["True", "true", True])
def test_company_info_says_cloud_in_words_or_as_a_flag(cloud):
    info = company_info(200, {"CompanyName": "CW", "Codebase": "v2017_3/", "IsCloud": cloud})
    assert info.is_cloud
    assert info.name == "CW"
    assert info.site_url == ""


@pytest.mark.parametrize("key", ["SiteUrl", "SiteURL"])
def test_company_info_may_name_the_api_host(key):
    body = {"Codebase": "v4_6_release/", "IsCloud": False, key: "api-na.myconnectwise.net"}
    info = company_info(200, body)
    assert not info.is_cloud
    assert info.site_url == "api-na.myconnectwise.net"


@pytest.mark.parametrize(("status", "body"), [(200, b"null"), (200, b" "), (404, b"nothing")])
def test_an_unknown_company_is_said_so(status, body):
    with pytest.raises(AuthFailed, match="does not know the company") as raised:
        company_info(status, body)
    assert raised.value.field == "company_id"


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, b"{}"), (200, b"[]"), (302, b""), (403, b"{}"), (400, b"x")],
)
def test_a_site_that_is_not_connectwise_is_said_so(status, body):
    with pytest.raises(response.NotConnectWise, match="not as ConnectWise does"):
        company_info(status, body)


def test_company_info_can_be_late_or_broken():
    with pytest.raises(ServerError):
        company_info(503, b"")
    with pytest.raises(RateLimited) as raised:
        company_info(429, b"", retry_after="3")
    assert raised.value.retry_after == 3.0


BODIES = st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "code", "message", "errors", "field", "Codebase", "SiteUrl"]),
            inner,
        )
    ),
    max_leaves=10,
).map(lambda value: json.dumps(value).encode())


@given(
    st.integers(100, 599),
    BODIES,
    st.sampled_from(["GET", "POST", "PATCH"]),
    st.sampled_from(["/service/tickets/1", "/system/info"]),
    st.text(max_size=40),
)
def test_whatever_is_answered_only_psa_errors_are_raised(status, body, method, path, header):
    for judge in (
        lambda: value_of(status, body, method, path, retry_after=header),
        lambda: company_info(status, body, retry_after=header),
    ):
        with suppress(PsaError):
            judge()


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("error_400_note_without_flag", 400, InvalidRequest),
        ("error_400_ticket_company_not_found", 400, InvalidRequest),
        ("error_400_missing_required_field", 400, InvalidRequest),
        ("error_404_ticket", 404, NotFound),
        ("error_404_endpoint_does_not_exist", 404, NotFound),
        ("doc_error_429", 429, RateLimited),
        ("doc_error_ssl_required", 401, AuthFailed),
        ("quoted_error_user_not_authenticated", 401, AuthFailed),
        ("quoted_error_400_conditions_syntax", 400, InvalidRequest),
    ],
)
def test_recorded_errors_are_understood(name, status, error):
    body = body_of(name)
    with pytest.raises(error) as raised:
        value_of(status, body, "POST")
    assert json.loads(body)["message"] not in str(raised.value)


@pytest.mark.parametrize("name", ["doc_companyinfo", "old_companyinfo"])
def test_recorded_company_info_is_understood(name):
    assert company_info(200, body_of(name)).is_cloud
