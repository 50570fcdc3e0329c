"""Tickets and sessions as people name them: the one judge of what is a ticket's number."""

import re
from urllib.parse import urlsplit
from uuid import UUID

from psa.providers import registry

# What forms take for a number: a whole line of a letter, or an address with all that it carries.
LONGEST = 2_000
_OWN_PAGE = re.compile(r"/tickets/([0-9]{1,10})/?")
_REFERENCE = re.compile(r"RF-[0-9A-Z]{6}", re.IGNORECASE)
_SESSION_PAGE = re.compile(r"https?://[^/\s]+/sessions/([0-9a-f-]{36})(?:[/?#]\S*)?", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)

HOW_TO = "Enter the ticket's number, such as 48291, or paste the ticket's address."


def ticket_number(text: str) -> str:
    """Return the number of the ticket that the text names, "" where it names none.

    A number alone, as pages and letters write it (CW #48291), or in the address of a ticket's
    page, here or in the PSA. Digits alone name a ticket too: where they may as well be words,
    the caller tells by `is_bare`.
    """
    text = text.strip()[:LONGEST]
    return _of_own_page(text) or registry.ticket_number(text)


def is_bare(text: str) -> bool:
    """Return whether the text is nothing but digits, which may be a word as well."""
    text = text.strip()
    return text.isascii() and text.isdecimal()


def named_ticket(text: str) -> str:
    """Return the number where the text surely means a ticket: "" for words and digits alone."""
    return "" if is_bare(text) else ticket_number(text)


def named_session(text: str) -> str | UUID | None:
    """Return the reference (RF-7K3Q9D) or the id of the session that the text names.

    Its id stands in the address of its page. None for words.
    """
    text = text.strip()
    if _REFERENCE.fullmatch(text):
        return text.upper()
    found = _SESSION_PAGE.fullmatch(text)
    try:
        return UUID(found[1]) if found else None
    except ValueError:
        return None


def _of_own_page(text: str) -> str:
    """Return the number of a page of ours, under whatever name this installation is reached."""
    if not _ADDRESS.match(text):
        return ""
    try:
        path = urlsplit(text).path
    except ValueError:
        return ""
    found = _OWN_PAGE.fullmatch(path)
    return registry.ticket_number(found[1]) if found else ""
