"""Files that are refused: with their reason, and nothing typed is lost."""

from uuid import uuid4

import pytest
from PIL import Image

from sessions_app import lifecycle
from sessions_app.files import bounds, store
from sessions_app.models import StepFile
from tests.pictures import encoded, picture, upload
from tests.sessions_app.files.sending import PAGE, TEXT, Full, address, on_disk

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


BOMB = encoded(Image.new("1", (9_000, 9_000)))
BAD = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", "HTML and SVG"),
    "svg with a declaration": (b'<?xml version="1.0"?><svg/>', "a.svg", "HTML and SVG"),
    "html": (PAGE, "a.html", "HTML and SVG"),
    "html as text": (b"\xef\xbb\xbf\n " + PAGE, "a.txt", "HTML and SVG"),
    "html in utf-16": (PAGE.decode().encode("utf-16"), "a.txt", "HTML and SVG"),
    "html renamed": (PAGE, "a.png", "The name says PNG"),
    "text renamed": (b"words", "a.pdf", "The name says PDF"),
    "empty": (b"", "a.png", "is empty"),
    "bomb": (BOMB, "a.png", "too many pixels"),
    "too wide": (encoded(Image.new("1", (10_001, 1))), "a.png", "too many pixels"),
    "page behind a picture": (picture() + PAGE, "a.png", "hidden in it"),
    "script in a gif": (picture("GIF") + b"<SCRIPT src=//x>", "a.gif", "hidden in it"),
    "gif that is a script": (b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;", "a.gif", "too many"),
    "php behind a picture": (picture("JPEG") + b"<?php system(1)", "a.jpg", "hidden in it"),
    "half a picture": (picture()[:60], "a.png", "cannot be read"),
    "head alone": (b"\x89PNG\r\n\x1a\n", "a.png", "cannot be read"),
    "webp of nothing": (b"RIFF\x00\x00\x00\x00WEBPVP8X", "a.webp", "cannot be read"),
    "webp bomb": (
        b"RIFF\xff\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + b"\x00" * 4 + b"\xff\x3f\x00" * 2,
        "a.webp",
        "too many pixels",
    ),
    "program": (b"MZ\x90\x00\x03", "setup.exe", "kind of file is not taken"),
    "archive": (b"PK\x03\x04\x14\x00", "a.zip", "kind of file is not taken"),
    "tiff": (encoded(Image.new("RGB", (5, 5)), "TIFF"), "a.tif", "kind of file is not taken"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_what_is_bad_is_refused_with_its_reason_and_nothing_typed_is_lost(add, tmp_path, case):
    data, name, reason = case
    answer = add(upload(data, name))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert reason in page
    assert f"{name}: " in page
    assert 'value="What the screen showed"' in page
    assert ">\ntyped</textarea>" in page
    assert 'value="The error"' in page
    assert not StepFile.objects.exists()
    assert on_disk(tmp_path) == []


def test_a_refused_form_adds_no_step_and_no_file_of_it_stays(add, session, tmp_path):
    before = session.steps.count()
    answer = add(upload(picture()), upload(PAGE, "b.png"), alt=["one", "two"], headers=HTMX)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#composer"
    assert session.steps.count() == before
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize("alt", [[], [""], ["   "]])
def test_a_file_needs_a_description(add, alt):
    answer = add(upload(picture()), alt=alt)
    assert answer.status_code == 422
    assert "shot.png: Say in a few words what it shows" in answer.content.decode()
    assert not StepFile.objects.exists()


def test_a_description_has_a_bound_and_a_file(add):
    assert "201 characters" in add(upload(picture()), alt=["x" * 201]).content.decode()
    answer = add(alt=["Lonely"])
    assert answer.status_code == 422
    assert "has no file" in answer.content.decode()
    assert add(upload(picture()), alt=["x" * 200, "", " "]).status_code == 302


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_file_of_11_mib_is_413(add, headers):
    answer = add(upload(picture() + b"\0" * 11 * bounds.MIB), headers=headers)
    assert answer.status_code == 413
    page = answer.content.decode()
    assert "shot.png: It is larger than 10 MB" in page
    assert 'value="What the screen showed"' in page


@pytest.mark.parametrize(("number", "status"), [(11, 422), (200, 422), (251, 413)])
def test_too_many_at_once_are_refused(add, number, status):
    files = [upload(b"x", "a.txt") for _ in range(number)]
    answer = add(*files, alt=["text"] * number)
    assert answer.status_code == status
    assert f"{'more than 250' if number > 250 else number} files" in answer.content.decode()
    assert not StepFile.objects.exists()


def test_a_session_holds_so_many_those_too_that_were_taken_out(add, session, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_OF_SESSION", 2)
    add(upload(picture()), upload(picture(size=(9, 9))), alt=["a", "b"])
    lifecycle.remove_step(session.steps.last())
    answer = add(upload(picture(size=(8, 8))))
    assert answer.status_code == 422
    assert "A session holds up to 2 files" in answer.content.decode()


def test_a_session_and_an_account_hold_so_many_bytes(add, settings, monkeypatch):
    add(upload(picture()))
    with monkeypatch.context() as patched:
        patched.setattr(bounds, "MOST_BYTES_OF_SESSION", 10)
        assert "MB of files" in add(upload(picture(size=(9, 9)))).content.decode()
    settings.FILES_PER_ACCOUNT = 1
    answer = add(upload(picture(size=(9, 9))))
    assert answer.status_code == 422
    assert "Your account&#x27;s files take" in answer.content.decode()
    assert add(alt=[]).status_code == 302


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("S3")])
def test_a_storage_that_fails_loses_nothing(add, session, storage, monkeypatch, error):
    monkeypatch.setattr(store, "_storage", lambda: Full(storage, error))
    before = session.steps.count()
    answer = add(upload(picture()))
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Files cannot be kept right now" in page
    assert 'value="What the screen showed"' in page
    assert session.steps.count() == before
    assert not StepFile.objects.exists()


def test_bytes_that_are_away_are_said(add, browser, tmp_path):
    add(upload(picture()))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.unlink()
    answer = browser.get(address(StepFile.objects.get()))
    assert answer.status_code == 502
    assert "cannot be read right now" in answer.content.decode()


def test_a_step_that_is_refused_leaves_no_bytes(add, session, tmp_path):
    lifecycle.complete(session, outcome="abandoned", resolution="", next_steps="")
    assert add(upload(picture())).status_code == 409
    assert on_disk(tmp_path) == []


def test_the_same_form_twice_adds_its_files_once(add, session, tmp_path):
    request_id = str(uuid4())
    for _ in range(2):
        assert add(upload(picture()), request_id=request_id).status_code == 302
    assert session.steps.filter(title=TEXT["title"]).count() == 1
    assert StepFile.objects.count() == 1
    assert len(on_disk(tmp_path)) == 2
