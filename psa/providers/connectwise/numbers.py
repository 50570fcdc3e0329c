"""Ticket numbers as ConnectWise, its letters and the people who use it write them. Pure."""

import re
from urllib.parse import parse_qs, urlsplit

# "Ticket #48291" of its pages, "SR 48291" of older ones, "Ticket#48291/Acme/Printer" of letters.
_NAMED = re.compile(
    r"[\[(]?\s*(?:cw|connectwise|(?:service\s+|project\s+)?ticket|sr)"
    r"(?:[\s-]*(?:no|nr|number|id)\b\.?)?[\s#:-]+(?P<number>[0-9]{1,10})(?:\s*[\])])?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN = re.compile(
    r"[\[(]?\s*(?P<hash>#?)\s*(?P<number>[0-9]{1,10})(?:\s*[\])])?(?P<rest>.*)", re.DOTALL
)
# What may follow a number: a summary behind a dash. Behind a bare number only the long dashes
# count, which pages print and nobody types: "4625 - failed log-on" are words to search for.
_REST = re.compile(r"[.,:;]?|\s+[—–]\s.*", re.DOTALL)
_REST_OF_NAMED = re.compile(r"[.,:;]?|(?:\s*[/:—–]|\s+-)\s*.*", re.DOTALL)
_PATH = re.compile(r"/(?:service|project)/tickets/([0-9]{1,10})(?:/|$)", re.IGNORECASE)


def ticket_number(text: str) -> str:
    """Return the number that the text names as a ticket's, "" where it names none."""
    text = text.strip()
    if re.match(r"https?://", text, re.IGNORECASE):
        return _valid(_in_address(text))
    if named := _NAMED.fullmatch(text):
        return _valid(named["number"]) if _REST_OF_NAMED.fullmatch(named["rest"]) else ""
    if plain := _PLAIN.fullmatch(text):
        rest = _REST_OF_NAMED if plain["hash"] else _REST
        return _valid(plain["number"]) if rest.fullmatch(plain["rest"]) else ""
    return ""


def _in_address(text: str) -> str:
    """Return the number in the address of a ticket's page, of a link to one, or of the API."""
    try:
        parts = urlsplit(text)
        query = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        return ""
    if number := query.get("service_recid", ""):
        return number
    if query.get("recordtype", "").lower() in ("servicefv", "projectticketfv"):
        return query.get("recid", "")
    found = _PATH.search(parts.path)
    return found[1] if found else ""


def _valid(number: str) -> str:
    """Return the number without zeros in front, if any ticket could have it."""
    return (
        number.lstrip("0") if number.isascii() and number.isdecimal() and len(number) <= 10 else ""
    )
