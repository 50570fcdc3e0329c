"""A text per note type: each fits its reader, switching shows it, and what was edited is kept."""

import pytest
from django.urls import reverse

from psa.models import Post
from sessions_app import lifecycle
from sessions_app.models import Draft, Step
from tests.sessions_app.test_posting_page import (  # noqa: F401 - fixtures
    HTMX,
    erin,
    form_of,
    linked,
    notes,
    opened,
    send,
    tenant,
    url,
)

pytestmark = pytest.mark.django_db
STEP = {
    "kind": "action",
    "title": "Restored the timer",
    "outcome": "28800 again",
    "notes": "private notes",
    "command_output": "private output",
}


def add(session, **more):
    return lifecycle.add_step(session, STEP | more)


def switch(client, session, values, **chosen):
    answer = client.post(url("post-text", session), values | chosen, headers=HTMX)
    assert answer.status_code == 200
    return form_of(answer)


def test_each_type_has_a_text_of_its_own(linked, erin):  # noqa: F811
    add(linked)
    add(linked, audience="internal", title="Asked the intern")
    texts = {
        note_type: opened(erin, linked, note_type=note_type)["content"]
        for note_type in Post.NoteType.values
    }
    assert "private output" in texts["internal_analysis"]
    assert "[internal] Asked the intern" in texts["internal_analysis"]
    assert texts["resolution"].startswith("**Resolution — ")
    assert texts["description"].startswith("Hello")
    for note_type in ("resolution", "description"):
        assert "private" not in texts[note_type]
        assert "intern" not in texts[note_type]
    assert "Restored the timer" in texts["description"]
    assert "28800 again" not in texts["description"]
    assert {text.splitlines()[-1] for text in texts.values()} == {
        texts["description"].splitlines()[-1]
    }


def test_the_customer_is_greeted_by_name(linked, erin, tenant):  # noqa: F811
    tenant.tickets[48291]["contactName"] = "O'Hara, Jane"
    assert opened(erin, linked, note_type="description")["content"].startswith("Hello Jane,\n")


def test_the_dialog_says_how_many_steps_the_reader_does_not_get(linked, erin):  # noqa: F811
    add(linked, audience="internal")
    page = erin.get(url("post-preview", linked), {"note_type": "resolution"}, headers=HTMX)
    assert "1 step of the record is left out for this reader" in page.content.decode()
    page = erin.get(url("post-preview", linked), headers=HTMX)
    assert "left out for this reader" not in page.content.decode()


def test_switching_shows_the_text_of_the_type_while_nobody_touched_it(linked, erin):  # noqa: F811
    values = opened(erin, linked)
    shown = switch(erin, linked, values, note_type="description")
    assert shown["note_type"] == "description"
    assert shown["content"].startswith("Hello")
    assert shown["request_id"] == values["request_id"]
    back = switch(erin, linked, shown, note_type="internal_analysis")
    assert back["content"] == values["content"]
    assert not Draft.objects.exists()


def test_an_edited_text_is_kept_per_type(linked, erin):  # noqa: F811
    values = opened(erin, linked)
    mine = f"For colleagues.\n{values['content']}"
    shown = switch(erin, linked, values | {"content": mine}, note_type="description")
    assert shown["content"].startswith("Hello")
    theirs = f"Dear Jane,\n{shown['content']}"
    back = switch(erin, linked, shown | {"content": theirs}, note_type="internal_analysis")
    assert back["content"] == mine
    assert opened(erin, linked, note_type="description")["content"] == theirs
    assert opened(erin, linked, note_type="internal_analysis")["content"] == mine
    assert opened(erin, linked)["content"] == theirs  # what was typed last
    assert opened(erin, linked, note_type="resolution")["content"].startswith("**Resolution")


def test_posting_one_leaves_the_edited_text_of_the_other(linked, erin, tenant):  # noqa: F811
    values = opened(erin, linked)
    edited = values | {"content": f"Dear Jane,\n{values['content']}", "note_type": "description"}
    erin.post(url("draft", linked, "post"), edited)
    plain = opened(erin, linked, note_type="internal_analysis")
    assert send(erin, linked, plain).status_code == 200
    again = opened(erin, linked, note_type="description")
    assert again["content"].startswith("Dear Jane,")
    assert again["request_id"] != plain["request_id"]
    marker = again["content"].splitlines()[-1]
    assert marker != plain["content"].splitlines()[-1]
    assert send(erin, linked, again | {"confirm_visible": "on"}).status_code == 200
    assert len(notes(tenant)) == 2


