"""Long sessions: the newest steps with the composer, older ones on a click, a note that fits."""

import json
import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resolutionflow.lib.sizes import NOTE_BYTES, size_of
from sessions_app import export, lifecycle, linking, record, stretches
from sessions_app.models import SessionNote, Step, WorkSession

HTMX = {"HX-Request": "true"}
STEP = {"kind": "check", "title": "Look", "outcome": "", "notes": "", "command_output": ""}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def fill(session, number, **texts):
    """Let the session have so many steps, named by their place, in one write."""
    session.steps.all().delete()
    values = {"session": session, "kind": "check", **texts}
    size = size_of(*texts.values()) + 10
    Step.objects.bulk_create(
        [
            Step(title=f"Step {place:04}", position=place, size=size, **values)
            for place in range(1, number + 1)
        ]
    )
    WorkSession.objects.filter(pk=session.pk).update(
        step_count=number, step_bytes=number * size, version=session.version + 1
    )
    session.refresh_from_db()
    return list(session.steps.all())


def places(html):
    """Return the places of the steps that are shown, in order, with `…` for each gap."""
    rows = re.findall(r'step-title" dir="auto">Step (\d+)|class="(step-gap)"', html)
    return [int(place) if place else "…" for place, _ in rows]


def gaps(html):
    """Return where each gap leads to, and how many steps it says that it holds."""
    found = re.findall(r'hx-get="([^"]+\?before=[^"]+)".*?quiet">(\d+) more', html, re.DOTALL)
    return [(address.replace("&amp;", "&"), int(count)) for address, count in found]


def show(browser, session, query=""):
    return browser.get(session.get_absolute_url() + query).content.decode()


def test_a_page_shows_the_newest_steps_and_the_composer(browser, session):
    fill(session, 120)
    page = show(browser, session)
    assert places(page) == ["…", *range(71, 121)]
    assert 'id="composer"' in page
    assert gaps(page)[0][1] == 70


def test_a_session_of_fifty_steps_is_shown_whole(browser, session):
    fill(session, 50)
    assert places(show(browser, session)) == [*range(1, 51)]


def test_older_steps_come_in_the_place_of_the_gap_until_the_first(browser, session):
    fill(session, 120)
    [(address, _)] = gaps(show(browser, session))
    part = browser.get(address, headers=HTMX).content.decode()
    assert places(part) == ["…", *range(21, 71)]
    assert part.count("data-autofocus") == 1  # the keyboard goes on at the first of them
    assert "<html" not in part
    assert "50 earlier steps" in part
    [(address, count)] = gaps(part)
    assert count == 20
    part = browser.get(address, headers=HTMX).content.decode()
    assert places(part) == [*range(1, 21)]


def test_without_a_script_the_same_address_is_a_page(browser, session):
    fill(session, 200)
    [(address, _)] = gaps(show(browser, session))
    page = browser.get(address).content.decode()
    assert places(page) == ["…", *range(101, 201)]
    assert 'id="composer"' in page


def test_a_link_to_an_old_step_shows_its_stretch_and_the_newest(browser, session):
    steps = fill(session, 300)
    page = show(browser, session, f"?step={steps[119].pk}")
    assert places(page) == ["…", *range(71, 121), "…", *range(251, 301)]
    between = gaps(page)[1]
    assert between[1] == 130
    part = browser.get(between[0], headers=HTMX).content.decode()
    assert places(part) == ["…", *range(201, 251)]
    part = browser.get(gaps(part)[0][0], headers=HTMX).content.decode()
    part = browser.get(gaps(part)[0][0], headers=HTMX).content.decode()
    assert places(part) == [*range(121, 151)]  # down to what is shown already


@pytest.mark.parametrize(
    "query", ["?step=0", "?step=x", "?step=" + "9" * 40, "?before=-1", "?step="]
)
def test_an_address_that_names_no_step_shows_the_newest(browser, session, query):
    fill(session, 60)
    assert places(show(browser, session, query)) == ["…", *range(11, 61)]


def test_a_gap_that_is_none_is_not_found(browser, session, account, engineer):
    fill(session, 60)
    other = lifecycle.add_step(lifecycle.start(account, engineer, title="Other"), STEP)
    for query in ("?before=0", "?before=x", f"?before={other.pk}"):
        assert browser.get(session.get_absolute_url() + query, headers=HTMX).status_code == 404


def test_large_steps_make_a_page_shorter_but_never_empty(browser, session, monkeypatch):
    fill(session, 10, command_output="x" * 90_000)
    assert places(show(browser, session)) == ["…", 8, 9, 10]
    monkeypatch.setattr(stretches, "MOST_BYTES", 1_000)
    assert places(show(browser, session)) == ["…", 10]


def test_an_editor_that_was_left_opens_again_in_an_older_stretch(browser, session):
    steps = fill(session, 60)
    draft = reverse("sessions:draft", args=[session.pk, f"edit-{steps[0].pk}"])
    browser.post(draft, {"title": "Edited half"})
    assert "Edited half" not in show(browser, session)
    [(address, _)] = gaps(show(browser, session))
    assert "Edited half" in browser.get(address, headers=HTMX).content.decode()


def test_a_move_past_a_step_that_is_not_shown_says_which(browser, session):
    steps = fill(session, 400)
    move = reverse("sessions:step-move", args=[session.pk, steps[350].pk])
    answer = browser.post(move, {"direction": "up"}, headers=HTMX)
    news = json.loads(answer["HX-Trigger"])["steps-order"]
    assert (news["moved"], news["past"]) == (steps[350].pk, [steps[349].pk])
    assert news["ids"].index(steps[350].pk) == news["ids"].index(steps[349].pk) - 1
    assert len(answer["HX-Trigger"]) < 1_000  # proxies bound headers
    assert "Step 350 of 400" in answer.content.decode()
    answer = browser.post(move, {"direction": "up"})
    assert answer.url.endswith(f"?step={steps[350].pk}#step-{steps[350].pk}")


