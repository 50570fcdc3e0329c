"""Pictures and files of steps: taken in, kept, shown and served, from the form to the storage."""

import re
from contextlib import closing
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from PIL import Image

from sessions_app import lifecycle
from sessions_app.files import bounds, store
from sessions_app.models import StepFile
from tests.pictures import encoded, picture, upload

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TEXT = {"kind": "note", "title": "What the screen showed", "outcome": "", "notes": "typed"}


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Return a storage on the disk, of this test alone."""
    backend = "django.core.files.storage.FileSystemStorage"
    files = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "files": files}
    return storages["files"]


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def add(browser, session):
    """Return what sends the form of the next step with these files."""

    def send(*files, alt=("The error",), headers=None, **text):
        sent = {**TEXT, **text, "files": files, "alt": alt}
        return browser.post(reverse("sessions:step-add", args=[session.pk]), sent, headers=headers)

    return send


def on_disk(tmp_path):
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


def address(file, **query):
    return reverse("sessions:file", args=[file.session_id, file.pk], query=query or None)


def body(answer) -> bytes:
    with closing(answer):
        return b"".join(answer.streaming_content)


def shown(answer) -> Image.Image:
    """Return the picture that was answered with."""
    return Image.open(BytesIO(body(answer)))


# --- What is taken ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "kept", "content_type"),
    [
        ("PNG", "shot.png", "shot.png", "image/png"),
        ("JPEG", "shot.jpeg", "shot.jpeg", "image/jpeg"),
        ("GIF", "shot.gif", "shot.png", "image/png"),
        ("WEBP", "shot.webp", "shot.jpg", "image/jpeg"),
        ("JPEG", "named wrongly.png", "named wrongly.jpg", "image/jpeg"),
    ],
)
def test_a_picture_is_made_anew_and_shown(add, browser, kind, name, kept, content_type):
    assert add(upload(picture(kind), name)).status_code == 302
    file = StepFile.objects.get()
    assert (file.name, file.alt, file.content_type) == (kept, "The error", content_type)
    assert (file.width, file.height) == (60, 40)
    page = browser.get(file.session.get_absolute_url()).content.decode()
    assert f'src="{address(file)}?size=small" alt="The error"' in page
    answer = browser.get(address(file))
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'inline; filename="{kept}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-cache"
    assert len(body(answer)) == file.size


@pytest.mark.parametrize(
    ("data", "name", "kept", "content_type"),
    [
        (b"%PDF-1.7\nnothing more", "Report.pdf", "Report.pdf", "application/pdf"),
        (b"2026-11-29 ERROR\n", "app.log", "app.log", "text/plain"),
        ("Größe;Ü\n".encode("cp1252"), "liste.csv", "liste.csv", "text/plain"),
        ("PowerShell\r\n".encode("utf-16"), "out.txt", "out.txt", "text/plain"),
        (b"Write-Host 1", "run.ps1", "run.ps1.txt", "text/plain"),
        (b"\x1b[31mred\x1b[0m", "colours", "colours.txt", "text/plain"),
    ],
)
def test_text_and_pdf_are_downloads(add, browser, data, name, kept, content_type):
    assert add(upload(data, name)).status_code == 302
    file = StepFile.objects.get()
    answer = browser.get(address(file))
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'attachment; filename="{kept}"'
    assert body(answer) == data
    assert body(browser.get(address(file, size="small"))) == data


def test_a_thumbnail_is_small(add, browser):
    add(upload(picture(size=(3000, 1500))))
    file = StepFile.objects.get()
    answer = browser.get(address(file, size="small"))
    assert shown(answer).size == (400, 200)
    assert file.thumbnail_size == (200, 100)


def test_nothing_of_a_photo_stays_but_its_pixels_upright(add, browser):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "A camera of Erin's"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 15.0)
    sent = picture("JPEG", (60, 40), exif=exif, comment=b"secret words", icc_profile=b"x" * 200)
    assert b"Erin" in sent
    add(upload(sent, "photo.jpg"))
    file = StepFile.objects.get()
    kept: Any = shown(browser.get(address(file)))
    assert kept.size == (40, 60)
    red, _, blue = kept.getpixel((20, 5))
    assert red > blue
    assert not kept.getexif()
    assert kept.info.keys() <= {"jfif", "jfif_version", "jfif_density", "jfif_unit"}
    whole = body(browser.get(address(file)))
    assert b"Erin" not in whole
    assert b"secret" not in whole


def test_of_a_picture_that_moves_the_first_is_kept(add, browser):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    add(upload(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), "demo.gif"))
    kept = shown(browser.get(address(StepFile.objects.get())))
    assert getattr(kept, "n_frames", 1) == 1
    assert kept.getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_taken(add, mode):
    assert add(upload(encoded(Image.new(mode, (30, 30))))).status_code == 302


def test_files_keep_their_order_and_their_own_words(add, session):
    files = [upload(picture(size=(10 + n, 10)), f"{n}.png") for n in range(5)]
    add(*files, alt=[f"Picture {n}" for n in range(5)])
    step = session.steps.last()
    assert [(f.name, f.alt) for f in step.shown_files] == [
        (f"{n}.png", f"Picture {n}") for n in range(5)
    ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Bildschirmfoto ÄÖÜ 画面.png", "Bildschirmfoto ÄÖÜ 画面.png"),
        ("x" * 300 + ".png", "x" * 80 + ".png"),
        ("evil\u202egnp.exe.png", "evilgnp.exe.png"),
        ('a<b>"c"|?*.png', "a_b__c____.png"),
        ("CON.png", "_CON.png"),
        (".png", "file.png"),
        ("no ending", "no ending.png"),
        ("a.tar.gz", "a.tar.png"),
    ],
)
def test_names_are_kept_as_text_and_made_harmless(add, sent, kept):
    add(upload(picture(), sent))
    assert StepFile.objects.get().name == kept


def test_names_in_the_storage_are_ids(add, tmp_path):
    add(upload(picture(), "Customer secret.png"))
    file = StepFile.objects.get()
    assert on_disk(tmp_path) == [file.pk.hex, f"{file.pk.hex}.small"]


# --- What is not -----------------------------------------------------------------------

PAGE = b"<!doctype html><script>alert(1)</script>"
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


class Full:
    """A storage that fails as disks and services do."""

    def __init__(self, storage, error):
        self._storage, self._error = storage, error

    def __getattr__(self, name):
        return getattr(self._storage, name)

    def save(self, *_args):
        raise self._error


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
    add(upload(picture()))
    url = address(StepFile.objects.get())
    with closing(browser.get(url)) as first, closing(browser.get(f"{url}?size=small")) as small:
        tag = first["ETag"]
        assert small["ETag"] != tag
    again = browser.get(url, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_other_accounts_and_other_sessions_have_no_such_file(
    add, browser, client_of, stranger, viewer, session, account, engineer
):
    add(upload(picture()))
    file = StepFile.objects.get()
    with closing(client_of(viewer).get(address(file))) as answer:
        assert answer.status_code == 200
    assert client_of(stranger).get(address(file)).status_code == 404
    other = lifecycle.start(account, engineer, title="Another")
    assert browser.get(reverse("sessions:file", args=[other.pk, file.pk])).status_code == 404
    assert browser.get(reverse("sessions:file", args=[session.pk, uuid4()])).status_code == 404


# --- A text that is too long -----------------------------------------------------------

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
