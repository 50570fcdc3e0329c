"""What the pages make of answers that other products broke on (tests/cases, `cw-*`).

Each case names the report that it was made from.
"""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import httpx
import pytest
from django.urls import reverse
from django.utils import timezone

from psa.outbox import worker
from psa.outbox.kinds import NOTE
from psa.outbox.runtime import Runtime
from tests.cases import Case
from tests.simulated import answer_instead

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
API = "/v4_6_release/apis/3.0"


def url(name="detail"):
    return reverse(f"tickets:{name}", args=["1060"])


def page_of(client, address, status=200, **more) -> str:
    answer = client.get(address, headers=HTMX, **more)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def told(monkeypatch, connection):
    """Return a function that has the PSA answer as the case says; returns what it answered."""

    def tell(name, number=0):
        return answer_instead(monkeypatch, Case(name, number).answer)

    return tell


@pytest.fixture
def ticket_1060(monkeypatch, connection):
    """Have the PSA know the ticket of the cases, and its board's statuses."""
    ticket = {
        "id": 1060,
        "summary": "Printer",
        "board": {"id": 1, "name": "Help Desk"},
        "status": {"id": 100, "name": "New"},
        "company": {"id": 254, "name": "Example Co"},
        "closedFlag": False,
    }
    statuses = [{"id": 100, "name": "New"}, {"id": 107, "name": "Closed", "closedStatus": True}]
    known = {
        "/service/tickets/1060": ticket,
        "/service/tickets/1060/notes": [],
        "/service/boards/1/statuses": statuses,
    }

    def answer(request: httpx.Request) -> httpx.Response | None:
        value = known.get(request.url.path.removeprefix(API))
        return None if value is None or request.method != "GET" else httpx.Response(200, json=value)

    answer_instead(monkeypatch, answer)
    return ticket


def post_note(client, text="Asked Eve to restart it.", **more):
    values = {"request_id": str(uuid4()), "note_type": "internal_analysis", "content": text}
    return client.post(url("note"), values | more, headers=HTMX)


# --- The reason of a refusal ---------------------------------------------------------


