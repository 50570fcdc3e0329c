"""The text of a note: what is accepted, and the same for every way it comes in. Pure."""

import unicodedata

# By so many characters a note is recognised that the PSA cut.
_BEGINNING = 60
# From here on the dialog warns; nothing is ever cut.
LONG = 15_000


class InvalidContent(Exception):
    """The text cannot be posted; the message is for people and says what to mend."""


def clean(text: str) -> str:
    """Return the note exactly as it will be sent; raises InvalidContent.

    A form sends line ends as CRLF, the PSA gets LF. Nothing else is changed: what cannot be
    sent as it stands is refused rather than silently removed.
    """
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise InvalidContent("The note is empty. Write what should stand on the ticket.")
    for position, character in enumerate(text):
        if _is_forbidden(character):
            line = text.count("\n", 0, position) + 1
            raise InvalidContent(
                f"Line {line} holds an invisible control character (U+{ord(character):04X}) that "
                "a PSA cannot store. Remove it, then post again."
            )
    return text


def _is_forbidden(character: str) -> bool:
    """Return whether this is a control character (tab and line end aside) or half a character."""
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs")


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
