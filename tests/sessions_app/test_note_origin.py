"""A note that waits in the dialog follows the record, or says how much newer the record is."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.models import Post
from sessions_app import lifecycle, note_origin, note_start
from sessions_app.models import Draft
from sessions_app.note_text import Choice
from tests.sessions_app.test_posting_page import (  # noqa: F401 - fixtures
    HTMX,
    erin,
    linked,
    opened,
    send,
    url,
)

pytestmark = pytest.mark.django_db
CHOICE = Choice(note_type="resolution", template="full_analysis")
STEP = {"kind": "check", "title": "Looked", "outcome": "", "notes": "", "command_output": ""}


@pytest.fixture
def clicked(linked, erin):  # noqa: F811
    """Return the form's values after somebody opened the dialog, chose a type and closed it."""
    values = opened(erin, linked) | {"note_type": "resolution"}
    erin.post(url("draft", linked, "post"), values)
    assert Draft.objects.get(form="post").values["begun_from"]
    return values


def shown(browser, session):
    return browser.get(url("post-preview", session), headers=HTMX).content.decode()


def add(session, **more):
    return lifecycle.add_step(session, STEP | more)


def complete(session):
    lifecycle.complete(session, outcome="resolved", resolution="Timer restored.", next_steps="")


def test_a_text_that_nobody_changed_follows_the_record(linked, erin, clicked):  # noqa: F811
    assert "IN PROGRESS" in clicked["content"]
    add(linked, title="Timer restored")
    complete(linked)
    values = opened(erin, linked)
    assert "IN PROGRESS" not in values["content"]
    assert "Timer restored" in values["content"]
    assert values["note_type"] == "resolution"
    assert "Your text from last time" not in shown(erin, linked)
    assert "data-news" not in shown(erin, linked)


CHANGES = {
    "a step": (lambda session: add(session), "1 step was added or changed"),
    "steps": (lambda session: [add(session), add(session)], "2 steps were added or changed"),
    "an edit": (
        lambda session: lifecycle.edit_step(session.steps.first(), STEP | {"outcome": "x"}, None),
        "1 step was added or changed",
    ),
    "a removal": (
        lambda session: lifecycle.remove_step(session.steps.first()),
        "1 step was removed",
    ),
    "the end": (complete, "the session was completed"),
    "a step and the end": (
        lambda session: [add(session), complete(session)],
        "1 step was added or changed and the session was completed",
    ),
    "the title": (
        lambda session: lifecycle.change_details(
            session, title="Other", client_name="", problem=""
        ),
        "its details were changed",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_text_that_was_edited_says_how_much_newer_the_record_is(
    linked,  # noqa: F811
    erin,  # noqa: F811
    clicked,
    change,
):
    edited = clicked | {"content": f"My words.\n{clicked['content']}"}
    erin.post(url("draft", linked, "post"), edited)
    assert "data-news" not in shown(erin, linked)
    CHANGES[change][0](linked)
    page = shown(erin, linked)
    assert "My words." in page
    assert f"The record is newer than this text: {CHANGES[change][1]}." in page
    assert "Start again from the record" in page
    # Also where the form comes back because it did not hold.
    refused = send(erin, linked, edited | {"note_type": ""}, headers=HTMX)
    assert refused.status_code == 422
    assert CHANGES[change][1] in refused.content.decode()


def test_starting_again_takes_the_record(linked, erin, clicked):  # noqa: F811
    erin.post(url("draft", linked, "post"), clicked | {"content": "My words."})
    add(linked, title="Timer restored", outcome="28800")
    values = opened(erin, linked, fresh=1)
    assert "Timer restored" in values["content"]
    assert "My words." not in values["content"]


def test_a_failed_note_that_is_mended_says_it_too(linked, erin, simulator):  # noqa: F811
    simulator.faults.add("forbidden", times=1, path="/service/tickets/48291/notes")
    send(erin, linked, opened(erin, linked), headers=HTMX)
    failed = Post.objects.get()
    assert failed.state == "failed"
    add(linked)
    page = erin.get(url("post-preview", linked), {"post": failed.pk}, headers=HTMX)
    assert "1 step was added or changed" in page.content.decode()


@pytest.mark.parametrize(
    "odd", ["", "x", "@", "abc@", "abc@yesterday", "@2026-99-99T00:00Z", "a@b@c"]
)
def test_an_odd_origin_says_nothing(session, odd):
    values = {"request_id": str(uuid4()), "begun_from": odd, "note_type": "resolution"}
    assert note_start.news(session, values) == ""


@given(st.text(), st.text(min_size=4))
def test_a_text_with_another_marker_is_still_untouched(text, marker):
    begun = note_origin.written(f"{text}\nRF-AAAAAA-1111", "RF-AAAAAA-1111", CHOICE)
    origin = note_origin.read(begun, "description")
    assert origin.choice == CHOICE
    assert origin.is_text(f"{text}\r\nRF-AAAAAA-2222", "RF-AAAAAA-2222")
    assert not origin.is_text(f"{text}\nedited {marker}", "RF-AAAAAA-2222")
