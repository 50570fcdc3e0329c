"""Whether a note that may have been sent is on the ticket: found, absent, or undecided. Pure.

A note that is called absent is sent again, so absence is only said where the search would have
found the note in every form in which ConnectWise may have kept it.
"""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from psa.providers.connectwise import mapping
from psa.providers.connectwise.response import Record
from psa.providers.errors import Undecided

# What two clocks that were compared may still differ by: latency, and whole seconds.
CLOCK_ALLOWANCE = timedelta(minutes=5)
# How far before the attempt the notes are read, whatever the clocks say: a clock that was wrong
# when the note was stored may have been set since, and some servers mistake local time for UTC.
READ_BACK = timedelta(hours=26)
# So much of two texts is alike by chance only where both were made from the same template.
SURE_BEGINNING = 60
# A text that is cut may end in "…" or "...".
_ELLIPSIS = re.compile(r"\s*(?:…|\.{2,3})$")


def sent_note(
    candidates: Sequence[Record], marker: str, text: str, window: datetime
) -> Record | None:
    """Return the candidate that is the note, newest first; None if none of them can be it.

    `candidates` are notes that no other post holds. The marker decides, whenever the note was
    written. Without it only notes from `window` on, in the PSA's time, and those without a
    date count: first the same text, then one that the PSA cut, if it is the only one. Raises
    Undecided for several that were cut, and for one whose beginning is too short to be sure,
    or goes on in other words.
    """
    marked = [row for row in candidates if marker and marker in mapping.text_in(row, "text")]
    recent = [row for row in candidates if _is_since(row, window)]
    if marked:
        return _same(marked, text) or marked[0]
    if same := _same(recent, text):
        return same
    cut = [row for row in recent if _is_cut(text, mapping.text_in(row, "text"))]
    if len(cut) == 1:
        return cut[0]
    if cut or any(_is_doubtful(text, mapping.text_in(row, "text")) for row in recent):
        raise Undecided()
    return None


def _is_since(row: Record, window: datetime) -> bool:
    created = mapping.moment_in(row, "dateCreated")
    return created is None or created >= window


def _same(rows: Iterable[Record], text: str) -> Record | None:
    wanted = squeezed(text)
    return next((row for row in rows if squeezed(mapping.text_in(row, "text")) == wanted), None)


def _is_cut(text: str, stored: str) -> bool:
    """Tell whether `stored` is surely the beginning of `text`, and not all of it."""
    beginning = _without_ellipsis(stored)
    return len(beginning) >= SURE_BEGINNING and squeezed(text).startswith(beginning)


def _is_doubtful(text: str, stored: str) -> bool:
    """Tell whether `stored` may be `text`: a short beginning of it, or the same long beginning."""
    wanted, beginning = squeezed(text), _without_ellipsis(stored)
    if not beginning:
        return False
    alike = wanted[:SURE_BEGINNING]
    return wanted.startswith(beginning) or (
        len(alike) == SURE_BEGINNING and squeezed(stored).startswith(alike)
    )


def _without_ellipsis(stored: str) -> str:
    return _ELLIPSIS.sub("", squeezed(stored))


def squeezed(text: str) -> str:
    """Return the text with its white space as single spaces and its entities decoded.

    ConnectWise may return other line ends, or none, and `&amp;` for `&`.
    """
    return re.sub(r"\s+", " ", html.unescape(mapping.normalised(text))).strip()
