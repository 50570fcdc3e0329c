"""Status and people from the panel: told only when the PSA says so, and never done unseen."""

from html import unescape
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages

from psa.models import TicketChange
from tests.builders import map_member
from tests.tickets.test_detail import HTMX, NUMBER, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connection")]


@pytest.fixture
def statuses(tenant):
    """Return the ids and names of the board's active statuses but the present one."""
    ticket = tenant.tickets[NUMBER]
    return [
        (str(status["id"]), status["name"])
        for status in tenant.statuses.values()
        if status["board"]["id"] == ticket["board"]["id"]
        and status["id"] != ticket["status"]["id"]
        and not status["inactive"]
    ]


def seen(tenant, status_id):
    ticket = tenant.tickets[NUMBER]
    return {
        "status_id": status_id,
        "seen_status_id": str(ticket["status"]["id"]),
        "seen_status_name": ticket["status"]["name"],
        "board_id": str(ticket["board"]["id"]),
        "request_id": str(uuid4()),
    }


def status_of(tenant) -> str:
    return str(tenant.tickets[NUMBER]["status"]["id"])


def change(client, values, **how):
    return client.post(url("status"), values, **how)


# --- Status --------------------------------------------------------------------------


def test_a_status_is_changed_and_shown_as_read_back(erin, tenant, statuses):
    status_id, name = statuses[0]
    answer = change(erin, seen(tenant, status_id), headers=HTMX)
    assert answer.status_code == 200
    assert status_of(tenant) == status_id
    assert f'name="seen_status_id" value="{status_id}"' in text_of(answer)
    events = answer.headers["HX-Trigger"].encode().decode("unicode_escape")
    assert name in events
    assert f'"ticket-{NUMBER}-changed"' in events


def test_it_costs_two_calls(erin, tenant, statuses, simulator):
    erin.get(url(), headers=HTMX)
    simulator.journal.clear()
    change(erin, seen(tenant, statuses[0][0]), headers=HTMX)
    assert [entry.method for entry in simulator.journal] == ["GET", "PATCH"]


def test_without_javascript_it_comes_back_to_the_ticket(erin, tenant, statuses):
    answer = change(erin, seen(tenant, statuses[0][0]))
    assert answer.status_code == 302
    assert answer["Location"] == url()
    assert statuses[0][1] in str(next(iter(get_messages(answer.wsgi_request))))


def test_the_contracts_field_alone_is_enough(erin, tenant, statuses):
    for how in ({}, {"headers": HTMX}):
        status_id = statuses.pop()[0]
        answer = change(erin, {"status_id": status_id}, **how)
        assert answer.status_code in (200, 302)
        assert status_of(tenant) == status_id


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_a_status_that_moved_meanwhile_is_409_and_left_alone(erin, tenant, statuses, how):
    values = seen(tenant, statuses[0][0])
    moved_id, moved_name = statuses[1]
    tenant.tickets[NUMBER]["status"] = {"id": int(moved_id), "name": moved_name}
    answer = change(erin, values, **how)
    assert answer.status_code == 409
    assert status_of(tenant) == moved_id
    assert f'name="seen_status_id" value="{moved_id}"' in text_of(answer)
    assert "changed meanwhile" in text_of(answer)


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_a_status_of_another_board_is_422_with_the_reason(erin, tenant, how):
    before = status_of(tenant)
    board = tenant.tickets[NUMBER]["board"]["id"]
    foreign = next(s for s in tenant.statuses.values() if s["board"]["id"] != board)
    answer = change(erin, seen(tenant, str(foreign["id"])), **how)
    assert answer.status_code == 422
    assert status_of(tenant) == before
    text = unescape(text_of(answer))
    assert 'role="alert"' in text
    own = tenant.tickets[NUMBER]["board"]["name"]
    assert f"“{foreign['name']}” is a status of the board “{foreign['board']['name']}”" in text
    assert f"#{NUMBER} is on “{own}”" in text


def test_a_status_that_no_board_has_is_422_in_the_psas_way(erin, tenant, simulator):
    assert change(erin, seen(tenant, "999999")).status_code == 422
    simulator.faults.add("forbidden", times=99, path="/boards")
    answer = change(erin, {"status_id": "999999"}, headers=HTMX)
    assert answer.status_code == 422
    assert "is a status of the board" not in text_of(answer)


