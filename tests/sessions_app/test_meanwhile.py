"""Nothing is written over what somebody else changed meanwhile.

Source of the reported case: softwerkskammer/Agora#363.
"""

import re
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from django.urls import reverse

from sessions_app import drafts, lifecycle
from sessions_app.models import Draft
from tests import cases

TEMPLATES = Path(__file__).parents[2] / "templates" / "sessions_app"
pytestmark = pytest.mark.django_db
REPORTED, OF_A, OF_B = cases.text("text-15-details-lost-update").splitlines()
STEP = {"kind": "check", "title": "Looked", "outcome": "", "notes": "", "command_output": ""}
FIELDS = ("title", "client_name", "problem")


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def cora(client_of, make_user, account):
    return client_of(make_user("Cora", account))


@pytest.fixture
def details(session):
    lifecycle.change_details(session, title="Printer", client_name="Contoso", problem=REPORTED)
    return reverse("sessions:details", args=[session.pk])


def first(pattern, text):
    found = re.search(pattern, text)
    assert found, pattern
    return found


def opened(browser, address):
    """Return what the form holds, as a browser would send it."""
    html = browser.get(address).content.decode()
    held = {
        name: unescape(value)
        for name in ("title", "client_name", "seen")
        for value in re.findall(rf'name="{name}" value="([^"]*)"', html)
    }
    return held | {"problem": unescape(first(r"<textarea[^>]*>\n?([^<]*)", html)[1])}


def test_the_second_to_save_the_details_sees_both_texts(session, details, erin, cora):
    of_a, of_b = opened(erin, details), opened(cora, details)
    assert erin.post(details, of_a | {"problem": f"{REPORTED}\n{OF_A}"}).status_code == 302
    answer = cora.post(details, of_b | {"problem": f"{REPORTED}\n{OF_B}"})
    shown = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "changed elsewhere" in shown
    assert OF_A in shown
    assert OF_B in shown
    session.refresh_from_db()
    assert session.problem == f"{REPORTED}\n{OF_A}"
    # Having seen both, the person decides.
    seen = first(r'name="seen" value="([^"]+)"', shown)[1]
    again = of_b | {"problem": f"{REPORTED}\n{OF_B}", "seen": seen}
    assert cora.post(details, again).status_code == 302
    session.refresh_from_db()
    assert session.problem == f"{REPORTED}\n{OF_B}"


@pytest.mark.parametrize(("theirs", "mine"), list(product(FIELDS, FIELDS)))
def test_whichever_field_was_changed_meanwhile_is_kept(session, details, erin, theirs, mine):
    held = opened(erin, details)
    lifecycle.change_details(session, **{name: held[name] for name in FIELDS} | {theirs: "Theirs"})
    answer = erin.post(details, held | {mine: "Mine"})
    assert answer.status_code == 409
    session.refresh_from_db()
    assert getattr(session, theirs) == "Theirs"


def test_the_same_text_twice_a_new_step_and_no_version_are_no_conflict(session, details, erin):
    held = opened(erin, details)
    lifecycle.add_step(session, STEP)
    assert erin.post(details, held | {"title": "Same"}).status_code == 302
    assert erin.post(details, held | {"title": "Same"}).status_code == 302
    without = {name: value for name, value in held.items() if name != "seen"}
    assert erin.post(details, without | {"title": "Script"}).status_code == 302


def test_a_draft_of_the_details_remembers_what_it_was_begun_on(session, details, erin, engineer):
    held = opened(erin, details)
    drafts.save(engineer, session, Draft.Form.DETAILS, held | {"problem": "my words"})
    lifecycle.change_details(session, title="Other", client_name="", problem="theirs")
    back = opened(erin, details)
    assert back["problem"] == "my words"
    answer = erin.post(details, back)
    assert answer.status_code == 409
    assert "theirs" in answer.content.decode()


def test_an_edit_of_a_removed_step_says_so_and_keeps_the_words(session, erin, engineer):
    step = lifecycle.add_step(session, STEP)
    address = reverse("sessions:step-edit", args=[session.pk, step.pk])
    lifecycle.remove_step(step)
    answer = erin.post(address, STEP | {"outcome": "long words"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "removed elsewhere" in answer.content.decode()
    assert "long words" in answer.content.decode()
    assert drafts.load(engineer, session, drafts.edit_form(step.pk))["outcome"] == "long words"
    step.refresh_from_db()
    assert step.outcome == ""
    lifecycle.restore_step(step)
    assert erin.post(address, STEP | {"outcome": "long words"}).status_code == 302
    step.refresh_from_db()
    assert step.outcome == "long words"


@pytest.mark.parametrize(
    ("template", "how"),
    # What is typed goes on in the form that the answer brings, or nothing can be typed meanwhile.
    [("_step_form.html", "carry"), ("_composer.html", "carry"), ("update_ticket.html", "posting")],
)
def test_words_typed_while_an_answer_is_awaited_are_not_lost(template, how):
    text = (TEMPLATES / template).read_text()
    assert f"data-{how}" in first(r"<form[^>]+hx-post[^>]+>", text)[0]