def test_a_closing_rule_is_not_told_as_the_wrong_board(ticket_1060, told, erin):
    asked = told("cw-03-closing-rule-told-as-wrong-board")
    values = {"request_id": str(uuid4()), "status_id": "107", "seen_status_id": "100"}
    answer = erin.post(url("status"), values, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert asked == [f"PATCH {API}/service/tickets/1060"]
    assert "a rule of its own" in page
    assert "board" not in page[page.index("a rule of its own") :][:200]


def test_a_required_field_that_the_form_lacks_is_no_record_to_mend(told, erin, simulator):
    told("cw-05-required-field-on-create-nothing-to-mend")
    companies = simulator.tenants["northwind"].companies.values()
    company = next(one for one in companies if one["identifier"] == "Contoso")
    sent = {
        "summary": "Printer jams again",
        "company": str(company["id"]),
        "company_name": company["name"],
        "board": "20",
        "request_id": str(uuid4()),
    }
    answer = erin.post("/tickets/new/", sent, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "requires a custom field, which this form does not have" in page
    assert "Mend that field" not in page


def test_a_version_that_dropped_a_property_is_told_as_that(ticket_1060, told, erin):
    told("cw-06-version-dropped-a-property")
    page = post_note(erin).content.decode()
    assert "its version does not go with" in page
    assert "“processNotifications”" in page


def test_a_ticket_without_a_board_has_no_statuses(told, erin):
    told("cw-10-ticket-without-board")
    page = page_of(erin, url())
    assert "This ticket has no board, so there are no statuses to choose from." in page
    assert "digits only" not in page


# --- Answers of something in between -------------------------------------------------


def test_a_firewalls_page_is_no_missing_right(ticket_1060, told, erin):
    name = "cw-11-firewall-page-403-on-note"
    told(name)
    answer = post_note(erin, Case(name).request_text)
    page = answer.content.decode()
    assert answer.status_code == 502
    assert "Something between us and ConnectWise" in page
    assert "permission" not in page.lower().replace("permissions-policy", "")


def test_a_wait_that_is_asked_for_is_kept_and_told(told, erin):
    asked = told("cw-14-503-with-retry-after")
    assert "it asks to wait 2 minutes" in page_of(erin, url(), 502)
    assert len(asked) == 1


@pytest.mark.parametrize("status", [402, 405, 406, 409, 423, 424, 426, 451])
def test_any_other_4xx_refuses_a_note_for_good(ticket_1060, told, monkeypatch, erin, status):
    case = Case("cw-15-locked-or-unlicensed-4xx-on-write")

    def answer(request):
        found = case.answer(request)
        return found and httpx.Response(status, headers=found.headers, content=found.content)

    asked = answer_instead(monkeypatch, answer)
    assert post_note(erin).status_code == 502
    assert len(asked) == 1
    assert "Not posted" in page_of(erin, url("posts"))


def test_a_note_that_fails_each_time_ends_visibly(ticket_1060, told, erin):
    """Sent three times with growing pauses, and not for ever."""
    asked = told("cw-17-permanent-500-on-write", 1)
    assert post_note(erin).status_code == 202
    for minutes in range(10, 110, 10):
        at = timezone.now() + timedelta(minutes=minutes)
        worker.run_batch(NOTE, Runtime(now=partial(lambda moment: moment, at)))
    assert len(asked) == 3
    assert "fails each time" in page_of(erin, url("posts"))


# --- Lists that are complete ---------------------------------------------------------


def test_pages_that_are_shorter_than_asked_are_read_to_the_end(monkeypatch, erin, ticket_1060):
    """HealthITAU/pyconnectwise issue 23: 25 records came where 1,000 were asked for."""
    case = Case("cw-18-page-shorter-than-asked-with-link-next")
    rows = [{"id": n, "text": f"note {n}", "internalAnalysisFlag": True} for n in range(1, 81)]

    def answer(request):
        if not case.answers(request):
            return None
        page = int(request.url.params["page"])
        link = '<https://x/?page=2>; rel="next"' if page * 25 < len(rows) else ""
        return httpx.Response(200, json=rows[(page - 1) * 25 : page * 25], headers={"Link": link})

    answer_instead(monkeypatch, answer)
    page = page_of(erin, url("notes"))
    assert "note 80" in page
    assert "30 older ones are not shown" in page


@pytest.mark.parametrize("honoured", [True, False])
def test_deleted_companies_do_not_hide_the_living_one(monkeypatch, erin, connection, honoured):
    """DeskDirector/UserVoice issue 704: merged companies stay, dozens of one name."""
    case = Case("cw-20-deleted-companies-fill-the-fifty")
    rows = [
        {"id": 9000 + n, "identifier": f"D{n}", "name": f"Acme 0{n} old", "deletedFlag": True}
        for n in range(60)
    ]
    rows.append({"id": 9999, "identifier": "ACME", "name": "Acme Real", "deletedFlag": False})

    def answer(request):
        if not case.answers(request):
            return None
        wanted = rows
        if "deletedFlag" in request.url.params["conditions"]:
            if not honoured:
                refused = {"code": "ApiFindCondition", "message": "not a recognized name."}
                return httpx.Response(400, json=refused)
            wanted = [row for row in rows if not row["deletedFlag"]]
        page, size = (int(request.url.params[name]) for name in ("page", "pageSize"))
        return httpx.Response(200, json=wanted[(page - 1) * size : page * size])

    answer_instead(monkeypatch, answer)
    page = page_of(erin, "/tickets/companies/?company_name=acme")
    assert "Acme Real" in page
    assert "old" not in page


# --- One side call -------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_count_that_fails_or_errs_leaves_the_rows(told, erin, number):
    told("cw-21-count-fails-rows-answer", number)
    page = page_of(erin, "/tickets/")
    assert page.count('<li class="ticket-row"') == 25
    assert ("At least 26 tickets" in page) is (number < 2)
    assert "26 tickets" in page


@pytest.mark.parametrize("number", [0, 1])
def test_notes_are_shown_where_time_entries_fail(told, erin, connection, number):
    told("cw-34-time-entries-fail-notes-answer", number)
    page = page_of(erin, reverse("tickets:notes", args=["48291"]))
    assert "Time entries could not be read and are left out." in page
    assert "timeline-entry" in page
    assert "no such ticket" not in page


def test_the_owner_is_shown_where_the_schedule_is_refused(told, erin, connection):
    told("cw-34-time-entries-fail-notes-answer", 2)
    page = page_of(erin, reverse("tickets:resources", args=["48291"]))
    assert "Owner" in page
    assert "Who else works on it could not be read from the schedule." in page
    assert "Resource Scheduling: Inquire" in page
    assert 'name="member_id"' in page


# --- What a ticket is ----------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "panel"])
def test_a_merged_ticket_says_where_it_went(told, erin, headers):
    told("cw-23-merged-ticket")
    page = erin.get(url(), headers=headers).content.decode()
    assert "Merged into" in page
    assert f'href="{reverse("tickets:detail", args=["1043"])}"' in page
    assert 'name="merged_into" value="1043"' in page


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("note_type", ["description", "resolution", "internal_analysis"])
def test_a_customers_note_on_a_merged_ticket_takes_a_confirmation(
    ticket_1060, erin, confirmed, note_type
):
    more = {"note_type": note_type, "confirm_visible": "on", "merged_into": "1043"}
    if confirmed:
        more["confirm_merged"] = "on"
    answer = post_note(erin, **more)
    is_refused = note_type == "description" and not confirmed
    assert (answer.status_code == 422) is is_refused
    if is_refused:
        page = answer.content.decode()
        assert "merged into #1043: post there, or confirm" in page
        assert "Asked Eve to restart it." in page


def test_a_session_of_a_merged_ticket_is_warned(told, erin, session):
    told("cw-23-merged-ticket")
    link = reverse("sessions:ticket-link", args=[session.pk])
    assert erin.post(link, {"ticket_id": "1060"}).status_code == 302
    page = page_of(erin, reverse("sessions:post-preview", args=[session.pk]))
    assert "This ticket was merged into" in page
    assert "#1043" in page
    values = {
        "request_id": str(uuid4()),
        "note_type": "description",
        "content": "Done",
        "confirm_visible": "on",
        "ticket_id": "1060",
        "merged_into": "1043",
    }
    answer = erin.post(reverse("sessions:post", args=[session.pk]), values, headers=HTMX)
    assert answer.status_code == 422
    assert "confirm that you mean this one" in answer.content.decode()


def test_a_project_ticket_may_be_why_a_number_is_not_found(told, erin, session):
    told("cw-25-project-ticket", 0)
    assert "a project ticket" in page_of(erin, url(), 404)
    answer = erin.post(
        reverse("sessions:ticket-link", args=[session.pk]), {"ticket_id": "1060"}, headers=HTMX
    )
    assert "a project ticket" in answer.content.decode()


def test_a_project_ticket_is_shown_as_one_and_its_time_is_found(ticket_1060, told, erin, simulator):
    told("cw-25-project-ticket", 1)
    assert "Project ticket of Migration" in page_of(erin, url())
    erin.get(url("notes"), headers=HTMX)
    (asked,) = [e for e in simulator.journal if e.path.endswith("/time/entries")]
    assert 'chargeToType = "ProjectTicket"' in asked.query["conditions"]


# --- Who wrote an entry --------------------------------------------------------------


def test_a_customers_reply_by_an_integration_is_the_customers(ticket_1060, told, erin, tenant):
    told("cw-26-customer-reply-by-an-integration")
    key = tenant.api_member()
    tenant.members[640] = {**key, "id": 640}
    page = page_of(erin, url("notes"))
    assert "<strong>Ida Berg</strong>" in page
    assert "timeline-customer" in page
    assert "<strong>Ida Berg wrote last</strong>" in page


def test_without_the_right_to_see_members_both_authors_are_named(
    ticket_1060, told, erin, simulator
):
    told("cw-26-customer-reply-by-an-integration")
    simulator.faults.add("forbidden", times=None, path="/system/members")
    assert "API Full for Ida Berg" in page_of(erin, url("notes"))


def test_both_texts_of_a_time_entry_are_shown_to_whom_they_are_for(ticket_1060, told, erin):
    told("cw-28-internal-notes-of-a-time-entry")
    page = page_of(erin, url("notes"))
    public, internal = page.split("<li")[-2:]
    assert "Replaced the toner" in public
    assert "Customer can read" in public
    assert "1.25 hours" in public
    assert "Contract expired, bill it" in internal
    assert "Colleagues only" in internal
    assert "hours" not in internal