@pytest.mark.parametrize("status_id", ["abc", "0", "9999999999", "-1"])
def test_what_is_no_id_is_422_and_asks_nobody(erin, tenant, simulator, status_id):
    before = len(list(simulator.journal))
    answer = change(erin, seen(tenant, status_id), headers=HTMX)
    assert answer.status_code == 422
    assert [e.method for e in list(simulator.journal)[before:] if e.method != "GET"] == []


def test_a_ticket_that_moved_to_another_board_offers_that_boards_statuses(erin, tenant, statuses):
    values = seen(tenant, statuses[0][0])
    board = next(b for b in tenant.boards.values() if str(b["id"]) != values["board_id"])
    there = [
        s for s in tenant.statuses.values() if s["board"]["id"] == board["id"] and not s["inactive"]
    ]
    ticket = tenant.tickets[NUMBER]
    ticket["board"] = {"id": board["id"], "name": board["name"]}
    ticket["status"] = {"id": there[0]["id"], "name": there[0]["name"]}
    answer = change(erin, values, headers=HTMX)
    assert answer.status_code == 409
    text = text_of(answer)
    assert f'name="board_id" value="{board["id"]}"' in text
    assert f'<option value="{there[1]["id"]}">' in text
    assert f'<option value="{statuses[0][0]}">' not in text
    assert change(erin, seen(tenant, str(there[1]["id"])), headers=HTMX).status_code == 200


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_the_status_of_a_ticket_that_is_gone_is_404(erin, tenant, statuses, how):
    values = seen(tenant, statuses[0][0])
    del tenant.tickets[NUMBER]
    answer = change(erin, values, **how)
    assert answer.status_code == 404
    assert TicketChange.objects.get().error_kind == "not_found"


def test_a_false_success_is_not_told_as_done(erin, tenant, statuses, simulator, monkeypatch):
    from psa.simulators.connectwise.records import tickets as records

    monkeypatch.setattr(records, "set_values", lambda *_: None)
    answer = change(erin, seen(tenant, statuses[0][0]), headers=HTMX)
    assert answer.status_code == 502
    assert "answered success" in text_of(answer)


def test_what_is_not_confirmed_is_202_and_said(erin, tenant, statuses, simulator):
    values = seen(tenant, statuses[0][0])
    simulator.faults.add("cut_before", times=1, method="PATCH")
    answer = change(erin, values, headers=HTMX)
    assert answer.status_code == 202
    assert "We are checking" in text_of(answer)
    assert TicketChange.objects.get().is_pending


@pytest.mark.parametrize("status_id", ["", "9" * 200])
def test_a_status_that_is_none_is_422(erin, tenant, status_id):
    answer = change(erin, seen(tenant, status_id), headers=HTMX)
    assert answer.status_code == 422
    assert not TicketChange.objects.exists()


def test_an_id_that_was_used_for_another_change_is_422(erin, tenant, statuses):
    values = seen(tenant, statuses[0][0])
    change(erin, values, headers=HTMX)
    answer = change(erin, {**values, "status_id": statuses[1][0]}, headers=HTMX)
    assert answer.status_code == 422
    assert status_of(tenant) == statuses[0][0]


def test_a_repeat_changes_nothing_more(erin, tenant, statuses, simulator):
    values = seen(tenant, statuses[0][0])
    change(erin, values, headers=HTMX)
    simulator.journal.clear()
    assert change(erin, values, headers=HTMX).status_code == 200
    assert list(simulator.journal) == []


def test_a_psa_that_is_down_says_so_and_shows_what_was_there(erin, tenant, statuses, simulator):
    values = seen(tenant, statuses[0][0])
    erin.get(url(), headers=HTMX)
    simulator.faults.add("refuse", times=99)
    answer = change(erin, values, headers=HTMX)
    assert answer.status_code == 502
    assert values["seen_status_name"] in text_of(answer)


def test_statuses_that_cannot_be_read_keep_nobody_from_changing(erin, tenant, statuses, simulator):
    simulator.faults.add("forbidden", times=9, path="/statuses")
    assert change(erin, seen(tenant, statuses[0][0]), headers=HTMX).status_code == 200
    assert status_of(tenant) == statuses[0][0]


# --- People --------------------------------------------------------------------------


def member_of(tenant, identifier):
    return next(m for m in tenant.members.values() if m["identifier"] == identifier)


