"""What a file is, by what it holds: neither its name nor what a browser says of it counts. Pure."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken, and how its name ends; `format` is Pillow's name for it."""

    content_type: str
    suffixes: tuple[str, ...]
    format: str = ""


PNG = Kind("image/png", (".png",), "PNG")
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"), "JPEG")
GIF = Kind("image/gif", (".gif",), "GIF")
WEBP = Kind("image/webp", (".webp",), "WEBP")
PDF = Kind("application/pdf", (".pdf",))
TEXT = Kind("text/plain", (".txt", ".log", ".csv", ".md", ".json"))

# For a form: what a browser offers to choose.
ACCEPTED = ",".join(
    (
        *(kind.content_type for kind in (PNG, JPEG, WEBP, GIF, PDF, TEXT)),
        *TEXT.suffixes,
    )
)

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)
# What browsers would take for a page or a program, wherever a text begins with it.
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
# None of them stands in a picture, unless somebody put a page behind it or into its comments.
_HIDDEN = re.compile(rb"<(?:script|!doctype|html[\s>]|iframe|\?php\s)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# But for tab, line ends, form feed and the escape that colours a terminal.
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


class NotTaken(Exception):
    """A file that is refused; the sentence says why, and what to do."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        self.sentence = sentence
        self.status = status
        super().__init__(sentence)


def kind_of(name: str, data: bytes) -> Kind:
    """Return what the file is. Raises NotTaken for anything but pictures, PDF and text."""
    if not data:
        raise NotTaken("This file is empty. Choose it again, or another one.")
    kind = _by_signature(data)
    if kind and kind.format and _HIDDEN.search(data):
        raise NotTaken(
            "This picture has something else hidden in it, a page or a program. Take a "
            "screenshot of it, and add that."
        )
    return kind or _text(PurePosixPath(name).suffix.lower(), data)


def _by_signature(data: bytes) -> Kind | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return next((kind for start, kind in _SIGNATURES if data.startswith(start)), None)


def _text(suffix: str, data: bytes) -> Kind:
    """Return the kind of what may be text, whose name must not say that it is something else."""
    named = next((k for k in (PNG, JPEG, GIF, WEBP, PDF) if suffix in k.suffixes), None)
    if named:
        wanted = named.format or "PDF"
        raise NotTaken(f"The name says {wanted}, but this is none. Save it as one, and add that.")
    if data.startswith(_UTF16):
        # As Windows writes it. What is none shows by its control characters.
        data = data.decode("utf-16", "replace").encode(errors="replace")
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise NotTaken(
            "HTML and SVG are not taken, for they can run programs. Add a screenshot or a PDF "
            "of it."
        )
    if _CONTROLS.search(data):
        raise NotTaken(
            "This kind of file is not taken. Add a picture (PNG, JPEG, WebP, GIF), a PDF or a text."
        )
    return TEXT