def test_of_removed_steps_the_last_are_offered(browser, session):
    for step in fill(session, 60):
        lifecycle.remove_step(step)
    page = show(browser, session)
    assert "Removed steps (the last 50)" in page
    assert page.count("Restore<span") == 50
    assert "Step 0060" in page
    assert "Step 0010" not in page


# --- The note --------------------------------------------------------------------------


def renderings(monkeypatch):
    """Return the list that each rendering of a note adds to."""
    done, render = [], export.render

    def counted(document, name):
        done.append(name)
        return render(document, name)

    monkeypatch.setattr(export, "render", counted)
    return done


def test_a_note_is_rendered_once_for_each_change(browser, session, monkeypatch):
    show(browser, session)
    done = renderings(monkeypatch)
    show(browser, session)
    assert "Restore the timer" in show(browser, session)
    assert done == []
    lifecycle.add_step(session, STEP)
    assert "3. Look" in show(browser, session)
    assert done
    done.clear()
    show(browser, session)
    assert done == []


def test_whatever_changes_the_record_changes_the_note(session, engineer, make_user, account):
    cora = make_user("Cora", account)
    step = session.steps.first()

    def rename():
        engineer.name = "Erin Ruiz"
        engineer.save()

    changes = [
        lambda: lifecycle.change_details(session, title="T", client_name="", problem="P"),
        lambda: lifecycle.edit_step(step, STEP, None),
        lambda: lifecycle.move_step(step, "down"),
        lambda: lifecycle.remove_step(step),
        lambda: lifecycle.restore_step(step),
        lambda: lifecycle.complete(session, outcome="waiting", resolution="R", next_steps=""),
        lambda: lifecycle.reopen(session),
        rename,
        lambda: lifecycle.hand_over(session, cora, cora),
        lambda: lifecycle.hand_over_all(cora, engineer, cora),
    ]
    seen = [record.note_of(session).text]
    for change in changes:
        change()
        fresh = WorkSession.objects.get(pk=session.pk)
        seen.append(record.note_of(fresh).text)
        assert seen[-1] != seen[-2]
        assert seen[-1] == export.render(record.document_of(fresh), "psa")
    assert SessionNote.objects.count() == 1


def test_a_note_of_an_older_release_is_made_anew(session, monkeypatch):
    SessionNote.objects.filter(session=record.note_of(session).session).update(text="old")
    assert record.note_of(session).text == "old"
    monkeypatch.setattr(record, "_RENDERER", "another")
    assert record.note_of(session).text != "old"


def test_the_dialogs_note_ends_with_its_marker(browser, session, connection, engineer):
    linking.link(session, "48291", engineer)
    address = reverse("sessions:post-preview", args=[session.pk])
    content = browser.get(address).context["form"]["content"].value()
    text = record.note_of(session).text
    assert text.endswith(session.reference)
    assert re.fullmatch(re.escape(text) + r"-\w{4}", content)


@pytest.mark.parametrize(
    "texts",
    [
        {"command_output": "x" * 190_000},
        {"outcome": "\n" * 1_000, "notes": "*\n" * 60_000},
        {"command_output": "\x01\n" * 90_000},
        {"notes": "😀\n" * 38_000},
        {"notes": "\n\n\t" * 60_000},
    ],
    ids=["long", "marks", "controls", "emoji", "tabs"],
)
def test_a_session_that_is_too_long_for_a_note_is_cut_and_says_so(browser, session, texts):
    fill(session, 26, **texts)
    lifecycle.complete(session, outcome="waiting", resolution="Solved " * 9_000, next_steps="Call")
    note = record.note_of(session)
    assert note.is_short
    assert size_of(note.text) <= NOTE_BYTES
    assert note.text.index("Step 0001") < note.text.index("Step 0026")
    assert "KB is left out …" in note.text.replace("MB is", "KB is")
    assert "Too long for a note" in show(browser, session)


def test_of_very_many_steps_the_first_and_the_last_stay_with_their_numbers(session):
    fill(session, 2_000, notes="n" * 2_000)
    Step.objects.filter(session=session, position__in=(2, 1_000, 1_001)).update(kind="note")
    note = record.note_of(session).text
    assert "1. Step 0001" in note
    assert "\n1997. Step 2000" in note
    assert "- Step 0002" in note
    left_out = re.findall(r"- \[… (\d+) (notes|steps) left out here: RF-\w+ in Res", note)
    shown = len(re.findall(r"Step \d{4}", note))
    assert [what for _, what in left_out] == ["notes", "steps"]
    assert sum(int(count) for count, _ in left_out) + shown == 2_000
    assert size_of(note) <= NOTE_BYTES


def test_a_download_holds_all_of_a_session_whose_note_is_cut(browser, session):
    fill(session, 30, command_output="x" * 20_000)
    for name in export.FORMATS:
        address = reverse("sessions:export", args=[session.pk])
        text = browser.get(address, {"format": name}).content.decode()
        assert text.count("x" * 20_000) == 30


def test_a_view_of_a_full_session_reads_only_what_it_shows(browser, session):
    fill(session, 2_000, notes="n" * 2_490)
    show(browser, session)
    with CaptureQueriesContext(database) as asked:
        page = show(browser, session)
    small = lifecycle.start(session.account, session.engineer, title="Small")
    show(browser, small)
    with CaptureQueriesContext(database) as few:
        show(browser, small)
    assert len(asked) <= len(few) + 1
    assert len(page) < 700_000
