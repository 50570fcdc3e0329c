"""Files of a step: added, taken out, and who gets them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from sessions_app import lifecycle
from sessions_app.models import StepFile
from tests.pictures import picture, upload
from tests.sessions_app.files.sending import TEXT, address, body, on_disk

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# --- Editing ---------------------------------------------------------------------------


def edit(browser, step, **sent):
    url = reverse("sessions:step-edit", args=[step.session_id, step.pk])
    return browser.post(url, {**TEXT, **sent})


def test_files_are_added_to_and_taken_out_of_a_step(add, browser, session):
    add(upload(picture()))
    step = session.steps.last()
    first = step.shown_files[0]
    page = browser.get(reverse("sessions:step-edit", args=[session.pk, step.pk])).content.decode()
    assert f'name="remove_files" value="{first.pk}"' in page
    sent = {"files": [upload(b"log", "a.log")], "alt": ["Log"], "remove_files": [str(first.pk)]}
    assert edit(browser, step, **sent).status_code == 302
    step = session.steps.get(pk=step.pk)
    assert [file.name for file in step.shown_files] == ["a.log"]
    assert StepFile.objects.get(pk=first.pk).removed_at is not None
    # The same again, which had been taken out.
    edit(browser, step, files=[upload(picture())], alt=["Again"])
    assert [file.alt for file in session.steps.get(pk=step.pk).shown_files] == ["Log", "Again"]


def test_files_of_another_step_are_not_taken_out(add, browser, session):
    add(upload(picture()))
    file = StepFile.objects.get()
    assert edit(browser, session.steps.first(), remove_files=[str(file.pk), "x"]).status_code == 302
    file.refresh_from_db()
    assert file.removed_at is None


def test_a_step_holds_ten(add, browser, session):
    files = [upload(f"{n}".encode(), "a.txt") for n in range(10)]
    add(*files, alt=["x"] * 10)
    step = session.steps.last()
    answer = edit(browser, step, files=[upload(b"11", "b.txt")], alt=["One more"])
    assert answer.status_code == 422
    assert "A step holds up to 10 files" in answer.content.decode()
    gone = str(step.shown_files[0].pk)
    sent = {"files": [upload(b"11", "b.txt")], "alt": ["One more"], "remove_files": [gone]}
    assert edit(browser, step, **sent).status_code == 302


def test_a_step_that_changed_elsewhere_takes_no_files(add, browser, session, tmp_path):
    step = session.steps.last()
    sent = {"seen": "2020-01-01T00:00:00Z", "files": [upload(picture())], "alt": ["x"]}
    assert edit(browser, step, **sent).status_code == 409
    assert on_disk(tmp_path) == []


# --- Who gets it -----------------------------------------------------------------------


def test_a_browser_asks_each_time_and_keeps_what_it_has(add, browser):
    add(upload(picture(size=(900, 600))))
    url = address(StepFile.objects.get())
    first, small = browser.get(url), browser.get(f"{url}?size=small")
    tag = first["ETag"]
    assert small["ETag"] != tag
    assert body(first) != body(small)
    again = browser.get(url, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_other_accounts_and_other_sessions_have_no_such_file(
    add, browser, client_of, stranger, viewer, session, account, engineer
):
    add(upload(picture()))
    file = StepFile.objects.get()
    assert len(body(client_of(viewer).get(address(file)))) == file.size
    assert client_of(stranger).get(address(file)).status_code == 404
    other = lifecycle.start(account, engineer, title="Another")
    assert browser.get(reverse("sessions:file", args=[other.pk, file.pk])).status_code == 404
    assert browser.get(reverse("sessions:file", args=[session.pk, uuid4()])).status_code == 404
