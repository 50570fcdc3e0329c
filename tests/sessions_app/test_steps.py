"""Steps: what a person does to them, through the pages, with and without htmx."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from sessions_app import lifecycle
from sessions_app.models import Draft, Step

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def first(session):
    return session.steps.get(position=1)


def values(**changed):
    return {
        "kind": "check",
        "title": "Look at the log",
        "outcome": "",
        "notes": "",
        "command_output": "",
    } | changed


def url(name, session, *args):
    return reverse(f"sessions:{name}", args=[session.pk, *args])


def titles(session):
    """Return the titles in order; positions have no gaps and no repeats, whatever happened."""
    steps = session.steps.filter(removed_at=None)
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    return [step.title.split()[0] for step in steps]


def complete(session):
    lifecycle.complete(session, outcome="waiting", resolution="", next_steps="")


def add(browser, session, htmx=True, **changed):
    headers = HTMX if htmx else {}
    return browser.post(url("step-add", session), values(**changed), headers=headers)


# --- Adding --------------------------------------------------------------------------


def test_a_step_is_added_at_the_end(browser, session):
    answer = add(browser, session, htmx=False)
    assert answer.status_code == 302
    assert answer.url == f"{session.get_absolute_url()}#composer"
    assert titles(session)[-1] == "Look"


def test_htmx_gets_the_row_a_fresh_form_and_the_record(browser, session):
    answer = add(browser, session)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<li class="step"')
    assert page.count('<li class="step"') == 1  # no other row: it may be an open editor
    assert 'id="composer"' in page
    assert "3. Look at the log" in page
    assert "<html" not in page


def test_the_fresh_form_is_empty_but_keeps_the_kind(browser, session):
    composer = add(browser, session, outcome="all fine").context["composer"]
    assert composer["kind"].value() == "check"
    assert composer["title"].value() is None
    assert composer["outcome"].value() is None


@pytest.mark.parametrize("htmx", [True, False])
def test_a_step_without_a_title_comes_back_with_everything_typed(browser, session, htmx):
    answer = add(browser, session, htmx, title=" ", outcome="typed before")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This field is required." in page
    assert "typed before" in page
    assert ("<html" in page) is not htmx
    assert len(titles(session)) == 3


def test_htmx_puts_the_form_that_does_not_hold_back_in_its_place(browser, session):
    answer = add(browser, session, title="")
    assert answer["HX-Retarget"] == "#composer"
    assert answer["HX-Reswap"] == "outerHTML"


def test_an_unknown_kind_is_refused(browser, session):
    assert add(browser, session, kind="guess").status_code == 422


def test_text_of_60000_characters_is_kept_whole(browser, session):
    output = "x" * 60_000
    assert add(browser, session, command_output=output).status_code == 200
    assert session.steps.last().command_output == output
    assert output in browser.get(session.get_absolute_url()).content.decode()


def test_a_title_that_is_too_long_is_refused_and_kept_in_the_form(browser, session):
    answer = add(browser, session, title="t" * 60_000)
    assert answer.status_code == 422
    assert "This is 60000 characters long, and up to 500 go." in answer.content.decode()
    assert "t" * 60_000 in answer.content.decode()


def test_what_was_typed_is_shown_and_never_run(browser, session):
    nasty = "<script>alert(1)</script> & \"quotes\" 'single'"
    add(browser, session, title=nasty, outcome=nasty, notes=nasty, command_output=nasty)
    page = browser.get(session.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp;") == 4  # the row
    assert page.count("\\&lt;script&gt;alert(1)\\&lt;/script&gt; &amp;") == 4  # the record


def test_control_characters_emoji_and_other_scripts_are_kept(browser, session):
    text = "\x1b[31mred\x1b[0m 👩‍💻 مرحبا \u202eabc"
    assert add(browser, session, outcome=text, title="Ünïcödé 🖨️").status_code == 200
    step = session.steps.last()
    assert (step.title, step.outcome) == ("Ünïcödé 🖨️", text)
    page = browser.get(session.get_absolute_url()).content.decode()
    assert "␛[31mred" in page  # in the record it can be seen


def test_a_nul_character_means_nothing_and_is_left_out(browser, session):
    assert add(browser, session, outcome="a\x00b").status_code == 200
    assert session.steps.last().outcome == "ab"


def test_line_ends_are_stored_as_line_feeds_and_spaces_are_kept(browser, session):
    add(browser, session, command_output="    one\r\n\r\n  two\r\n")
    assert session.steps.last().command_output == "    one\n\n  two\n"


def test_a_pasted_title_of_several_lines_becomes_one_line(browser, session):
    add(browser, session, title="one\r\ntwo")
    assert session.steps.last().title == "one two"


def test_a_double_click_adds_one_step(browser, session):
    same = uuid4()
    for _ in range(2):
        assert add(browser, session, htmx=False, request_id=same).status_code == 302
    assert len(titles(session)) == 4


def test_two_tabs_of_one_draft_add_both_texts(browser, session):
    same = uuid4()
    add(browser, session, request_id=same)
    add(browser, session, request_id=same, title="Other text")
    assert titles(session)[-2:] == ["Look", "Other"]


@pytest.mark.parametrize("htmx", [True, False])
def test_a_completed_session_takes_no_step_but_keeps_the_text(browser, session, engineer, htmx):
    complete(session)
    answer = add(browser, session, htmx, title="Typed too late")
    assert answer.status_code == 409
    assert "Reopen it: your text is kept." in answer.content.decode()
    assert len(titles(session)) == 3
    draft = Draft.objects.get(user=engineer, session=session, form="step")
    assert draft.values["title"] == "Typed too late"


# --- Editing -------------------------------------------------------------------------


def test_the_editor_opens_in_the_place_of_the_row(browser, session, first):
    page = browser.get(url("step-edit", session, first.pk), headers=HTMX).content.decode()
    assert page.lstrip().startswith(f'<li class="step-editing" id="step-{first.pk}"')
    assert first.title in page


def test_the_editor_is_a_page_without_htmx(browser, session, first):
    page = browser.get(url("step-edit", session, first.pk)).content.decode()
    assert "<h1>Edit step</h1>" in page
    assert first.title in page


def test_a_step_is_edited(browser, session, first):
    answer = browser.post(url("step-edit", session, first.pk), values(title="Better words"))
    assert answer.status_code == 302
    assert answer.url.endswith(f"#step-{first.pk}")
    assert titles(session) == ["Better", "Does", "Restore"]


def test_htmx_gets_the_edited_row_and_the_record(browser, session, first):
    sent = values(kind="note", title="Better words")
    page = browser.post(url("step-edit", session, first.pk), sent, headers=HTMX).content.decode()
    assert page.count(f'id="step-{first.pk}"') == 1
    assert "- Better words" in page
    assert 'id="composer"' not in page  # the text that waits there is not touched


def test_an_edit_that_does_not_hold_comes_back(browser, session, first):
    sent = values(title="", outcome="typed before")
    answer = browser.post(url("step-edit", session, first.pk), sent, headers=HTMX)
    assert answer.status_code == 422
    assert "typed before" in answer.content.decode()


def test_an_edit_never_overwrites_what_another_tab_wrote_unseen(browser, session, first):
    seen = first.updated_at.isoformat()
    address = url("step-edit", session, first.pk)
    assert browser.post(address, values(title="First tab", seen=seen)).status_code == 302
    answer = browser.post(address, values(title="Second tab", seen=seen), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed elsewhere" in page
    assert "First tab" in page
    assert "Second tab" in page
    again = answer.context["form"]["seen"].value()
    assert browser.post(address, values(title="Second tab", seen=again)).status_code == 302
    assert titles(session)[0] == "Second"


@pytest.mark.parametrize("htmx", [True, False])
def test_editing_in_a_completed_session_keeps_the_typed_text(browser, session, first, htmx):
    complete(session)
    sent = values(title="Too late")
    answer = browser.post(url("step-edit", session, first.pk), sent, headers=HTMX if htmx else {})
    assert answer.status_code == 409
    assert "This session is completed." in answer.content.decode()
    assert "Too late" in answer.content.decode()
    assert titles(session)[0] == "Only"


def test_cancelling_shows_the_row_and_forgets_the_draft(browser, session, first):
    draft = url("draft", session, f"edit-{first.pk}")
    browser.post(draft, values(title="Half a thought"))
    address = url("step-edit", session, first.pk)
    answer = browser.post(address, values(title="", cancel="1"), headers=HTMX)
    assert answer.status_code == 200
    assert first.title in answer.content.decode()
    assert not Draft.objects.exists()


# --- Moving, removing, restoring -----------------------------------------------------


def test_steps_move_up_and_down(browser, session, first):
    address = url("step-move", session, first.pk)
    assert browser.post(address, {"direction": "down"}).status_code == 302
    assert titles(session) == ["Does", "Only", "Restore"]
    browser.post(address, {"direction": "down"})
    assert titles(session) == ["Does", "Restore", "Only"]
    browser.post(address, {"direction": "down"})  # it is the last already
    assert titles(session) == ["Does", "Restore", "Only"]
    browser.post(address, {"direction": "up"})
    assert titles(session) == ["Does", "Only", "Restore"]


def test_htmx_moves_rows_without_replacing_any(browser, session, first):
    answer = browser.post(url("step-move", session, first.pk), {"direction": "down"}, headers=HTMX)
    order = [step.pk for step in session.steps.all()]
    news = {"ids": order, "moved": first.pk, "past": [order[0]]}
    assert json.loads(answer["HX-Trigger"]) == {"steps-order": news}
    page = answer.content.decode()
    assert "<li" not in page
    assert 'id="record-text"' in page
    assert "Step 2 of 3" in page


def test_there_are_only_two_directions(browser, session, first):
    answer = browser.post(url("step-move", session, first.pk), {"direction": "left"})
    assert answer.status_code == 422
    assert "Choose up or down." in answer.content.decode()


def test_a_removed_step_leaves_the_record_and_can_be_undone_in_place(browser, session, first):
    answer = browser.post(url("step-remove", session, first.pk), headers=HTMX)
    page = answer.content.decode()
    assert titles(session) == ["Does", "Restore"]
    assert "Undo" in page
    assert f"- {first.title}" not in page
    page = browser.post(url("step-restore", session, first.pk), headers=HTMX).content.decode()
    assert titles(session) == ["Only", "Does", "Restore"]
    assert f"- {first.title}" in page


def test_a_removed_step_can_be_restored_later(browser, session, first):
    answer = browser.post(url("step-remove", session, first.pk))
    assert answer.url == f"{session.get_absolute_url()}#removed"
    page = browser.get(session.get_absolute_url()).content.decode()
    assert "Removed steps (1)" in page
    answer = browser.post(url("step-restore", session, first.pk))
    assert answer.url.endswith(f"#step-{first.pk}")
    assert titles(session) == ["Only", "Does", "Restore"]


def test_a_restored_step_finds_a_place_when_there_are_fewer_steps_now(session):
    steps = list(session.steps.all())
    for step in reversed(steps):
        lifecycle.remove_step(step)
    lifecycle.restore_step(steps[2])
    lifecycle.restore_step(steps[0])
    assert titles(session) == ["Only", "Restore"]


def test_removing_and_restoring_twice_is_the_same_as_once(session, first):
    for _ in range(2):
        lifecycle.remove_step(first)
    assert titles(session) == ["Does", "Restore"]
    for _ in range(2):
        lifecycle.restore_step(first)
    assert titles(session) == ["Only", "Does", "Restore"]


def test_a_removed_step_does_not_move(session, first):
    lifecycle.remove_step(first)
    lifecycle.move_step(first, "down")
    assert titles(session) == ["Does", "Restore"]


@pytest.mark.parametrize("action", ["move", "remove", "restore"])
@pytest.mark.parametrize("htmx", [True, False])
def test_steps_of_a_completed_session_stay_as_they_are(browser, session, first, action, htmx):
    if action == "restore":
        lifecycle.remove_step(first)
    before = list(Step.objects.values_list("pk", "position", "removed_at"))
    complete(session)
    answer = browser.post(
        url(f"step-{action}", session, first.pk),
        {"direction": "down"},
        headers=HTMX if htmx else {},
    )
    assert answer.status_code == 409
    assert "This session is completed. Reopen it to change it." in answer.content.decode()
    assert list(Step.objects.values_list("pk", "position", "removed_at")) == before


# --- Who may, and whose --------------------------------------------------------------

ACTIONS = ["step-edit", "step-move", "step-remove", "step-restore"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_viewer_changes_no_step(client_of, viewer, session, first, action):
    answer = client_of(viewer).post(url(action, session, first.pk), values())
    assert answer.status_code == 403


def test_a_viewer_adds_no_step(client_of, viewer, session):
    assert add(client_of(viewer), session).status_code == 403


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stranger_finds_no_step(client_of, stranger, session, first, action):
    answer = client_of(stranger).post(url(action, session, first.pk), values())
    assert answer.status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("step_id", [0, 10**30])
def test_a_step_that_does_not_exist_is_not_found(browser, session, action, step_id):
    assert browser.post(url(action, session, step_id), values()).status_code == 404


def test_a_step_of_another_session_is_not_found(browser, session, first, account, engineer):
    other = lifecycle.start(account, engineer, title="Other")
    assert browser.post(url("step-remove", other, first.pk)).status_code == 404


def test_a_colleague_works_on_my_session(client_of, make_user, account, session):
    colleague = make_user("Cora", account)
    assert add(client_of(colleague), session).status_code == 200
