"""What a file is called on pages and in downloads: what it was called, made harmless. Pure."""

import re
import unicodedata

from resolutionflow.lib.text import one_line
from sessions_app.files.bounds import MOST_LETTERS_OF_NAME
from sessions_app.files.kinds import Kind

# What Windows allows in no name, and what ends a folder's.
_NOT_IN_NAMES = re.compile(r'[<>:"|?*/\\]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def shown(name: str) -> str:
    """Return the name as a sentence about the file gives it."""
    return one_line(re.split(r"[/\\]", name)[-1]).strip()[:MOST_LETTERS_OF_NAME] or "File"


def clean(name: str, kind: Kind) -> str:
    """Return the name as it is kept: without folders, and with an ending of this kind.

    Letters of any script stay; characters that are not seen, or that turn the direction of what
    follows them, go. What is too long loses its end, but for the ending.
    """
    last = re.split(r"[/\\]", name)[-1]
    line = one_line(unicodedata.normalize("NFC", last))
    seen = "".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    text = " ".join(_NOT_IN_NAMES.sub("_", seen).split())
    stem, dot, ending = text.rpartition(".")
    suffix = f".{ending.lower()}" if dot else ""
    if suffix not in kind.suffixes:
        # A picture was made anew as another kind; a text of another name shows what it was.
        stem = (stem if kind.format and stem else text) or "file"
        suffix = kind.suffixes[0]
    stem = stem.strip(" .")[:MOST_LETTERS_OF_NAME].rstrip() or "file"
    if _DEVICES.fullmatch(stem):
        stem = f"_{stem}"
    return stem + suffix