def test_the_status_that_was_chosen_goes_along(linked, erin):  # noqa: F811
    values = opened(erin, linked) | {"content": "Mine.", "update_status_id": "7"}
    answer = erin.post(url("post-text", linked), values | {"note_type": "resolution"}, headers=HTMX)
    assert answer.context["form"]["update_status_id"].value() == "7"


def test_without_a_script_a_button_switches(linked, erin):  # noqa: F811
    page = erin.get(url("post-preview", linked)).content.decode()
    assert f'formaction="{url("post-text", linked)}"' in page
    answer = erin.post(url("post-text", linked), opened(erin, linked) | {"note_type": "resolution"})
    assert "<html" in answer.content.decode()
    assert "**Resolution" in answer.content.decode()


def test_a_text_too_large_to_be_kept_stays_where_it_is(linked, erin):  # noqa: F811
    values = opened(erin, linked) | {"content": "x" * 300_000, "note_type": "description"}
    answer = erin.post(url("post-text", linked), values, headers=HTMX)
    assert answer.status_code == 413
    assert answer.context["form"]["content"].value() == values["content"]


# --- An edited text that the record has outgrown -------------------------------------


def test_posting_an_outgrown_text_asks_once(linked, erin, tenant):  # noqa: F811
    values = opened(erin, linked)
    edited = values | {"content": f"Mine.\n{values['content']}"}
    add(linked)
    answer = send(erin, linked, edited, headers=HTMX)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "1 step was added or changed" in text
    assert not notes(tenant)
    form = answer.context["form"]
    again = form_of(answer) | {"seen_record": form["seen_record"].value()}
    assert again["content"] == edited["content"]
    add(linked)
    assert send(erin, linked, again, headers=HTMX).status_code == 409  # it grew again
    answer = send(erin, linked, edited, headers=HTMX)
    again["seen_record"] = answer.context["form"]["seen_record"].value()
    assert send(erin, linked, again).status_code == 200
    assert send(erin, linked, again).status_code == 200  # a repeat
    assert notes(tenant) == [edited["content"]]


def test_a_text_that_nobody_changed_is_made_anew_instead(linked, erin, tenant):  # noqa: F811
    values = opened(erin, linked)
    add(linked)
    answer = send(erin, linked, values | {"confirm_visible": "on"}, headers=HTMX)
    assert answer.status_code == 409
    again = form_of(answer)
    assert "Restored the timer" in again["content"]
    assert not answer.context["form"]["confirm_visible"].value()
    assert send(erin, linked, again).status_code == 200
    assert notes(tenant) == [again["content"]]


def test_what_its_reader_does_not_get_does_not_outgrow_a_text(linked, erin):  # noqa: F811
    values = opened(erin, linked, note_type="description")
    edited = values | {"content": f"Dear Jane,\n{values['content']}", "confirm_visible": "on"}
    add(linked, audience="internal")
    assert send(erin, linked, edited).status_code == 200


# --- Who may read a step -------------------------------------------------------------


def test_a_step_is_marked_shown_and_edited(erin, session):  # noqa: F811
    answer = erin.post(url("step-add", session), STEP | {"audience": "internal"}, headers=HTMX)
    assert answer.status_code == 200
    step = Step.objects.get(title="Restored the timer")
    assert step.audience == "internal"
    assert ">Internal<" in answer.content.decode().replace("</svg>Internal", "</svg>>Internal")
    edit = reverse("sessions:step-edit", args=[session.pk, step.pk])
    assert erin.get(edit).context["form"]["audience"].value() == "internal"
    erin.post(edit, STEP | {"audience": "customer"})
    step.refresh_from_db()
    assert step.audience == "customer"
    erin.post(edit, STEP)  # says nothing of it
    step.refresh_from_db()
    assert step.audience == "customer"
    assert "For the customer" in erin.get(session.get_absolute_url()).content.decode()
    refused = erin.post(edit, STEP | {"audience": "everybody"}, headers=HTMX)
    assert refused.status_code == 422


@pytest.mark.parametrize("name", ["psa", "markdown", "text", "html"])
def test_the_mark_stands_in_every_export(erin, session, name):  # noqa: F811
    add(session, audience="internal")
    answer = erin.get(url("export", session), {"format": name})
    assert "[internal" in answer.content.decode().replace("\\[", "[")
