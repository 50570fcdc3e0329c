"""The record as a file, by its address."""

from base64 import b64encode
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app import lifecycle, record
from sessions_app.files import embedding, reading, store
from sessions_app.models import StepFile
from tests.builders import stored_file
from tests.pictures import picture


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


# --- Pictures and files ----------------------------------------------------------------


@pytest.fixture
def with_files(session):
    step = session.steps.last()
    red = picture()
    facts = {"width": 60, "height": 40, "content_type": "image/png", "name": "a.png"}
    stored_file(step, red, alt="The error <b>&", **facts)
    stored_file(step, alt="The log of the service")
    stored_file(step, alt="Removed", removed_at=timezone.now())
    return b64encode(red).decode()


@pytest.mark.parametrize("name", ["psa", "markdown", "text", "html"])
def test_every_format_names_pictures_and_files(name, client_of, engineer, session, with_files):
    page = get(client_of(engineer), session, format=name).content.decode()
    said = {"markdown": r"The error \<b\>\&", "html": "The error &lt;b&gt;&amp;"}
    assert f"Picture: {said.get(name, 'The error')}" in page
    assert "File app.log: The log of the service" in page.replace("\\", "")
    assert "Removed" not in page
    embedded = f'<img src="data:image/png;base64,{with_files}" alt="">'
    assert (embedded in page) == (name == "html")


def test_pictures_beyond_what_goes_are_named_alone(
    client_of, engineer, session, with_files, monkeypatch
):
    monkeypatch.setattr(embedding, "MOST_BYTES", 100)
    page = get(client_of(engineer), session, format="html").content.decode()
    assert "<img" not in page
    assert "Picture: The error" in page


def test_a_picture_that_cannot_be_read_is_named(
    client_of, engineer, session, with_files, monkeypatch
):
    for file in StepFile.objects.all():
        store.drop(file.pk)
    page = get(client_of(engineer), session, format="html").content.decode()
    assert "<img" not in page
    assert "Picture: The error" in page


def test_the_record_follows_its_files(session):
    before = record.note_of(session).text
    stored_file(session.steps.last(), alt="The log")
    lifecycle.move_step(session.steps.last(), "up")  # any change
    assert "File app.log: The log" not in before
    assert "File app.log: The log" in record.note_of(session).text


def test_a_note_that_is_cut_says_that_there_were_files(session, monkeypatch):
    stored_file(session.steps.last(), alt="The log")
    monkeypatch.setattr(record, "NOTE_BYTES", 10)
    document, is_short = record.document_for_note(session)
    assert is_short
    assert document.steps[-1].files[0].line == "[… pictures and files: 1 …]"


def test_files_of_a_session_are_read_in_order_and_whole(session, account, engineer):
    last, first = session.steps.last(), session.steps.first()
    b, a = stored_file(last, b"two"), stored_file(first, b"one")
    stored_file(last, removed_at=timezone.now())
    other = lifecycle.start(account, engineer, title="Another")
    assert reading.files_of(session) == [a, b]
    assert reading.files_of(session, {b.pk, uuid4()}) == [b]
    assert reading.files_of(other, {b.pk}) == []
    assert reading.bytes_of(b) == b"two"
    b.size = 2
    with pytest.raises(store.FilesAway):
        reading.bytes_of(b)