def entries_of(tenant):
    return [
        entry["member"]["identifier"]
        for entry in tenant.tables["schedule_entries"].values()
        if entry["objectId"] == NUMBER
    ]


def person(client, name, member_id, **how):
    return client.post(url(name), {"member_id": str(member_id)}, **how)


def test_a_colleague_is_added_and_removed(erin, tenant):
    trang = member_of(tenant, "TNguyen")
    answer = person(erin, "resource-add", trang["id"], headers=HTMX)
    assert answer.status_code == 200
    assert entries_of(tenant) == ["TNguyen"]
    assert f'data-member="{trang["id"]}"' in text_of(answer)

    answer = person(erin, "resource-remove", trang["id"], headers=HTMX)
    assert answer.status_code == 200
    assert entries_of(tenant) == []
    assert f'data-member="{trang["id"]}"' not in text_of(answer)


def test_adding_and_removing_twice_changes_nothing_more(erin, tenant):
    trang = member_of(tenant, "TNguyen")
    for _ in range(2):
        assert person(erin, "resource-add", trang["id"], headers=HTMX).status_code == 200
    assert entries_of(tenant) == ["TNguyen"]
    for _ in range(2):
        assert person(erin, "resource-remove", trang["id"], headers=HTMX).status_code == 200
    assert entries_of(tenant) == []


def test_the_first_one_becomes_the_owner(erin, tenant):
    tenant.tickets[NUMBER].pop("owner", None)
    trang = member_of(tenant, "TNguyen")
    answer = person(erin, "resource-add", trang["id"])
    assert answer.status_code == 302
    assert tenant.tickets[NUMBER]["owner"]["id"] == trang["id"]


@pytest.mark.parametrize("identifier", ["RFlowAPI", "FOldman"])
def test_who_cannot_work_cannot_be_added(erin, tenant, identifier):
    answer = person(erin, "resource-add", member_of(tenant, identifier)["id"], headers=HTMX)
    assert answer.status_code == 422
    assert "active member" in text_of(answer)
    assert entries_of(tenant) == []


@pytest.mark.parametrize("member_id", ["", "nobody", "999999", "1" * 200])
@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_nobody_cannot_be_added(erin, tenant, member_id, how):
    answer = person(erin, "resource-add", member_id, **how)
    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)
    assert entries_of(tenant) == []


def test_a_missing_right_is_named(erin, tenant, simulator):
    trang = member_of(tenant, "TNguyen")
    erin.get(url("resources"), headers=HTMX)
    simulator.faults.add("forbidden", times=9, method="POST", path="/schedule/entries")
    answer = person(erin, "resource-add", trang["id"], headers=HTMX)
    assert answer.status_code == 502
    assert "Resource Scheduling" in text_of(answer)
    assert entries_of(tenant) == []


def test_the_outcome_is_told_also_where_the_list_cannot_be_read_again(erin, tenant, simulator):
    trang = member_of(tenant, "TNguyen")
    erin.get(url("resources"), headers=HTMX)
    simulator.faults.add("refuse", times=99)
    answer = person(erin, "resource-add", trang["id"], headers=HTMX)
    assert answer.status_code == 502
    assert text_of(answer).count('role="alert"') == 2


def test_one_can_assign_oneself_without_the_right_to_list_members(
    erin, tenant, simulator, engineer, connection
):
    me = member_of(tenant, "ERuiz")
    tenant.tickets[NUMBER].pop("owner", None)
    map_member(engineer, connection, str(me["id"]))
    simulator.faults.add("forbidden", times=99, path="/system/members")
    assert person(erin, "resource-add", me["id"], headers=HTMX).status_code == 200
    assert tenant.tickets[NUMBER]["owner"]["id"] == me["id"]


def test_a_viewer_changes_nothing(client_of, viewer, connection, simulator, tenant, statuses):
    vera = client_of(viewer)
    before = status_of(tenant)
    assert vera.get(url()).status_code == 403
    assert change(vera, seen(tenant, statuses[0][0])).status_code == 403
    assert person(vera, "resource-add", 5).status_code == 403
    assert status_of(tenant) == before
    assert list(simulator.journal) == []


def test_too_many_are_429(erin, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "ticket": "1/m"}
    assert erin.get(url()).status_code == 200
    answer = erin.get(url())
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert person(erin, "resource-add", 5).status_code == 429
