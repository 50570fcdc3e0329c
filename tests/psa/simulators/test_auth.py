"""Who is let in, and how the others are told."""

import base64

import pytest
from werkzeug.test import Client

from psa.simulators.connectwise.calls import API_ROOT
from tests.recordings import recorded as sample

from .conftest import NOTES, TICKET, Api


def get(sim, path=API_ROOT + TICKET, **headers):
    return Client(sim).get(path, headers=headers)


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_companyinfo_needs_no_log_in(sim):
    answer = get(sim, "/login/companyinfo/NorthWind")
    assert answer.json == {
        "CompanyName": "Northwind IT",
        "Codebase": "v4_6_release/",
        "VersionCode": "v2026.3",
        "VersionNumber": "v4.6.105333",
        "CompanyID": "northwind",
        "IsCloud": False,
        "SiteUrl": "localhost",
    }
    assert answer.content_type == "application/json; charset=utf-8"


def test_companyinfo_quirks(sim):
    sim.quirks.is_cloud = sim.quirks.is_cloud_as_text = True
    sim.quirks.site_url = ""
    info = get(sim, "/login/companyinfo/northwind").json
    assert info["IsCloud"] == "True"
    assert "SiteUrl" not in info
    sim.quirks.site_url = "api-na.example"
    assert get(sim, "/login/companyinfo/northwind").json["SiteUrl"] == "api-na.example"


def test_an_unknown_company_is_null(sim):
    answer = get(sim, "/login/companyinfo/nobody")
    assert (answer.status_code, answer.text) == (200, "null")
    sim.quirks.unknown_company = "not_found"
    assert get(sim, "/login/companyinfo/nobody").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/v2025_1/apis/3.0/system/info",
        "/v4_6_release/apis/3.0/v4_6_release/apis/3.0/system/info",
    ],
)
def test_a_wrong_path_cannot_be_routed(sim, path):
    answer = get(sim, path)
    assert answer.status_code == 400
    assert answer.text == "Cannot route. Codebase/company is invalid"
    assert answer.content_type.startswith("text/plain")


def test_the_tenants_codebase_is_routed_too(sim, api):
    sim.quirks.codebase = "v2026_3/"
    answer = get(sim, "/v2026_3/apis/3.0/system/info", **api.headers)
    assert answer.json["version"] == "v2026.3.105333"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer x",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        basic("northwind+demoPublicKey01:wrong"),
        basic("northwind+wrong:demoPrivateKey01"),
        basic("demoPublicKey01"),
    ],
)
def test_wrong_keys_are_401(sim, api, header):
    if header == basic("demoPublicKey01"):
        sim.quirks.wrong_company = "unauthorized"
    answer = get(sim, **{**api.headers, "Authorization": header})
    assert answer.status_code == 401
    assert answer.json["code"] == "Unauthorized"


def test_the_other_401_and_the_404_are_quirks(sim, api):
    wrong = {**api.headers, "Authorization": basic("northwind+a:b")}
    sim.quirks.unauthorized_body = "UserNotAuthenticated"
    assert get(sim, **wrong).json == {"code": "ConnectWiseApi", "message": "UserNotAuthenticated"}
    sim.quirks.bad_credentials_as_404 = True
    assert get(sim, **wrong).status_code == 404


def test_a_wrong_company_cannot_be_routed(sim, api):
    wrong = {**api.headers, "Authorization": basic("nobody+demoPublicKey01:demoPrivateKey01")}
    assert get(sim, **wrong).text.startswith("Cannot route.")
    sim.quirks.wrong_company = "unauthorized"
    assert get(sim, **wrong).status_code == 401


def test_the_client_id_is_a_guid(sim, api):
    for client_id in ("", "not a guid"):
        assert get(sim, **{**api.headers, "clientId": client_id}).status_code == 401
    sim.quirks.client_id_status = 403
    assert get(sim, Authorization=api.headers["Authorization"]).status_code == 403


def test_a_cloud_host_wants_its_prefix(sim, api):
    sim.quirks.require_api_host = True
    answer = get(sim, **api.headers)
    assert answer.status_code == 401
    assert answer.json == {"code": "Security", "message": "SSL is required.", "errors": None}
    assert get(sim, **api.headers, Host="api-na.example").status_code == 200


def test_system_info_can_be_open(sim):
    assert get(sim, API_ROOT + "/system/info").status_code == 401
    sim.quirks.system_info_open = True
    assert get(sim, API_ROOT + "/system/info").json["isCloud"] is False


def test_another_tenants_keys_open_nothing_here(sim, tenant):
    south = sim.tenants["southside"]
    mixed = Api(sim, tenant, south.public_key, south.private_key)
    assert mixed.get(TICKET).status_code == 401


def test_a_role_without_a_right_is_403(sim, tenant):
    crippled = Api(sim, tenant, *tenant.add_key(without=["Service Tickets: Add", "Contacts"]))
    assert crippled.get(TICKET).status_code == 200
    answer = crippled.post(NOTES, {"text": "x", "resolutionFlag": True})
    assert answer.status_code == 403
    assert answer.json == sample("quoted_error_security_permission")
    assert crippled.get("/company/contacts").status_code == 403


def test_a_role_with_few_rights(sim, tenant):
    reader = Api(sim, tenant, *tenant.add_key({"Service Tickets": ["Inquire"]}))
    assert reader.get(TICKET).status_code == 200
    assert reader.post("/service/tickets/search", {"conditions": "id=1"}).status_code == 200
    assert reader.delete(TICKET).status_code == 403
    assert reader.get("/system/members").status_code == 403
    assert reader.get("/system/info").status_code == 200
    assert reader.get("/service/boards").status_code == 200  # setup tables are open to inquiry
    body = {"url": "https://x.example/?recordId=", "objectId": 1, "type": "ticket"}
    assert reader.post("/system/callbacks", {**body, "level": "owner"}).status_code == 403


def test_the_journal_holds_no_credentials(sim, api):
    api.post(NOTES, {"text": "x", "resolutionFlag": True})
    (entry,) = sim.journal.of("POST", "/notes")
    assert entry.tenant == "northwind"
    assert entry.body == {"text": "x", "resolutionFlag": True}
    assert (entry.status, entry.fault) == (201, None)
    assert "demoPrivateKey01" not in repr(list(sim.journal))
    assert "demoPrivateKey01" not in str(sim.dump())
