"""How often files are taken, and the process that makes pictures anew."""

import time
from threading import BoundedSemaphore
from types import SimpleNamespace
from typing import Any

import pytest

from sessions_app.files import bounds, pictures
from sessions_app.files.kinds import PNG, NotTaken
from tests.pictures import picture, upload
from tests.sessions_app.files.sending import PAGE, on_disk

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# --- How often -------------------------------------------------------------------------


def test_forms_with_files_are_counted_and_others_are_not(add, settings, tmp_path):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "file": "1/m"}
    assert add(upload(PAGE, "a.png")).status_code == 422
    assert add(upload(picture()), alt=[""]).status_code == 422
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "file": "0/m"}
    answer = add(upload(picture()), headers=HTMX)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert add(alt=[]).status_code == 302
    assert on_disk(tmp_path) == []


# --- The process that makes pictures anew ----------------------------------------------


def test_a_picture_that_takes_too_long_is_refused(add, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_SECONDS", 0.0)
    answer = add(upload(picture()))
    assert answer.status_code == 422
    assert "took too long to prepare" in answer.content.decode()


def test_the_process_knows_nothing_of_ours(monkeypatch):
    seen: dict[str, Any] = {}

    def run(command, **options):
        seen.update(options, command=command)
        return SimpleNamespace(stdout=b"")

    monkeypatch.setattr("sessions_app.files.pictures.subprocess.run", run)
    with pytest.raises(NotTaken, match="cannot be read"):
        pictures.made_anew(picture(), PNG, time.monotonic() + 5)
    assert seen["env"] == {}
    assert "-I" in seen["command"]
    assert 0 < seen["timeout"] <= 5


def test_one_picture_is_made_at_a_time(monkeypatch):
    monkeypatch.setattr(pictures, "_TURN", BoundedSemaphore(1))
    with pictures._TURN, pytest.raises(NotTaken, match="took too long"):
        pictures.made_anew(picture(), PNG, time.monotonic())
    assert pictures.made_anew(picture(), PNG, time.monotonic() + 30).width == 60
