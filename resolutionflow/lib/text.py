"""Characters that a page or a database cannot take, or that change how a text reads. Pure."""

import re

# NUL and the other control characters but tab and line ends. PostgreSQL neither stores nor
# compares a text with NUL; the others have no meaning on a page.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Half of a surrogate pair. .NET and SQL Server cut texts at UTF-16 units, and JSON can carry the
# half that is left as \ud83d; no UTF-8 can, so pages and databases raise UnicodeEncodeError.
_HALF_PAIR = re.compile(r"[\ud800-\udfff]")
# Embeddings, overrides and isolates turn the direction of what follows them, as U+202E makes
# "exe.pdf" of "fdp.exe". The marks U+200E, U+200F and U+061C stay: they turn nothing round.
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# The line ends of str.splitlines that are no control characters above, and \r\n.
_LINE_ENDS = "\n\r\x85\u2028\u2029"
_LINE_ENDS_AS_BLANKS = str.maketrans(dict.fromkeys(_LINE_ENDS, " "))


# What Windows has where Unicode has control characters: a text that was read as Latin-1 brings
# them along, and browsers show them so. Five codes mean nothing there; each is told apart.
_WINDOWS = {
    code: bytes([code]).decode("cp1252", "ignore") or f"[U+{code:04X}]"
    for code in range(0x80, 0xA0)
}


def windows_signs(text: str) -> str:
    """Return the text with the quotes, dashes and € of Windows for U+0080 to U+009F."""
    return text if text.isascii() else text.translate(_WINDOWS)


def as_typed(text: str) -> str:
    """Return the text with line feeds and Windows' signs, without NUL, which nothing stores."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return windows_signs(text)


def has_controls(text: str) -> bool:
    """Return whether the text holds a control character that means nothing in a text."""
    return _CONTROLS.search(text) is not None


def without_controls(text: str) -> str:
    """Return the text without control characters; tab and line ends stay."""
    return _CONTROLS.sub("", text)


def without_half_pairs(text: str) -> str:
    """Return the text with U+FFFD for each half of a surrogate pair; adjacent halves are joined."""
    if not _HALF_PAIR.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def without_directions(text: str) -> str:
    """Return the text without the characters that turn the direction of what follows them."""
    return _DIRECTIONS.sub("", text)


def storable(text: str) -> str:
    """Return a text of any length and number of lines as UTF-8 and a database can hold it."""
    if text.isascii() and text.isprintable():
        return text
    return without_controls(without_half_pairs(text))


def one_line(text: str) -> str:
    """Return a storable text as one line that reads in the direction of its letters."""
    if text.isascii() and text.isprintable():
        return text
    # Not by a list of its lines: each of them would take a string of its own.
    line = without_directions(storable(text)).replace("\r\n", "\n")
    end = -1 if line[-1:] in _LINE_ENDS else None
    return line[:end].translate(_LINE_ENDS_AS_BLANKS)
