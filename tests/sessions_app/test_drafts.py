"""Drafts: what was typed and not submitted comes back, in any browser."""

from uuid import uuid4

import pytest
from django.urls import reverse

from sessions_app import drafts, lifecycle
from sessions_app.models import Draft

STEP = {"kind": "action", "title": "Half a title", "outcome": "half an outcome"}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def save(browser, session, form, **values):
    return browser.post(reverse("sessions:draft", args=[session.pk, form]), values)


def page(browser, session):
    return browser.get(session.get_absolute_url()).content.decode()


def test_the_next_step_comes_back_in_another_browser(browser, client_of, engineer, session):
    answer = save(browser, session, "step", **STEP)
    assert (answer.status_code, answer.content) == (204, b"")
    form = client_of(engineer).get(session.get_absolute_url()).context["composer"]
    assert [form[name].value() for name in STEP] == list(STEP.values())


def test_the_last_autosave_wins(browser, session):
    save(browser, session, "step", title="First")
    save(browser, session, "step", title="Second")
    assert Draft.objects.get().values == {"title": "Second"}


def test_a_draft_is_the_persons_own(browser, client_of, make_user, account, session):
    save(browser, session, "step", **STEP)
    assert "Half a title" not in page(client_of(make_user("Cora", account)), session)


def test_an_emptied_form_keeps_nothing(browser, session):
    save(browser, session, "step", **STEP)
    save(browser, session, "step", kind="action", title="", request_id=str(uuid4()))
    assert not Draft.objects.exists()


def test_a_submitted_step_is_no_draft_any_more(browser, session):
    save(browser, session, "step", **STEP)
    browser.post(reverse("sessions:step-add", args=[session.pk]), STEP)
    assert not Draft.objects.exists()


def test_a_late_autosave_of_a_submitted_step_does_not_come_back(browser, session):
    request_id = str(uuid4())
    sent = STEP | {"request_id": request_id}
    browser.post(reverse("sessions:step-add", args=[session.pk]), sent)
    save(browser, session, "step", **sent | {"outcome": "half an"})
    assert not Draft.objects.exists()


def test_submitting_in_one_tab_keeps_the_draft_of_another(browser, session):
    save(browser, session, "step", title="Tab two", request_id=str(uuid4()))
    sent = STEP | {"request_id": str(uuid4())}
    browser.post(reverse("sessions:step-add", args=[session.pk]), sent)
    assert Draft.objects.get().values["title"] == "Tab two"


def test_text_of_a_second_tab_with_the_same_form_is_kept(browser, session):
    sent = STEP | {"request_id": str(uuid4())}
    browser.post(reverse("sessions:step-add", args=[session.pk]), sent)
    save(browser, session, "step", **sent | {"title": "Something else"})
    assert Draft.objects.get().values["title"] == "Something else"


@pytest.mark.parametrize("request_id", ["nonsense", "", "0" * 500])
def test_a_draft_with_a_strange_request_id_is_kept_all_the_same(browser, session, request_id):
    answer = save(browser, session, "step", title="Kept", request_id=request_id)
    assert answer.status_code == 204
    assert Draft.objects.get().values["title"] == "Kept"
    assert "Kept" in page(browser, session)


def test_an_editor_that_was_left_opens_again_with_its_text(browser, session):
    step = session.steps.first()
    save(browser, session, f"edit-{step.pk}", title="Edited half", seen=step.updated_at.isoformat())
    shown = page(browser, session)
    assert 'class="step-editing"' in shown
    assert "Edited half" in shown
    address = reverse("sessions:step-edit", args=[session.pk, step.pk])
    assert "Edited half" in browser.get(address).content.decode()
    browser.post(address, {"kind": "note", "title": "Edited whole"})
    assert not Draft.objects.exists()


def test_the_completion_comes_back_unfolded(browser, session):
    save(browser, session, "complete", outcome="waiting", resolution="", next_steps="Call Tom")
    answer = browser.get(session.get_absolute_url())
    assert answer.context["completing"]
    assert answer.context["complete_form"]["next_steps"].value() == "Call Tom"
    sent = {"outcome": "waiting", "resolution": "", "next_steps": "Call Tom"}
    browser.post(reverse("sessions:complete", args=[session.pk]), sent)
    assert not Draft.objects.exists()


def test_a_step_that_was_not_submitted_before_completion_is_pointed_out(browser, session):
    save(browser, session, "step", **STEP)
    lifecycle.complete(session, outcome="waiting", resolution="", next_steps="")
    assert "You typed a step that was not saved" in page(browser, session)
    browser.post(reverse("sessions:reopen", args=[session.pk]))
    assert "Half a title" in page(browser, session)


def test_a_new_session_that_was_not_started_comes_back(browser):
    own = reverse("sessions:draft-own", args=["session"])
    assert browser.post(own, {"title": "Not yet", "problem": "long\r\ntext"}).status_code == 204
    shown = browser.get(reverse("sessions:new")).content.decode()
    assert "Not yet" in shown
    assert "what you typed last time" in shown
    browser.post(reverse("sessions:new"), {"title": "Now"})
    assert "Not yet" not in browser.get(reverse("sessions:new")).content.decode()


def test_only_what_the_form_asks_for_is_kept(browser, session):
    save(browser, session, "step", title="T", csrfmiddlewaretoken="secret", extra="x")
    assert Draft.objects.get().values == {"title": "T"}


def test_characters_that_no_database_stores_are_shown_as_pictures(engineer, session):
    drafts.save(engineer, session, "step", {"title": "a\x00b\r\nc"})
    assert drafts.load(engineer, session, "step") == {"title": "a␀b\nc"}


@pytest.mark.parametrize(
    "form", ["session", "nonsense", "edit", "edit-x", "edit-" + "9" * 40, "ticket-1", "ticket-1-x"]
)
def test_there_is_no_draft_of_an_unknown_form(browser, session, form):
    assert save(browser, session, form, title="T").status_code == 404


def test_only_a_new_session_has_a_draft_without_a_session(browser):
    assert browser.post(reverse("sessions:draft-own", args=["step"]), STEP).status_code == 404


def test_a_viewer_and_a_stranger_keep_no_drafts(client_of, viewer, stranger, session):
    assert save(client_of(viewer), session, "step", **STEP).status_code == 403
    assert save(client_of(stranger), session, "step", **STEP).status_code == 404
    own = reverse("sessions:draft-own", args=["session"])
    assert client_of(viewer).post(own, {"title": "T"}).status_code == 403
    assert not Draft.objects.exists()
