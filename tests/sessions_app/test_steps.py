"""Steps: what a person does to them, through the pages, with and without htmx."""

import pytest
from django.urls import reverse

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


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
    steps = session.steps.filter(removed_at=None)
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    return [step.title for step in steps]


def test_the_page_shows_the_session(browser, session):
    answer = browser.get(session.get_absolute_url())
    assert answer.status_code == 200
    for text in ("VPN drops after five minutes", session.reference, "IN PROGRESS"):
        assert text in answer.content.decode()


def test_a_step_is_added_at_the_end(browser, session):
    answer = browser.post(url("step-add", session), values())
    assert answer.status_code == 302
    assert titles(session)[-1] == "Look at the log"


def test_htmx_gets_the_row_a_fresh_form_and_the_record(browser, session):
    answer = browser.post(url("step-add", session), values(), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<li class="step"')
    assert 'id="composer"' in page
    assert 'id="record-text"' in page
    assert "<html" not in page
