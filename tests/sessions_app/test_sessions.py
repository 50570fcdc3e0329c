"""Sessions: started, shown, completed, reopened, and their details changed."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app import lifecycle
from sessions_app.models import Draft, WorkSession

NEW = {"title": "Printer on fire", "client_name": "O'Brien & Söhne", "problem": "Since Monday"}
DONE: dict[str, Any] = {
    "outcome": "resolved",
    "resolution": "Timer restored.",
    "next_steps": "Ask Tom",
}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def url(name, session):
    return reverse(f"sessions:{name}", args=[session.pk])


def new(browser, **changed):
    return browser.post(reverse("sessions:new"), NEW | changed)


# --- Starting ------------------------------------------------------------------------


def test_a_session_starts_with_a_reference_that_is_easy_to_read_aloud(browser, engineer):
    answer = new(browser)
    session = WorkSession.objects.get()
    assert answer.status_code == 302
    assert answer.url == session.get_absolute_url()
    assert re.fullmatch(r"RF-[2-9A-HJKMNP-TV-Z]{6}", session.reference)
    assert (session.title, session.client_name, session.problem) == tuple(NEW.values())
    assert (session.engineer, session.account) == (engineer, engineer.account)
    assert session.is_open


def test_a_double_click_starts_one_session(browser, connection):
    page = browser.get(reverse("sessions:new")).content.decode()
    (request_id,) = re.findall(r'name="request_id" value="([^"]+)"', page)
    answers = [new(browser, request_id=request_id, ticket_id="48291") for _ in range(2)]
    session = WorkSession.objects.get()
    assert [answer.url for answer in answers] == [session.get_absolute_url()] * 2
    assert session.psa_ticket_id == "48291"


def test_the_second_click_links_what_the_first_has_not_linked_yet(
    browser, account, engineer, connection
):
    request_id = uuid4()
    session, is_new = lifecycle.start_once(account, engineer, request_id, **NEW)
    assert is_new
    refused = new(browser, request_id=request_id, ticket_id="9999999")
    assert refused.status_code == 422
    assert WorkSession.objects.get() == session
    assert new(browser, request_id=request_id, ticket_id="48291").status_code == 302
    assert WorkSession.objects.get().psa_ticket_id == "48291"


@pytest.mark.parametrize("changed", ["text", "completed", "person"])
def test_another_session_starts_with_other_text_after_the_first_or_by_somebody_else(
    account, engineer, owner, changed
):
    request_id = uuid4()
    first, _ = lifecycle.start_once(account, engineer, request_id, **NEW)
    values, person = NEW, engineer
    if changed == "text":
        values = NEW | {"title": "Scanner on fire"}
    elif changed == "completed":
        lifecycle.complete(first, **DONE)
    else:
        person = owner
    second, is_new = lifecycle.start_once(account, person, request_id, **values)
    assert is_new
    assert second != first


def test_a_row_starts_one_session_however_often_it_is_clicked(browser, connection):
    page = browser.get(reverse("tickets:search")).content.decode()
    form = page[page.index('class="ticket-row-start"') :].partition("</form>")[0]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert [browser.post(reverse("sessions:new"), sent).status_code for _ in range(2)] == [302, 302]
    assert WorkSession.objects.count() == 1


def test_a_session_needs_a_title_and_keeps_the_rest_of_the_form(browser):
    answer = new(browser, title="  ")
    assert answer.status_code == 422
    assert "Since Monday" in answer.content.decode()
    assert not WorkSession.objects.exists()


def test_a_problem_of_60000_characters_is_kept_whole(browser):
    assert new(browser, problem="p" * 60_000).status_code == 302
    assert len(WorkSession.objects.get().problem) == 60_000


def test_a_reference_that_is_taken_is_drawn_again(account, engineer, session, monkeypatch):
    drawn = iter([session.reference, session.reference, "RF-222222"])
    monkeypatch.setattr(lifecycle, "new_reference", lambda: next(drawn))
    assert lifecycle.start(account, engineer, title="Next").reference == "RF-222222"


def test_without_a_connection_the_form_asks_for_no_ticket(browser):
    assert 'name="ticket_id"' not in browser.get(reverse("sessions:new")).content.decode()
    assert new(browser, ticket_id="48291").status_code == 302
    assert WorkSession.objects.get().psa_ticket_id == ""


def test_a_session_is_linked_at_once(browser, connection):
    assert 'name="ticket_id"' in browser.get(reverse("sessions:new")).content.decode()
    assert new(browser, ticket_id="#48291 ").status_code == 302
    session = WorkSession.objects.get()
    assert (session.psa_ticket_id, session.psa_connection) == ("48291", connection)


@pytest.mark.parametrize("number", ["abc", "-1", "0", "99999999999", "1 or 1=1", "9999999"])
def test_a_ticket_that_cannot_be_linked_brings_the_form_back(browser, connection, number):
    answer = new(browser, ticket_id=number)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"ticket_id"}
    assert "Since Monday" in answer.content.decode()
    assert not WorkSession.objects.exists()


def test_a_psa_that_is_down_brings_the_form_back(browser, connection, simulator):
    simulator.faults.add("refuse", times=20)
    answer = new(browser, ticket_id="48291")
    page = answer.content.decode()
    assert answer.status_code == 502
    assert "ConnectWise" in page
    assert "Since Monday" in page
    assert "without the ticket number" in page
    assert not WorkSession.objects.exists()


def test_a_failure_of_ours_leaves_no_half_started_session(browser, connection, monkeypatch):
    def break_down(*args):
        raise RuntimeError("broken")

    monkeypatch.setattr("sessions_app.linking.link", break_down)
    with pytest.raises(RuntimeError, match="broken"):
        new(browser, ticket_id="48291")
    assert not WorkSession.objects.exists()


# --- The page ------------------------------------------------------------------------


def test_the_page_shows_the_session_the_forms_and_the_record(browser, session):
    page = browser.get(session.get_absolute_url()).content.decode()
    for text in (session.title, session.reference, "Contoso", "Erin", "IN PROGRESS"):
        assert text in page
    for form in ('id="composer"', 'id="complete"', "Edit details"):
        assert form in page


def test_a_viewer_reads_and_sees_no_form(client_of, viewer, session):
    page = client_of(viewer).get(session.get_absolute_url()).content.decode()
    assert session.steps.first().title in page
    for form in ("composer", 'id="complete"', "Edit details", "Move up", "Reopen", "autosave="):
        assert form not in page


def test_a_completed_session_is_read_only_until_it_is_reopened(browser, session):
    lifecycle.complete(session, **DONE)
    page = browser.get(session.get_absolute_url()).content.decode()
    for form in ('id="composer"', 'id="complete"', "Edit details", "Move up"):
        assert form not in page
    assert "Reopen" in page
    assert "Timer restored." in page
    assert browser.post(url("reopen", session)).status_code == 302
    session.refresh_from_db()
    assert session.is_open
    page = browser.get(session.get_absolute_url()).content.decode()
    assert "Timer restored." in page  # it waits in the form for the next completion
    assert 'id="composer"' in page


def test_html_in_every_field_is_shown_escaped(browser, session):
    nasty = "<script>alert(1)</script>"
    names = ("title", "client_name", "problem", "resolution", "next_steps")
    now = {"completed_at": timezone.now(), "outcome": "resolved"}
    WorkSession.objects.update(**dict.fromkeys(names, nasty), **now)
    for address in (session.get_absolute_url(), reverse("sessions:list"), reverse("dashboard")):
        assert nasty not in browser.get(address).content.decode()


# --- Completing ----------------------------------------------------------------------


def test_a_session_is_completed_with_its_outcome(browser, session):
    answer = browser.post(url("complete", session), DONE, follow=True)
    session.refresh_from_db()
    assert (session.outcome, session.resolution, session.next_steps) == tuple(DONE.values())
    assert not session.is_open
    assert "Resolved. The record is final now." in answer.content.decode()


def test_the_record_counts_the_time_until_completion(browser, session):
    start = timezone.now() - timedelta(hours=2, minutes=15, seconds=5)
    WorkSession.objects.update(started_at=start)
    browser.post(url("complete", session), DONE)
    assert "| 2.25 hrs |" in browser.get(session.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"resolution": " "}, "resolution"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "won"}, "outcome"),
    ],
)
def test_a_completion_that_does_not_hold_comes_back_open(browser, session, changed, wrong):
    answer = browser.post(url("complete", session), DONE | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["complete_form"].errors.keys() == {wrong}
    assert re.search(r'id="complete"\s+open', page)
    assert "Ask Tom" in page
    session.refresh_from_db()
    assert session.is_open


@pytest.mark.parametrize("outcome", ["escalated", "waiting", "abandoned"])
def test_only_a_resolved_session_needs_a_resolution(browser, session, outcome):
    sent = {"outcome": outcome, "resolution": "", "next_steps": ""}
    assert browser.post(url("complete", session), sent).status_code == 302


def test_completing_twice_with_the_same_text_is_the_same_as_once(browser, session):
    browser.post(url("complete", session), DONE)
    first = WorkSession.objects.get().completed_at
    assert browser.post(url("complete", session), DONE).status_code == 302
    assert WorkSession.objects.get().completed_at == first


def test_completing_with_another_text_is_a_conflict_and_the_text_is_kept(
    browser, session, engineer
):
    browser.post(url("complete", session), DONE)
    answer = browser.post(url("complete", session), DONE | {"resolution": "Another tab"})
    assert answer.status_code == 409
    assert "This session is completed." in answer.content.decode()
    assert WorkSession.objects.get().resolution == "Timer restored."
    draft = Draft.objects.get(user=engineer, form="complete")
    assert draft.values["resolution"] == "Another tab"


# --- Details -------------------------------------------------------------------------


def test_details_are_changed(browser, session):
    assert session.title in browser.get(url("details", session)).content.decode()
    assert browser.post(url("details", session), NEW).status_code == 302
    session.refresh_from_db()
    assert (session.title, session.client_name, session.problem) == tuple(NEW.values())


def test_details_that_do_not_hold_come_back(browser, session):
    answer = browser.post(url("details", session), NEW | {"title": ""})
    assert answer.status_code == 422
    assert "Since Monday" in answer.content.decode()


def test_details_of_a_completed_session_stay_and_the_typed_text_is_shown(browser, session):
    lifecycle.complete(session, **DONE)
    answer = browser.post(url("details", session), NEW)
    assert answer.status_code == 409
    assert "Printer on fire" in answer.content.decode()
    assert WorkSession.objects.get().title == "VPN drops after five minutes"


def test_cancelling_details_changes_nothing(browser, session):
    browser.post(reverse("sessions:draft", args=[session.pk, "details"]), NEW)
    assert "Printer on fire" in browser.get(url("details", session)).content.decode()
    answer = browser.post(url("details", session), {"title": "", "cancel": "1"})
    assert answer.url == session.get_absolute_url()
    assert "Printer on fire" not in browser.get(url("details", session)).content.decode()


# --- Who may, and whose --------------------------------------------------------------

PAGES = ["detail", "details", "export"]
ACTIONS = ["details", "complete", "reopen", "step-add"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_no_page(client_of, stranger, session, page):
    assert client_of(stranger).get(url(page, session)).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stranger_changes_nothing(client_of, stranger, session, action):
    assert client_of(stranger).post(url(action, session), NEW | DONE).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_a_viewer_changes_nothing(client_of, viewer, session, action):
    assert client_of(viewer).post(url(action, session), NEW | DONE).status_code == 403


def test_a_viewer_starts_no_session(client_of, viewer):
    assert client_of(viewer).get(reverse("sessions:new")).status_code == 403
    assert new(client_of(viewer)).status_code == 403


def test_a_super_admin_opens_any_session(client_of, super_admin, session, stranger):
    theirs = lifecycle.start(stranger.account, stranger, title="Of the others")
    for any_session in (session, theirs):
        assert client_of(super_admin).get(any_session.get_absolute_url()).status_code == 200


def test_a_super_admin_is_asked_for_the_account_of_a_new_session(
    client_of, super_admin, account, other_account
):
    answer = client_of(super_admin).get(reverse("sessions:new"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:choose"))


def test_a_person_who_is_not_logged_in_is_sent_to_the_log_in(client, session):
    answer = client.get(session.get_absolute_url())
    assert answer.url == f"/login/?next={session.get_absolute_url()}"
