"""What is ConnectWise's own, beyond the contract; against the in-process simulator."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from psa.providers.connectwise import conditions
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import (
    AuthFailed,
    ConnectionFailed,
    NotFound,
    PermissionMissing,
    ServerError,
    Timeout,
)
from psa.providers.types import Credentials, NoteDraft, NoteType
from psa.simulators.connectwise import Simulator
from resolutionflow.lib.safe_http import parse_origin
from tests.simulated import SITE, Patience, install


def open_client(simulator, site=SITE, **changes):
    tenant = simulator.tenants["northwind"]
    keys = {
        "company_id": "northwind",
        "public_key": tenant.public_key,
        "private_key": tenant.private_key,
        "client_id": tenant.client_id,
    }
    return ConnectWiseClient(
        Credentials(site_url=site, **(keys | changes)), trusted=(parse_origin(SITE),)
    )


@pytest.fixture
def provider(simulator):
    client = open_client(simulator)
    yield ConnectWiseProvider(client, company_id="northwind")
    client.close()


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


def post(provider, text, ticket_id="48291"):
    draft = NoteDraft(text=text, note_type=NoteType.INTERNAL_ANALYSIS)
    return provider.post_note(ticket_id, draft)


def paths(simulator):
    return [(entry.method, entry.path.rpartition("/apis/3.0")[2]) for entry in simulator.journal]


# --- Addresses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "start"),
    [
        ("na.myconnectwise.net", "https://na.myconnectwise.net/v4_6_release/services/"),
        ("https://api-na.myconnectwise.net", "https://na.myconnectwise.net/v4_6_release/"),
        ("http://127.0.0.1:9400", "http://127.0.0.1:9400/v4_6_release/services/"),
    ],
)
def test_a_tickets_page_is_on_the_web_host(simulator, site, start):
    client = open_client(simulator, site)
    address = ConnectWiseProvider(client, company_id="a b&c").ticket_url("5")
    assert address.startswith(start)
    assert address.endswith("recordType=ServiceFv&recid=5&companyName=a+b%26c")


# --- The connection ------------------------------------------------------------------


def test_the_report_tells_company_version_and_how_long_it_took(simulator):
    ticks = iter([10.0, 10.25])
    provider = ConnectWiseProvider(
        open_client(simulator), company_id="northwind", clock=lambda: next(ticks)
    )
    report = provider.test_connection()
    assert report.company_name == simulator.tenants["northwind"].name
    assert report.version.startswith("v20")
    assert not report.is_cloud
    assert report.latency_ms == 250


@pytest.mark.parametrize("as_404", [True, False])
def test_wrong_keys_do_not_connect_where_system_info_is_open(simulator, as_404):
    """Some self-hosted servers tell system/info to everybody, so that it proves no key."""
    simulator.quirks.system_info_open = True
    assert ConnectWiseProvider(open_client(simulator), company_id="northwind").test_connection()
    simulator.quirks.bad_credentials_as_404 = as_404
    for wrong in ({"public_key": "x"}, {"private_key": "x"}):
        provider = ConnectWiseProvider(open_client(simulator, **wrong), company_id="northwind")
        with pytest.raises(AuthFailed) as raised:
            provider.test_connection()
        assert raised.value.field == "public_key"


def test_keys_that_may_not_list_boards_connect(simulator):
    simulator.faults.add("forbidden", times=None, path="/service/boards")
    assert ConnectWiseProvider(open_client(simulator), company_id="northwind").test_connection()


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_client_id_is_the_reason_that_is_given(simulator, status):
    simulator.quirks.client_id_status = status
    provider = ConnectWiseProvider(open_client(simulator, client_id=""), company_id="northwind")
    with pytest.raises(AuthFailed, match="client id") as raised:
        provider.test_connection()
    assert raised.value.field == "client_id"


def test_credentials_that_are_refused_as_404_are_recognised(simulator):
    simulator.quirks.bad_credentials_as_404 = True
    provider = ConnectWiseProvider(open_client(simulator, public_key="x"), company_id="northwind")
    for act in (
        provider.test_connection,
        lambda: provider.get_ticket("48291"),
        lambda: post(provider, "x"),
    ):
        with pytest.raises(AuthFailed):
            act()


def test_an_unknown_company_may_be_404(simulator):
    simulator.quirks.unknown_company = "not_found"
    provider = ConnectWiseProvider(open_client(simulator, company_id="nobody"), company_id="nobody")
    with pytest.raises(AuthFailed, match="company id"):
        provider.test_connection()


@pytest.mark.parametrize("as_text", [True, False])
def test_a_cloud_site_is_called_at_its_api_host(simulator, as_text):
    simulator.quirks.is_cloud = True
    simulator.quirks.is_cloud_as_text = as_text
    simulator.quirks.require_api_host = True
    client = open_client(simulator, "na.myconnectwise.net")
    provider = ConnectWiseProvider(client, company_id="northwind")
    assert provider.test_connection().is_cloud
    assert provider.get_ticket("48291").web_url.startswith("https://na.myconnectwise.net/")


# --- What each method costs ----------------------------------------------------------


def test_a_note_and_a_status_cost_one_call_each_once_the_api_is_found(provider, simulator):
    provider.get_ticket("48291")
    assert len(simulator.journal) == 2
    post(provider, "x")
    provider.update_ticket_status("48291", "509")
    assert paths(simulator)[2:] == [
        ("POST", "/service/tickets/48291/notes"),
        ("PATCH", "/service/tickets/48291"),
    ]


def test_the_hook_runs_before_every_request(simulator):
    seen = []
    tenant = simulator.tenants["northwind"]
    client = ConnectWiseClient(
        Credentials(
            site_url=SITE,
            company_id="northwind",
            public_key=tenant.public_key,
            private_key=tenant.private_key,
            client_id=tenant.client_id,
        ),
        trusted=(parse_origin(SITE),),
        before_send=lambda: seen.append(len(simulator.journal)),
    )
    ConnectWiseProvider(client, company_id="northwind").get_ticket("48291")
    assert seen == [0, 1]


# --- The right that is missing -------------------------------------------------------


def limited(simulator, *missing):
    public, private = simulator.tenants["northwind"].add_key(without=missing)
    client = open_client(simulator, public_key=public, private_key=private)
    return ConnectWiseProvider(client, company_id="northwind")


def statuses_of(tenant, closing):
    board = tenant.tickets[48291]["board"]["id"]
    return [
        str(one["id"])
        for one in tenant.statuses.values()
        if one["board"]["id"] == board
        and one["closedStatus"] is closing
        and not one["inactive"]
        and one["id"] != tenant.tickets[48291]["status"]["id"]
    ]


def test_closing_takes_a_right_of_its_own(simulator, tenant):
    provider = limited(simulator, "Close Service Tickets")
    with pytest.raises(PermissionMissing) as raised:
        provider.update_ticket_status("48291", statuses_of(tenant, closing=True)[0])
    assert raised.value.right.startswith("Service Desk › Close Service Tickets: Edit")
    changed = provider.update_ticket_status("48291", statuses_of(tenant, closing=False)[0])
    assert changed.id == "48291"


def test_another_status_takes_the_right_to_edit(simulator, tenant):
    provider = limited(simulator, "Service Tickets: Edit")
    with pytest.raises(PermissionMissing) as raised:
        provider.update_ticket_status("48291", statuses_of(tenant, closing=False)[0])
    assert raised.value.right == "Service Desk › Service Tickets: Edit"


def test_a_closing_status_that_cannot_be_read_is_refused_as_any(simulator, tenant):
    provider = limited(simulator, "Close Service Tickets")
    simulator.faults.add("error_before", times=None, path="/statuses")
    with pytest.raises(PermissionMissing, match="Service Desk › Service Tickets: Edit"):
        provider.update_ticket_status("48291", statuses_of(tenant, closing=True)[0])


# --- Lists ---------------------------------------------------------------------------


def test_inactive_and_project_boards_are_left_out(provider, tenant):
    project = next(iter(tenant.boards.values()))
    project["projectFlag"] = True
    names = [board.name for board in provider.list_boards()]
    assert project["name"] not in names
    assert "Legacy Dispatch" not in names
    assert "Network Operations" in names


def test_members_are_read_to_the_last_page(provider, monkeypatch, tenant, simulator):
    monkeypatch.setattr(ConnectWiseClient.read_pages, "__kwdefaults__", {"size": 10})
    assert len(provider.list_members()) == len(tenant.members)
    assert paths(simulator).count(("GET", "/system/members")) == 3


# --- Finding notes -------------------------------------------------------------------


def find(provider, since, marker="", text="needle"):
    return provider.find_note("48291", marker=marker, text=text, since=since)


def stored_at(tenant, moment):
    """Say that all of the ticket's notes were written then."""
    for note in tenant.notes_of(48291):
        note["dateCreated"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def test_only_notes_since_then_can_be_it_by_their_text(provider, tenant):
    """Clocks are compared; what is older was not left by this attempt."""
    now = datetime.now(UTC)
    post(provider, "needle")
    stored_at(tenant, now - timedelta(hours=2))
    assert find(provider, now) is None
    assert find(provider, now - timedelta(hours=2)) is not None


def test_a_search_ends_26_hours_before_the_attempt(provider, tenant, simulator):
    now = datetime.now(UTC)
    for number in range(61):
        post(provider, f"hay {number}")
    stored_at(tenant, now - timedelta(hours=27))
    assert find(provider, now, marker="RF-7K3Q9D") is None
    assert paths(simulator).count(("GET", "/service/tickets/48291/notes")) == 1
    stored_at(tenant, now - timedelta(hours=25))
    assert find(provider, now, marker="RF-7K3Q9D") is None
    assert paths(simulator).count(("GET", "/service/tickets/48291/notes")) == 3


def test_a_page_in_another_order_does_not_end_the_search(provider, monkeypatch, simulator):
    """Should ConnectWise ever ignore the order, absence is still certain."""
    for number in range(60):
        post(provider, f"hay {number}")
    wanted = post(provider, "needle")
    in_order = ConnectWiseClient.read_pages

    def other_order(self, path, params, *, size):
        return in_order(self, path, {"orderBy": "dateCreated asc"}, size=size)

    for note in simulator.tenants["northwind"].notes_of(48291)[:-1]:
        note["dateCreated"] = "2020-01-01T00:00:00Z"
    simulator.tenants["northwind"].notes_of(48291)[0]["dateCreated"] = "2019-01-01T00:00:00Z"
    monkeypatch.setattr(ConnectWiseClient, "read_pages", other_order)
    assert find(provider, datetime.now(UTC)).note == wanted.note


def test_a_note_without_a_date_does_not_end_the_search(provider, tenant, simulator):
    post(provider, "needle")
    for number in range(60):
        post(provider, f"hay {number}")
    for note in tenant.notes_of(48291):
        del note["dateCreated"]
    assert find(provider, datetime.now(UTC)) is not None


def test_a_ticket_without_notes_holds_none(provider, tenant):
    tenant.notes_by_ticket[48291].clear()
    assert find(provider, datetime.now(UTC)) is None


def test_a_search_that_fails_is_never_taken_for_absence(provider, simulator):
    provider.get_ticket("48291")
    simulator.faults.add("not_json", times=None, method="GET")
    with pytest.raises(ServerError):
        find(provider, datetime.now(UTC))


def test_a_search_over_many_pages_ends_with_its_deadline(provider, monkeypatch, simulator):
    """Ten seconds a page: the third is begun, the fourth is not."""
    for number in range(250):
        post(provider, f"hay {number}")
    now = [0.0]
    monkeypatch.setattr("resolutionflow.lib.call_bounds._clock", lambda: now[0])
    simulator.sleep = lambda seconds: now.__setitem__(0, now[0] + seconds)
    simulator.latency = 10.0
    before = len(simulator.journal)
    with pytest.raises((Timeout, ConnectionFailed)):
        find(provider, datetime.now(UTC))
    assert len(simulator.journal) - before == 3


@pytest.mark.parametrize(("newlines", "differs"), [("crlf", False), ("space", True)])
def test_line_ends_are_compared_as_connectwise_keeps_them(provider, simulator, newlines, differs):
    simulator.quirks.note_newlines = newlines
    assert bool(post(provider, "one\ntwo").differences) is differs


def test_a_status_that_became_inactive_is_not_offered(provider, tenant):
    tenant.statuses[501]["inactive"] = True
    assert "501" not in {status.id for status in provider.get_ticket_statuses("20")}


def test_a_board_that_cannot_be_is_not_found(provider):
    with pytest.raises(NotFound):
        provider.get_ticket_statuses("Help Desk")


# --- Every text that is there is found -----------------------------------------------


@pytest.fixture(scope="module")
def search():
    """Return a function that stores a summary and says which ids a search text finds."""
    simulator = Simulator(tickets=5, sleep=Patience())
    with pytest.MonkeyPatch.context() as patch:
        install(patch, simulator, Patience())
        client = open_client(simulator)
        ticket = simulator.tenants["northwind"].tickets[48291]

        def ids(summary, condition):
            ticket["summary"] = summary
            rows = client.read(
                "/service/tickets", {"conditions": str(condition), "pageSize": "1000"}
            )
            return {row["id"] for row in rows}

        yield ids
        client.close()


TEXTS = st.text(
    alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40
) | st.text(alphabet="ab \"'\\[]()%*_=,.+&#^-", min_size=1, max_size=30)


@given(TEXTS, st.text(max_size=5), st.text(max_size=5))
@example('O\'Brien "the IT guy" (2nd floor) [old]', "", "")
@example("NORTH\\erin", "", "")
@example("\\", "", "")
def test_every_text_that_is_in_a_summary_is_found(search, text, before, after):
    condition = conditions.contains(conditions.TICKET_SUMMARY, text)
    assert 48291 in search(before + text + after, condition)


@given(TEXTS)
def test_every_summary_is_found_by_itself(search, text):
    assert 48291 in search(text, conditions.equals(conditions.TICKET_SUMMARY, text))


def test_a_text_that_is_nowhere_is_not_found(search):
    condition = conditions.contains(conditions.TICKET_SUMMARY, 'zz"or id>0 or summary contains"')
    assert search("plain", condition) == set()


def test_no_address_of_a_call_is_logged(provider, caplog):
    provider.list_boards()
    assert caplog.text == ""
