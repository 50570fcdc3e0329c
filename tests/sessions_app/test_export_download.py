"""The record as a file, by its address."""

import pytest
from django.urls import reverse

from sessions_app import lifecycle, record


def get(browser, session, **query):
    return browser.get(reverse("sessions:export", args=[session.pk]), query)


@pytest.mark.parametrize(
    ("wanted", "content_type", "suffix", "mark"),
    [
        ("psa", "text/markdown", ".psa.md", "**Steps taken**"),
        ("markdown", "text/markdown", ".md", "## Steps taken"),
        ("text", "text/plain", ".txt", "STEPS TAKEN"),
        ("html", "text/html", ".html", "<h2>Steps taken</h2>"),
    ],
)
def test_every_format_downloads(client_of, viewer, session, wanted, content_type, suffix, mark):
    answer = get(client_of(viewer), session, format=wanted)
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{content_type}; charset=utf-8"
    name = f"{session.reference}{suffix}"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert mark in answer.content.decode()


@pytest.mark.parametrize("wanted", ["pdf", "", "PSA"])
def test_an_unknown_format_is_refused_with_a_sentence(client_of, engineer, session, wanted):
    answer = get(client_of(engineer), session, format=wanted)
    assert answer.status_code == 422
    sentence = "There is no such format. Choose one of psa, markdown, text, html."
    assert sentence in answer.content.decode()


def test_a_removed_step_is_not_in_the_record(session):
    lifecycle.remove_step(session.steps.first())
    assert record.document_of(session).known == ()


def test_an_engineer_without_a_name_signs_with_the_address(session):
    session.engineer.name = ""
    assert "erin@example.com" in record.document_of(session).facts
