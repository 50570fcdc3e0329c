"""What tests of files send, and how they look at what became of it."""

from io import BytesIO
from pathlib import Path

from django.urls import reverse
from PIL import Image

TEXT = {"kind": "note", "title": "What the screen showed", "outcome": "", "notes": "typed"}
PAGE = b"<!doctype html><script>alert(1)</script>"


def on_disk(folder: Path) -> list[str]:
    """Return the names of what is stored."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def address(file, **query) -> str:
    """Return where the file is answered."""
    return reverse("sessions:file", args=[file.session_id, file.pk], query=query or None)


def body(answer) -> bytes:
    """Return what was answered; reading it to its end closes the file."""
    return b"".join(answer.streaming_content)


def shown(answer) -> Image.Image:
    """Return the picture that was answered with."""
    return Image.open(BytesIO(body(answer)))


class Full:
    """A storage that fails as disks and services do."""

    def __init__(self, storage, error):
        self._storage, self._error = storage, error

    def __getattr__(self, name):
        return getattr(self._storage, name)

    def save(self, *_args):
        raise self._error
