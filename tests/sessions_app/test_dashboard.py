"""My queue on the dashboard: it comes after the page, and fails alone."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from psa import opened
from psa.models import MemberMapping, PsaConnection
from psa.providers.errors import PermissionMissing
from psa.providers.types import Page, Priority, Reference, Ticket
from resolutionflow.lib.ratelimit import in_words
from tests.builders import map_member

QUEUE = reverse("my-queue")
HTMX = {"HX-Request": "true", "HX-Target": "my-queue"}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def mapped(connection, engineer, simulator):
    """Map Erin to the member of that name."""
    member = next(
        one for one in opened.open_provider(connection).list_members() if one.identifier == "ERuiz"
    )
    simulator.journal.clear()
    return map_member(engineer, connection, member.id, member.name)


def ticket(number, priority="", company="Contoso"):
    return Ticket(
        id=str(number),
        summary=f"Summary of {number}",
        board=Reference(id="1", name="Help Desk"),
        status=Reference(id="2", name="In Progress"),
        company=Reference(id="3", name=company) if company else None,
        contact_name="",
        priority=Reference(id=priority, name=f"Priority {priority}") if priority else None,
        owner=None,
        is_closed=False,
        updated_at=None,
        web_url="",
    )


@pytest.fixture
def psa(connection, monkeypatch):
    """Let the PSA answer with these tickets and priorities; the questions are kept."""
    provider = type(opened.open_provider(connection))
    asked = []

    def give(tickets=(), priorities="123", total=None, missing=False):
        def search(self, wanted, page, page_size):
            asked.append((wanted, page, page_size))
            count = len(tickets) if total is None else total
            return Page(items=tuple(tickets), total=count, page=page, page_size=page_size)

        def list_priorities(self):
            if missing:
                raise PermissionMissing("Table Setup")
            return tuple(
                Priority(id=one, name=one, color="Red", sort_order=int(one)) for one in priorities
            )

        monkeypatch.setattr(provider, "search_tickets", search)
        monkeypatch.setattr(provider, "list_priorities", list_priorities)
        return asked

    return give


def numbers(answer):
    assert answer.status_code == 200
    return [row.ticket.id for row in answer.context["queue"].rows]


# --- The shell -----------------------------------------------------------------------


def test_the_shell_asks_the_psa_nothing_and_loads_the_queue_after_itself(
    browser, mapped, simulator
):
    page = browser.get("/").content.decode()
    assert f'hx-get="{QUEUE}" hx-trigger="load, reload"' in page
    assert f'href="{QUEUE}">Open my queue</a>' in page
    assert reverse("tickets:list") + "?assigned=me" in page
    assert len(simulator.journal) == 0


def test_a_psa_that_hangs_holds_up_the_queue_and_not_the_page(browser, mapped, simulator):
    simulator.faults.add("latency", times=100, seconds=600)
    assert browser.get("/").status_code == 200
    assert len(simulator.journal) == 0
    answer = browser.get(QUEUE, headers=HTMX)
    assert answer.status_code == 502
    assert 'role="alert"' in answer.content.decode()
    assert "ConnectWise did not answer in time" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_queue_stands_above_posts_and_sessions(browser, mapped, session):
    page = browser.get("/").content.decode()
    assert page.index("My queue") < page.index("My open sessions")


def test_viewers_and_super_admins_have_no_queue(client_of, viewer, super_admin, connection):
    for person in (viewer, super_admin):
        assert "My queue" not in client_of(person).get("/").content.decode()


# --- The region ----------------------------------------------------------------------


def test_the_five_most_urgent_come_first_and_then_the_newest(browser, mapped, psa):
    tickets = [(9, "3"), (8, ""), (7, "1"), (6, "2"), (5, "1"), (4, "9"), (3, "2")]
    asked = psa([ticket(*one) for one in tickets])
    assert numbers(browser.get(QUEUE)) == ["7", "5", "6", "3", "9"]
    [(wanted, page, size)] = asked
    assert wanted.member_id == mapped.external_member_id
    assert wanted.member_identifier != ""
    assert wanted.closed is False
    assert (page, size) == (1, 100)


def test_a_row_says_what_is_wrong_where_and_how_urgent(browser, mapped, psa):
    psa([ticket(48291, "1")])
    region = browser.get(QUEUE, headers=HTMX).content.decode()
    assert "<html" not in region
    assert 'data-ticket="48291"' in region
    for said in ("#48291", "Summary of 48291", "Contoso", "Priority 1", "In Progress", "Session"):
        assert said in region
    assert "most urgent of your newest" not in region


def test_a_row_tells_the_panel_what_related_tickets_are_looked_for_by(browser, mapped, psa):
    psa([ticket(1, "1")])
    region = browser.get(QUEUE, headers=HTMX).content.decode()
    (about,) = re.findall(r'data-about="([^"]*)"', region)
    told = json.loads(unescape(about))
    assert told["X-Ticket-About"].startswith("summary=Summary+of+1&company=")


def test_the_region_is_a_page_of_its_own(browser, mapped, psa):
    psa([ticket(48291, "1")])
    page = browser.get(QUEUE).content.decode()
    assert "<h1>My queue</h1>" in page
    assert 'data-ticket="48291"' in page


def test_more_tickets_than_were_looked_through_are_no_secret(browser, mapped, psa):
    psa([ticket(number, "1") for number in range(100)], total=101)
    assert "The most urgent of your newest 100" in browser.get(QUEUE).content.decode()


def test_without_the_right_to_priorities_the_newest_come_first(browser, mapped, psa):
    psa([ticket(9, "3"), ticket(8, "1")], missing=True)
    assert numbers(browser.get(QUEUE)) == ["9", "8"]


def test_an_empty_queue_says_so(browser, mapped, psa):
    psa()
    assert "Your queue is empty" in browser.get(QUEUE).content.decode()


def test_a_missing_right_is_named(browser, mapped, monkeypatch):
    def refuse(self):
        raise PermissionMissing("Member Maintenance")

    provider = type(opened.open_provider(mapped.connection))
    monkeypatch.setattr(provider, "list_members", refuse)
    answer = browser.get(QUEUE, headers=HTMX)
    assert answer.status_code == 502
    assert "Member Maintenance" in answer.content.decode()


def test_the_limit_is_its_own_and_says_how_long_to_wait(browser, mapped, psa, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "queue": "1/m"}
    psa()
    assert browser.get(QUEUE).status_code == 200
    answer = browser.get(QUEUE, headers=HTMX)
    assert answer.status_code == 429
    assert in_words(int(answer["Retry-After"])) in answer.content.decode()


# --- What is missing for a queue -----------------------------------------------------


def everywhere(browser):
    """Return what dashboard, region and page say."""
    answers = [browser.get("/"), browser.get(QUEUE, headers=HTMX), browser.get(QUEUE)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    return [answer.content.decode() for answer in answers]


def test_whoever_is_not_mapped_is_told_how_to_mend_it(client_of, engineer, admin_user, connection):
    for person in (engineer, admin_user):
        for page in everywhere(client_of(person)):
            assert "or ask an administrator to map you." in page
            assert f'href="{reverse("psa:me")}"' in page


def test_whoever_is_mapped_to_a_member_that_is_gone_is_not_mapped(browser, mapped):
    MemberMapping.objects.update(external_member_id="999999")
    assert "or ask an administrator to map you." in browser.get(QUEUE).content.decode()


def test_without_a_connection_administrators_see_the_way_to_one(client_of, engineer, admin_user):
    setup = reverse("psa:integrations")
    for page in everywhere(client_of(admin_user)):
        assert setup in page
        assert "No PSA connection yet" in page
    shell, *asked = everywhere(client_of(engineer))
    assert "queue" not in shell
    assert all("An administrator can set one up." in page for page in asked)


def test_a_paused_connection_is_said_and_not_asked(
    client_of, engineer, admin_user, simulator, mapped
):
    PsaConnection.objects.update(is_active=False)
    for page in everywhere(client_of(engineer)):
        assert "is paused. An administrator can resume it." in page
    for page in everywhere(client_of(admin_user)):
        assert reverse("psa:integrations") in page
    assert len(simulator.journal) == 0


def test_another_accounts_connection_is_never_used(client_of, stranger, mapped, simulator):
    for page in everywhere(client_of(stranger))[1:]:
        assert "No PSA connection" in page
    assert len(simulator.journal) == 0
