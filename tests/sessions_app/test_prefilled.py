"""A session that is started from a ticket: the form says what the link said."""

import pytest
from django.urls import reverse

from sessions_app import drafts
from sessions_app.models import Draft, WorkSession

NEW = reverse("sessions:new")
TICKET = {"ticket_id": "48291", "title": "VPN drops", "client_name": "Contoso & Sons"}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def shown(answer):
    assert answer.status_code == 200
    form = answer.context["form"]
    return {field.name: field.value() or "" for field in form.visible_fields()}


def test_the_form_is_filled_in_from_the_address(browser, connection, simulator):
    answer = browser.get(NEW, TICKET)
    assert shown(answer) == {**TICKET, "problem": ""}
    assert "did not submit" not in answer.content.decode()
    assert len(simulator.journal) == 0


def test_the_filled_in_form_starts_a_linked_session(browser, connection):
    answer = browser.post(f"{NEW}?title=Other", {**TICKET, "problem": ""})
    assert answer.status_code == 302
    session = WorkSession.objects.get()
    assert (session.title, session.psa_ticket_id) == ("VPN drops", "48291")


def test_without_a_connection_the_number_is_not_asked_for(browser):
    form = shown(browser.get(NEW, TICKET))
    assert form == {"title": "VPN drops", "client_name": "Contoso & Sons", "problem": ""}


def test_the_ticket_wins_over_an_older_draft_but_no_long_text_is_lost(
    browser, engineer, connection
):
    typed = {"title": "Printer", "ticket_id": "1", "problem": "Smoke."}
    drafts.save(engineer, None, Draft.Form.SESSION, typed)
    answer = browser.get(NEW, TICKET)
    assert shown(answer) == {**TICKET, "problem": "Smoke."}
    assert "The rest is what you typed last time" in answer.content.decode()
    assert drafts.load(engineer, None, Draft.Form.SESSION) == typed


def test_a_draft_alone_is_restored_as_before(browser, engineer):
    drafts.save(engineer, None, Draft.Form.SESSION, {"title": "Printer"})
    answer = browser.get(NEW)
    assert shown(answer)["title"] == "Printer"
    assert "This is what you typed last time" in answer.content.decode()


@pytest.mark.parametrize("text", ["x" * 10_000, "<script>alert(1)</script>", "a\nb", "O'Brien"])
def test_whatever_the_address_says_stays_one_escaped_line_and_is_not_cut(browser, connection, text):
    answer = browser.get(NEW, dict.fromkeys((*TICKET, "problem"), text))
    form = shown(answer)
    assert form.pop("problem") == ""
    assert list(form.values()) == [text.replace("\n", " ")] * 3
    assert "<script>alert" not in answer.content.decode()
