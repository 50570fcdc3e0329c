"""Pictures and files that are taken: made anew, named, kept and served."""

from typing import Any

import pytest
from PIL import Image

from sessions_app.models import StepFile
from tests.pictures import encoded, picture, upload
from tests.sessions_app.files.sending import address, body, on_disk, shown

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


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
