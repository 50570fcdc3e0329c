"""How much a step, a session and drafts may hold; what is refused stays in its field."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from resolutionflow.lib import sizes as words
from sessions_app import drafts, lifecycle, sizes
from sessions_app.models import Draft, Step, WorkSession

HTMX = {"HX-Request": "true"}
STEP = {"kind": "check", "title": "Look", "outcome": "", "notes": "", "command_output": ""}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def add(browser, session, headers=HTMX, **changed):
    address = reverse("sessions:step-add", args=[session.pk])
    return browser.post(address, STEP | changed, headers=headers)


def edit(browser, step, **changed):
    address = reverse("sessions:step-edit", args=[step.session_id, step.pk])
    return browser.post(address, STEP | changed, headers=HTMX)


def totals(session):
    """Return the running totals, and what a count says."""
    session.refresh_from_db()
    steps = session.steps.all()
    counted = (len(steps), sum(sizes.of_step(vars(step)) for step in steps))
    assert (session.step_count, session.step_bytes) == counted
    return counted


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_step_of_more_than_200_kb_is_refused_and_stays_in_its_field(browser, session, headers):
    output = "x" * 190_000
    answer = add(browser, session, headers, command_output=output, notes="é" * 10_000)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is 211 KB, and up to 200 KB go." in page
    assert output in page
    assert session.steps.count() == 3


def test_a_step_of_200_kb_is_taken(browser, session):
    answer = add(browser, session, command_output="x" * (words.FORM_BYTES - len("Look")))
    assert answer.status_code == 200
    assert totals(session)[0] == 4


def test_an_edit_of_more_than_200_kb_is_refused(browser, session):
    answer = edit(browser, session.steps.first(), notes="x" * 200_001)
    assert answer.status_code == 422
    assert "This is 201 KB" in answer.content.decode()


def test_details_and_the_end_of_a_session_are_bounded(browser, session):
    much = "x" * 200_001
    for name, sent in (
        ("details", {"title": "VPN", "problem": much}),
        ("complete", {"outcome": "waiting", "next_steps": much}),
    ):
        answer = browser.post(reverse(f"sessions:{name}", args=[session.pk]), sent)
        assert answer.status_code == 422
        assert "up to 200 KB go" in answer.content.decode()
        assert much in answer.content.decode()


def test_a_full_session_says_so_and_keeps_the_text(browser, session, monkeypatch):
    monkeypatch.setattr(sizes, "MOST_STEPS", 4)
    assert add(browser, session).status_code == 200
    answer = add(browser, session, title="One too many")
    assert answer.status_code == 422
    assert "A session holds up to 4 steps" in answer.content.decode()
    assert "One too many" in answer.content.decode()
    assert totals(session)[0] == 4


def test_a_session_of_5_mb_takes_no_more_text_but_less(browser, session, monkeypatch):
    assert (sizes.MOST_STEPS, sizes.MOST_BYTES) == (2_000, 5_000_000)
    session.refresh_from_db()
    monkeypatch.setattr(sizes, "MOST_BYTES", session.step_bytes + 1_000)
    assert add(browser, session, notes="x" * 1_000).status_code == 422
    step = session.steps.first()
    assert edit(browser, step, notes="x" * 1_100).status_code == 422
    assert edit(browser, step, notes="x" * 900).status_code == 200
    monkeypatch.setattr(sizes, "MOST_BYTES", 10)  # as if it was filled before there was a bound
    assert edit(browser, step, notes="x" * 800).status_code == 200
    totals(session)


def test_totals_follow_every_change(session):
    step = session.steps.first()
    lifecycle.remove_step(step)
    assert totals(session)[0] == 3  # a removed one is kept, and counts
    lifecycle.restore_step(step)
    lifecycle.move_step(step, "down")
    lifecycle.edit_step(step, STEP | {"notes": "é"}, None)
    assert Step.objects.get(pk=step.pk).size == len("Look") + 2
    totals(session)


def test_the_migration_counts_what_was_there(session, engineer):
    drafts.save(engineer, session, "step", {"title": "é"})
    lifecycle.add_step(session, STEP | {"notes": "ü" * 10})
    before = totals(session)
    Step.objects.update(size=0)
    WorkSession.objects.update(step_count=0, step_bytes=0)
    empty = lifecycle.start(session.account, engineer, title="Empty")
    import_module("sessions_app.migrations.0006_sizes").count(apps, None)
    assert totals(session) == before
    assert totals(empty) == (0, 0)
    assert Step.objects.order_by("pk").last().size == len("Look") + 20  # type: ignore[union-attr]
    assert Draft.objects.get().size >= 2


# --- Drafts --------------------------------------------------------------------------


def save(browser, session, form="step", **values):
    return browser.post(reverse("sessions:draft", args=[session.pk, form]), values, headers=HTMX)


def test_a_draft_that_is_too_large_is_413_and_what_was_kept_stays(browser, session):
    save(browser, session, title="Before")
    answer = save(browser, session, title="T", notes="x" * drafts.MOST_BYTES_OF_ONE)
    assert answer.status_code == 413
    assert "up to 260 KB go" in answer.content.decode()
    assert Draft.objects.get().values == {"title": "Before"}


def test_drafts_of_one_person_are_bounded_in_number(browser, session, engineer, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 2)
    steps = [step.pk for step in session.steps.all()]
    answers = [save(browser, session, f"edit-{pk}", title="T").status_code for pk in steps]
    assert answers == [204, 204, 413]
    assert save(browser, session, f"edit-{steps[0]}", title="Typed on").status_code == 204
    save(browser, session, f"edit-{steps[0]}", title="")
    assert save(browser, session, f"edit-{steps[2]}", title="T").status_code == 204


def test_drafts_of_one_person_are_bounded_in_bytes(
    browser, client_of, make_user, account, session, monkeypatch
):
    monkeypatch.setattr(drafts, "MOST_BYTES", 1_000)
    assert save(browser, session, title="x" * 600).status_code == 204
    assert save(browser, session, "details", title="x" * 500).status_code == 413
    assert save(browser, session, title="x" * 900).status_code == 204
    assert save(browser, session, title="x" * 500).status_code == 204
    assert save(browser, session, "details", title="x" * 500).status_code == 204
    colleague = client_of(make_user("Cora", account))
    assert save(colleague, session, title="x" * 900).status_code == 204


def test_a_draft_of_another_sessions_step_is_unknown(browser, session, account, engineer):
    other = lifecycle.start(account, engineer, title="Other")
    step = lifecycle.add_step(other, STEP)
    assert save(browser, session, f"edit-{step.pk}", title="T").status_code == 404


def test_a_note_of_more_than_250_kb_is_refused_and_stays(browser, session, connection, engineer):
    from sessions_app import linking

    linking.link(session, "48291", engineer)
    much = "x" * 250_001
    for address in (
        reverse("sessions:post", args=[session.pk]),
        reverse("tickets:note", args=["48291"]),
    ):
        answer = browser.post(address, {"note_type": "internal_analysis", "content": much})
        assert answer.status_code == 422
        assert "This is 251 KB, and up to 250 KB go." in answer.content.decode()
        assert much in answer.content.decode()


@pytest.mark.parametrize(
    ("size", "said"),
    [
        *[(0, "0 KB"), (1, "1 KB"), (200_000, "200 KB"), (200_001, "201 KB"), (999_001, "1 MB")],
        *[(2_500_000, "2.5 MB"), (5_000_000, "5 MB"), (5_000_001, "5.1 MB")],
    ],
)
def test_sizes_are_said_rounded_up(size, said):
    assert words.in_words(size) == said
