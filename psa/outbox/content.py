"""The text of a note: what is accepted, and the same for every way it comes in. Pure."""

import re

from resolutionflow.lib.text import as_typed

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)?")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Line ends of Word, of printers and of Unicode.
_LINE_ENDS = {0x0B: "\n", 0x0C: "\n"}
_HALF = re.compile(r"[\ud800-\udfff]")
# By so many characters a note is recognised that the PSA cut.
_BEGINNING = 60
# From here on the dialog warns; nothing is ever cut.
LONG = 15_000


class InvalidContent(Exception):
    """The text cannot be posted; the message is for people and says what to mend."""


def clean(text: str) -> str:
    """Return the note exactly as it will be sent; raises InvalidContent.

    What means nothing in a note is taken out: control characters, and the colours of a terminal.
    Line ends become line feeds. What meant something and cannot be sent is pointed at: half of a
    character that was cut.
    """
    text = _CONTROLS.sub("", _COLOURS.sub("", as_typed(text)).translate(_LINE_ENDS))
    if not text.strip():
        raise InvalidContent("The note is empty. Write what should stand on the ticket.")
    if half := _HALF.search(text):
        line = text.count("\n", 0, half.start()) + 1
        before = text[: half.start()].rpartition("\n")[2][-20:]
        after = f" after “{before}”" if before.strip() else ""
        raise InvalidContent(
            f"Line {line} holds half of a character{after} (U+{ord(half[0]):04X}), as where an "
            "emoji was cut. No PSA can store it: delete it there, then post again."
        )
    return text


def may_be_mistaken(text: str, marker: str, other_text: str, other_marker: str) -> bool:
    """Return whether a search for one of two notes could find the other one instead.

    Without a marker a note is searched by its text alone; with one, a note that quotes the
    marker looks like the one that was meant. Of a note that the PSA cut, marker and all, only
    the beginning is left.
    """
    if not marker and not other_marker:
        return True
    quotes_other = bool(other_marker) and other_marker in text
    quotes_this = bool(marker) and marker in other_text
    return quotes_other or quotes_this or _begins_alike(text, other_text)


def _begins_alike(text: str, other: str) -> bool:
    beginnings = {" ".join(each.split())[:_BEGINNING] for each in (text, other)}
    return len(beginnings) == 1 and len(beginnings.pop()) == _BEGINNING
