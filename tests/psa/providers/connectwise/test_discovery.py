"""Where the API is: what companyinfo says, and what of it is believed."""

import httpx
import pytest

from psa.providers.errors import AuthFailed, ConnectionFailed, ServerError, SiteRefused
from resolutionflow.lib.safe_http import parse_origin
from tests.psa.providers.connectwise.scripted import CLOUD_INFO, TICKET, read, write


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


@pytest.mark.parametrize("status", [200, 302, 403])
def test_a_site_that_does_not_speak_connectwise_is_the_wrong_one_while_setting_up(
    make_client, vendor, status
):
    own = "https://cw.example.com"
    client = make_client(own, trusted=(parse_origin(own),))
    answer = httpx.Response(status, content=b"<html>")
    vendor.script["/login/companyinfo/northwind"] = [answer]
    with pytest.raises(SiteRefused, match="not as ConnectWise does"):
        client.company()


@pytest.mark.parametrize("status", [200, 302, 403, 404])
def test_a_page_of_a_site_that_is_connectwise_is_its_maintenance(
    client, make_client, vendor, status
):
    own = "https://cw.example.com"
    worked = make_client(own, trusted=(parse_origin(own),))
    worked.company()
    page = httpx.Response(status, content=b"<html>We will be back soon</html>")
    vendor.script["/login/companyinfo/northwind"] = [page]
    for one in (client, worked):
        with pytest.raises(ServerError, match="under maintenance"):
            one.company()


def test_the_gateways_text_is_about_the_company_and_not_the_site(client, vendor):
    text = httpx.Response(400, content=b"Cannot route. Codebase/company is invalid")
    vendor.script["/login/companyinfo/northwind"] = [text]
    with pytest.raises(AuthFailed, match="does not route this company at this site") as raised:
        client.company()
    assert raised.value.field == "company_id"


def test_in_the_middle_of_the_work_it_is_trouble_that_may_pass(client, vendor):
    """A proxy's log-in page for a minute must not make posts fail for good."""
    vendor.script["/login/companyinfo/northwind"] = [httpx.Response(200, content=b"<html>")]
    with pytest.raises(ServerError):
        read(client)
    with pytest.raises(ConnectionFailed):
        write(client)
