"""Only what is new, never outdated: the scope of a text, its bar, its preview, and repeats."""

import pytest
from django.utils import timezone

from sessions_app import lifecycle, note_told
from sessions_app.models import Draft
from tests.sessions_app.test_note_types import STEP, add, switch
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


@pytest.fixture
def told(linked, erin):  # noqa: F811
    """Return the session after a first note for colleagues."""
    assert send(erin, linked, opened(erin, linked)).status_code == 200
    return linked


def page(client, session, **query):
    return client.get(url("post-preview", session), query, headers=HTMX).content.decode()


def do(client, session, values, what, status=200):
    answer = client.post(url("post-text", session), values | {"do": what}, headers=HTMX)
    assert answer.status_code == status
    return answer


def test_after_a_note_the_dialog_begins_with_the_steps_since_then(told, erin):  # noqa: F811
    add(told, title="Replaced the cable")
    add(told, title="Called Jane")
    text = opened(erin, told)["content"]
    assert "Replaced the cable" in text
    assert "Called Jane" in text
    assert "Compare" not in text
    shown = page(erin, told)
    assert "Since <time" in shown
    assert "2 steps" in shown
    assert "New steps (2)" in shown
    every = opened(erin, told, scope="all")["content"]
    assert told.steps.first().title in every
    assert "Replaced the cable" in every
    back = switch(erin, told, opened(erin, told, scope="all"), scope="new")
    assert back["content"] == text


def test_another_type_has_not_told_its_readers_anything_yet(told, erin):  # noqa: F811
    add(told, title="Replaced the cable")
    text = opened(erin, told, note_type="description")["content"]
    assert "Restore" in text or "Compare" in text or told.steps.first().title in text
    assert "Since <time" not in page(erin, told, note_type="description")


def test_without_news_everything_is_there_and_the_repeat_is_said(told, erin):  # noqa: F811
    shown = page(erin, told)
    assert told.steps.first().title in shown
    assert "The same text was posted at" in shown
    assert "New steps (0)" in shown


def test_how_a_session_ended_is_news(told, erin):  # noqa: F811
    lifecycle.complete(told, outcome="resolved", resolution="Timer restored.", next_steps="")
    text = opened(erin, told)["content"]
    assert "Timer restored." in text
    assert told.steps.first().title not in text


def test_what_was_posted_without_the_newest_step_leaves_it_new(linked, erin, tenant):  # noqa: F811
    values = opened(erin, linked)
    edited = values | {"content": f"Mine.\n{values['content']}"}
    add(linked, title="Replaced the cable")
    answer = send(erin, linked, edited)
    again = form_of(answer) | {"seen_record": answer.context["form"]["seen_record"].value()}
    assert send(erin, linked, again).status_code == 200
    assert "Replaced the cable" not in notes(tenant)[0]
    again = opened(erin, linked)["content"]
    assert "Replaced the cable" in again
    assert linked.steps.first().title not in again


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a b c d e f g h i j k l", "The same text"),
        ("a  b c d\ne f g h i j k l\n", "The same text"),
        ("a b c d e f g h i j k x", "Nearly the same text"),
        ("a b c d e f x y z", ""),
        ("", ""),
    ],
)
def test_a_text_like_one_on_the_ticket_is_said(linked, erin, text, said):  # noqa: F811
    values = opened(erin, linked)
    marker = values["content"].rpartition(" ")[2]
    sent = values | {"content": f"a b c d e f g h i j k l {marker}"}
    assert send(erin, linked, sent).status_code == 200
    found = note_told.said_already(linked, f"{text} RF-X" if text else text, "RF-X")
    assert found.startswith(said) if said else found == ""


def test_a_failed_note_told_nobody(linked, erin, simulator):  # noqa: F811
    simulator.faults.add("forbidden", times=1, path="/service/tickets/48291/notes")
    send(erin, linked, opened(erin, linked), headers=HTMX)
    assert note_told.last_told(linked, "internal_analysis") is None


# --- The bar of an outgrown text -----------------------------------------------------


@pytest.fixture
def outgrown(linked, erin):  # noqa: F811
    """Return the values of an edited form that two steps came after."""
    values = opened(erin, linked)
    edited = values | {"content": f"Mine.\n{values['content']}\nP.S. mine too"}
    erin.post(url("draft", linked, "post"), edited)
    add(linked, title="Replaced the cable")
    add(linked, title="Called Jane", audience="internal")
    return edited


def test_the_bar_says_how_much_came_and_what_can_be_done(linked, erin, outgrown):  # noqa: F811
    shown = page(erin, linked)
    assert "2 steps were added or changed" in shown
    for what in ("Add them", "Start again", "Show the difference"):
        assert what in shown


def test_what_came_is_added_before_the_last_line(linked, erin, outgrown):  # noqa: F811
    answer = do(erin, linked, outgrown, "add")
    added = form_of(answer)
    assert "data-news" not in answer.content.decode()
    lines = added["content"].splitlines()
    at = lines.index(outgrown["content"].splitlines()[-2])
    assert lines[0] == "Mine."
    assert "Replaced the cable" in "\n".join(lines[:at])
    assert added["content"].count("Replaced the cable") == 1
    assert lines[-1] == "P.S. mine too"
    assert opened(erin, linked)["content"] == added["content"]  # kept as if it had been typed
    assert send(erin, linked, added).status_code == 200


def test_what_came_is_added_for_the_reader_of_the_text(linked, erin):  # noqa: F811
    values = opened(erin, linked, note_type="description")
    edited = values | {"content": f"Dear Jane,\n{values['content']}"}
    add(linked, title="Replaced the cable")
    add(linked, title="Asked the intern", audience="internal")
    text = form_of(do(erin, linked, edited, "add"))["content"]
    assert "Replaced the cable" in text
    assert "intern" not in text
    assert STEP["notes"] not in text


def test_starting_again_is_the_record_s_text(linked, erin, outgrown):  # noqa: F811
    text = form_of(do(erin, linked, outgrown, "anew"))["content"]
    assert "Mine." not in text
    assert "Replaced the cable" in text
    assert Draft.objects.get(form="post").values["content"] == outgrown["content"]


def test_the_difference_is_shown_and_the_text_stays(linked, erin, outgrown):  # noqa: F811
    answer = do(erin, linked, outgrown, "difference")
    assert form_of(answer)["content"] == outgrown["content"]
    shown = answer.content.decode()
    assert "difference-added" in shown
    assert "difference-removed" in shown


# --- Preview -------------------------------------------------------------------------


def test_the_preview_is_what_the_ticket_panel_shows(linked, erin):  # noqa: F811
    values = opened(erin, linked) | {"content": "**Bold** and <script>x</script>\n- item"}
    shown = do(erin, linked, values, "preview").content.decode()
    assert "<strong>Bold</strong> and &lt;script&gt;" in shown
    assert "<li>item</li>" in shown
    assert "As colleagues read it" in shown
    for_customer = values | {"note_type": "description"}
    shown = do(erin, linked, for_customer, "preview").content.decode()
    assert f"As {linked.psa_ticket_company.replace(chr(39), '&#x27;')} reads it" in shown
    assert (
        "<html" in erin.post(url("post-text", linked), values | {"do": "preview"}).content.decode()
    )


def test_a_preview_writes_nothing(linked, erin):  # noqa: F811
    do(erin, linked, opened(erin, linked) | {"content": "Mine."}, "preview")
    assert not Draft.objects.exists()
    assert linked.steps.filter(updated_at__gt=timezone.now()).count() == 0
