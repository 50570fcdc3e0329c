"""A text that is too long for a step goes as a text file."""

import re

import pytest

from sessions_app.files import store
from tests.sessions_app.files.sending import Full, address, body

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


LONG = "0123456789\n" * 20_000


def test_a_text_that_is_too_long_is_offered_as_a_file_and_goes_as_one(add, browser, session):
    answer = add(alt=[], command_output=LONG)
    page = answer.content.decode()
    assert answer.status_code == 422
    (offer,) = re.findall(r'<button[^>]*name="as_file"[^>]*>', page)
    assert "hidden" not in offer
    assert LONG in page
    assert add(alt=[], command_output=LONG, as_file="1").status_code == 302
    step = session.steps.last()
    assert (step.notes, step.command_output) == ("typed", "")
    (file,) = step.shown_files
    assert (file.name, file.alt) == ("command-output.txt", "Command output, as a text file")
    assert body(browser.get(address(file))).decode() == LONG


def test_the_offer_is_hidden_while_the_text_goes(browser, session):
    page = browser.get(session.get_absolute_url()).content.decode()
    assert re.search(r'name="as_file"[^>]* hidden', page)


def test_a_text_that_cannot_be_kept_as_a_file_stays_in_its_field(add, storage, monkeypatch):
    monkeypatch.setattr(store, "_storage", lambda: Full(storage, OSError(28, "full")))
    page = add(alt=[], notes="<page> " + LONG, as_file="1").content.decode()
    assert f"&lt;page&gt; {LONG}" in page
    assert "Files cannot be kept right now" in page
    assert "Your text is kept" not in add(alt=[], title="", as_file="1").content.decode()


def test_any_text_goes_as_a_file_also_a_page(add, session):
    assert add(alt=[], outcome="<!doctype html>" + LONG, as_file="1").status_code == 302
    assert session.steps.last().shown_files[0].content_type == "text/plain"
