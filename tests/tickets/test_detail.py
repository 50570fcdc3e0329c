"""A ticket as panel and page, and its regions, each loaded and failing by itself."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from django.urls import reverse

from tests.bench.browser import Regions
from tests.builders import map_member
from tickets.about import HEADER

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "dialog-slot"}
NUMBER = 48291


@pytest.fixture
def erin(client_of, engineer, connection):
    return client_of(engineer)


def url(name="detail", number=NUMBER):
    return reverse(f"tickets:{name}", args=[number])


def text_of(answer) -> str:
    return answer.content.decode()


def part(client, name, told=None):
    return client.get(url(name), headers=HTMX | ({HEADER: urlencode(told)} if told else {}))


def give_note(tenant, text, flag="internalAnalysisFlag", **more):
    """Store a note in the PSA as if a colleague or a customer had written it."""
    ticket = tenant.tickets[NUMBER]
    flags = dict.fromkeys(
        ("detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag"), False
    )
    note = {
        "ticketId": NUMBER,
        "text": text,
        "issueFlag": False,
        "dateCreated": "2030-01-02T03:04:05Z",
        "createdBy": "ERuiz",
        "_info": {"lastUpdated": "2030-01-02T03:04:05Z", "updatedBy": "ERuiz"},
        **flags,
        flag: True,
        **(more or {"member": ticket["owner"]}),
    }
    stored = tenant.tables["notes"].add(note)
    tenant.notes_by_ticket[NUMBER].append(stored["id"])


# --- The ticket ----------------------------------------------------------------------


def test_it_is_a_page_and_for_htmx_a_panel(erin, tenant):
    page = erin.get(url())
    assert page.status_code == 200
    assert "<html" in text_of(page)

    panel = erin.get(url(), headers=HTMX)
    assert panel.status_code == 200
    assert "<html" not in text_of(panel)
    assert f'data-panel="{url()}"' in text_of(panel)
    for answer in (page, panel):
        assert tenant.tickets[NUMBER]["summary"] in text_of(answer)


def test_its_head_says_what_matters(erin, tenant):
    ticket = tenant.tickets[NUMBER]
    ticket["customerUpdatedFlag"] = True
    text = text_of(erin.get(url()))
    for name in ("company", "contact", "owner", "board", "status"):
        assert ticket[name]["name"].replace("'", "&#x27;") in text
    assert "Customer replied" in text
    assert "View in ConnectWise" in text
    assert ticket["_info"]["dateEntered"][:10] in text


def test_it_costs_one_call_once_the_choices_are_known(erin, simulator):
    erin.get(url(), headers=HTMX)
    simulator.journal.clear()
    erin.get(url(), headers=HTMX)
    assert [entry.path for entry in simulator.journal] == [
        f"/v4_6_release/apis/3.0/service/tickets/{NUMBER}"
    ]


def test_every_region_has_a_link_that_works_without_javascript(erin):
    main, _template = text_of(erin.get(url())).split("<template")[:2]
    links = re.findall(r'class="small without-script" href="([^"]+)"', main)
    addresses = [link.partition("?")[0] for link in links]
    assert addresses == [url(name) for name in ("notes", "resources", "configurations", "related")]
    for link in links:
        answer = erin.get(unescape(link))
        assert answer.status_code == 200
        assert "<html" in text_of(answer)


def test_a_session_starts_with_what_the_ticket_says(erin, tenant):
    text = text_of(erin.get(url()))
    assert f'name="ticket_id" value="{NUMBER}"' in text
    assert f'name="title" value="{tenant.tickets[NUMBER]["summary"]}"' in text


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "01", "12345678901", "48291%20", "9" * 5000])
def test_a_malformed_number_is_404_and_asks_the_psa_nothing(erin, simulator, number):
    for path in ("", "notes/", "resources/", "statuses/"):
        assert erin.get(f"/tickets/{number}/{path}").status_code == 404
    assert erin.post(f"/tickets/{number}/status/", {"status_id": "1"}).status_code == 404
    assert list(simulator.journal) == []


@pytest.mark.parametrize("number", ["0", "9999999999", "2147483647"])
def test_a_number_that_no_ticket_has_is_404(erin, number):
    assert erin.get(f"/tickets/{number}/").status_code == 404


def test_a_ticket_deleted_between_list_and_click_is_told_in_a_panel(erin, tenant):
    del tenant.tickets[NUMBER]
    panel = erin.get(url(), headers=HTMX)
    assert panel.status_code == 404
    assert "data-panel=" in text_of(panel)
    page = erin.get(url())
    assert page.status_code == 404
    for answer in (panel, page):
        assert "may have been deleted or merged" in text_of(answer)
        assert reverse("tickets:list") in text_of(answer)


@pytest.mark.parametrize("name", ["notes", "configurations", "related", "resources", "statuses"])
def test_its_regions_are_404_with_a_bar_then(erin, tenant, name):
    del tenant.tickets[NUMBER]
    answer = part(erin, name)
    assert answer.status_code == 404
    assert 'role="alert"' in text_of(answer)


def test_without_a_connection_it_says_so(client_of, engineer):
    answer = client_of(engineer).get(url())
    assert answer.status_code == 404
    assert "There is no PSA connection" in text_of(answer)


def test_the_connection_of_another_account_is_never_used(
    client_of, stranger, connection, other_connection, simulator
):
    client_of(stranger).get(url())
    assert {entry.tenant for entry in simulator.journal if entry.tenant} == {"southside"}


def test_a_psa_that_is_down_is_told_with_a_way_to_retry(erin, simulator):
    simulator.faults.add("refuse", times=99)
    page = erin.get(url())
    assert page.status_code == 502
    assert "Try again" in text_of(page)


def test_statuses_that_cannot_be_read_take_only_the_choice_away(erin, simulator, tenant):
    simulator.faults.add("forbidden", times=9, path="/statuses")
    answer = erin.get(url())
    assert answer.status_code == 200
    assert tenant.tickets[NUMBER]["status"]["name"] in text_of(answer)
    assert "could not be read" in text_of(answer)


def test_priorities_that_cannot_be_read_take_only_the_colour_away(erin, simulator, tenant):
    simulator.faults.add("forbidden", times=9, path="/priorities")
    answer = erin.get(url())
    assert answer.status_code == 200
    assert "priority-mark" in text_of(answer)


def test_the_statuses_of_its_board_are_offered_but_the_present_one(erin, tenant):
    answer = part(erin, "statuses")
    assert answer.status_code == 200
    present = tenant.tickets[NUMBER]["status"]
    assert f'name="seen_status_id" value="{present["id"]}"' in text_of(answer)
    assert "(closes the ticket)" in text_of(answer)
    assert f'<option value="{present["id"]}"' not in text_of(answer)


# --- Notes ---------------------------------------------------------------------------


def test_notes_say_who_wrote_them_when_and_who_can_read_them(erin, tenant):
    give_note(tenant, "**Idle timeout** is 300", "internalAnalysisFlag")
    give_note(tenant, "Set to 28800", "resolutionFlag")
    text = text_of(part(erin, "notes"))
    assert "<strong>Idle timeout</strong> is 300" in text
    assert "2030-01-02 03:04 UTC" in text
    for words in ("Colleagues only", "May reach the customer", "Customer can read"):
        assert words in text
    assert text.index("Idle timeout") < text.index("Since the new firewall")


def test_hostile_notes_do_nothing(erin, tenant):
    give_note(tenant, "<img src=x onerror=alert(1)> [x](javascript:alert(1))")
    text = text_of(part(erin, "notes"))
    assert "<img" not in text
    assert 'href="javascript' not in text


def test_a_customer_who_wrote_last_is_pointed_out(erin, tenant):
    assert "wrote last" in text_of(part(erin, "notes"))
    give_note(tenant, "For colleagues", "internalAnalysisFlag")
    assert "wrote last" in text_of(part(erin, "notes"))
    give_note(tenant, "Dear customer", "detailDescriptionFlag")
    assert "wrote last" not in text_of(part(erin, "notes"))


def test_time_entries_stand_in_the_same_history(erin, tenant):
    entry = dict(next(iter(tenant.tables["time_entries"].values())))
    entry.pop("id")
    tenant.tables["time_entries"].add(
        {**entry, "chargeToId": NUMBER, "notes": "On site", "actualHours": 1.25}
    )
    text = text_of(part(erin, "notes"))
    assert "On site" in text
    assert "Time entry, 1.25 hours" in text


def test_without_the_right_to_time_entries_the_notes_come_and_the_right_is_named(erin, simulator):
    simulator.faults.add("forbidden", times=9, path="/time/entries")
    answer = part(erin, "notes")
    assert answer.status_code == 200
    assert "Since the new firewall" in text_of(answer)
    assert "Time entries are left out" in text_of(answer)


def test_a_long_history_says_how_much_is_left_out(erin, tenant):
    for number in range(60):
        give_note(tenant, f"Note {number}")
    text = text_of(part(erin, "notes"))
    assert text.count("data-entry=") == 50
    assert "11 older ones are not shown" in text


def test_a_ticket_without_notes_says_so(erin, tenant):
    tenant.notes_by_ticket[NUMBER].clear()
    assert "No notes on this ticket yet" in text_of(part(erin, "notes"))


@pytest.mark.parametrize("name", ["notes", "configurations", "related", "resources", "statuses"])
def test_a_region_fails_alone_with_its_own_retry(erin, simulator, name):
    simulator.faults.add("error_before", times=99, status=500)
    answer = part(erin, name)
    assert answer.status_code == 502
    assert 'role="alert"' in text_of(answer)
    assert f'href="{url(name)}"' in text_of(answer)


# --- Its row in a list ---------------------------------------------------------------


def test_its_row_asks_for_itself_when_the_ticket_was_changed(erin, tenant):
    tenant.tickets[NUMBER]["status"]["name"] = "Parts ordered"
    row = text_of(part(erin, "row"))
    assert "<html" not in row
    assert row.strip().startswith(f'<li class="ticket-row" data-ticket="{NUMBER}"')
    assert "Parts ordered" in row
    assert f'hx-get="{url("row")}" hx-trigger="ticket-{NUMBER}-changed from:body"' in row
    assert "Start a session" in row


def test_without_javascript_its_row_is_the_ticket(erin):
    answer = erin.get(url("row"))
    assert (answer.status_code, answer["Location"]) == (302, url())


# --- Configurations and related tickets ----------------------------------------------


def test_configurations_are_named(erin, tenant):
    (device_id,) = tenant.configurations_by_ticket[NUMBER]
    assert tenant.tables["configurations"][device_id]["name"] in text_of(
        part(erin, "configurations")
    )


def test_a_ticket_without_configurations_says_so(erin, tenant):
    tenant.configurations_by_ticket[NUMBER].clear()
    assert "No configuration is attached" in text_of(part(erin, "configurations"))


def test_related_tickets_open_in_the_panel(erin):
    text = text_of(part(erin, "related"))
    found = re.findall(r'hx-get="(/tickets/\d+/)"', text)
    assert found
    assert url() not in found


def test_the_page_tells_its_parts_what_they_search_by(erin, simulator):
    parts = [region for region in Regions(text_of(erin.get(url()))).found if region.searches]
    assert len(parts) == 2
    simulator.journal.clear()
    for each in parts:
        assert "?" not in each.path
        assert erin.get(each.path, headers={**HTMX, **each.headers}).status_code == 200
    assert not [e for e in simulator.journal if e.path.endswith(f"/service/tickets/{NUMBER}")]


@pytest.mark.parametrize("summary", ["Drucker im 2. Stock — 打印机 😀", "a&b=c%d\"'<", "x" * 5000])
def test_any_summary_can_be_told_in_a_header(erin, tenant, summary):
    tenant.tickets[NUMBER]["summary"] = summary
    (told, _) = [part for part in Regions(text_of(erin.get(url()))).found if part.searches]
    about = told.headers[HEADER]
    assert about.isascii()
    assert about.isprintable()
    assert len(about) < 4_000
    assert dict(parse_qsl(about))["summary"] == summary[:200]


def test_what_is_told_of_a_ticket_is_searched_for_and_nothing_else(erin, tenant):
    told = {"summary": "zebra " * 100, "company": "1; drop"}
    text = text_of(part(erin, "related", told))
    assert "No related ticket was found" in text
    tenant.tickets[48270]["summary"] = "The zebra is striped"
    assert "#48270" in text_of(part(erin, "related", told))
    assert part(erin, "configurations", told).status_code == 200


def test_what_is_told_in_another_way_is_not_believed(erin):
    usual = text_of(part(erin, "related"))
    for header in ("a=1&b=2&summary=zebra", "\xff\xfe"):
        answer = erin.get(url("related"), headers={**HTMX, HEADER: header})
        assert text_of(answer) == usual


def test_other_tickets_about_a_configuration_are_asked_for_by_a_click(erin, tenant):
    (device_id,) = tenant.configurations_by_ticket[NUMBER]
    tenant.configurations_by_ticket[48270].append(device_id)
    text = text_of(part(erin, "configurations"))
    link = f"{url('related')}?configuration={device_id}"
    assert f'hx-get="{link}" hx-trigger="toggle once, reload"' in text
    assert f'href="{link}"' in text
    assert "#48270" in text_of(erin.get(link, headers=HTMX))
    tenant.configurations_by_ticket[48270].clear()
    for ticket in set(tenant.configurations_by_ticket) - {NUMBER}:
        tenant.configurations_by_ticket[ticket] = []
    assert "No other ticket is about this configuration" in text_of(erin.get(link, headers=HTMX))
    assert erin.get(f"{url('related')}?configuration=x", headers=HTMX).status_code == 200


def test_a_ticket_without_related_ones_says_so(erin, monkeypatch):
    from psa.providers.connectwise.provider import ConnectWiseProvider

    monkeypatch.setattr(ConnectWiseProvider, "list_related", lambda *_: ())
    assert "No related ticket was found" in text_of(part(erin, "related"))


# --- People --------------------------------------------------------------------------


def test_people_show_the_owner_and_whom_one_can_add(erin, tenant):
    answer = part(erin, "resources")
    text = text_of(answer)
    owner = tenant.tickets[NUMBER]["owner"]
    assert f'data-member="{owner["id"]}"' in text
    assert "Owner" in text
    offered = {member.identifier for member in answer.context["offer"].members}
    assert "TNguyen" in offered
    assert not offered & {"RFlowAPI", "FOldman", owner["identifier"]}


def test_without_the_right_to_members_it_is_named_and_one_can_still_add_oneself(
    erin, simulator, engineer, connection
):
    member = next(m for m in simulator.tenants["northwind"].members.values() if m["id"] > 5)
    map_member(engineer, connection, str(member["id"]))
    simulator.tenants["northwind"].tickets[NUMBER]["owner"] = None
    simulator.faults.add("forbidden", times=9, path="/system/members")
    text = text_of(part(erin, "resources"))
    assert "Colleagues cannot be listed" in text
    assert "Assign me" in text
    assert "Member" in text
