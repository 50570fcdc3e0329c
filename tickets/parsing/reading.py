"""Reads a request into a new ticket: with Claude where it is set up, else by the matcher."""

import logging
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from accounts import usage
from accounts.models import User
from psa.models import PsaConnection
from resolutionflow.lib import claude
from resolutionflow.lib.claude import ClaudeError
from tickets.parsing import gathering, matcher, summary
from tickets.parsing.found import Candidates, Field, Found, Reading

logger = logging.getLogger(__name__)


class Reader(StrEnum):
    """Who read the request."""

    CLAUDE = "claude"
    STAND_IN = "stand-in"
    MATCHER = "matcher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A request that was read: by whom, and why not by Claude ("" where it was)."""

    reading: Reading
    reader: Reader
    why: str = ""

    @property
    def sentence(self) -> str:
        """Who filled the form, for people."""
        if self.reader == Reader.CLAUDE:
            return "Filled in by Claude. Check every value before you create the ticket."
        if self.reader == Reader.STAND_IN:
            return "Answered by the demo's stand-in, not by Claude. Check every value."
        return f"Filled in by the built-in matcher. {self.why} Check every value."


def read(connection: PsaConnection, user: User, text: str) -> Parsed:
    """Return what the request asks for. Creates nothing, and raises nothing."""
    candidates = gathering.gather(connection, user, text)
    statuses = partial(gathering.statuses, connection)
    contacts = partial(gathering.contacts, connection)
    plain = matcher.read(text, candidates, statuses=statuses, contacts=contacts)
    try:
        return _by_claude(connection, text, candidates, plain)
    except ClaudeError as failure:
        logger.info("Read without Claude: %s", failure.kind)
        return Parsed(reading=plain, reader=Reader.MATCHER, why=failure.sentence)


def _by_claude(
    connection: PsaConnection, text: str, candidates: Candidates, plain: Reading
) -> Parsed:
    """Return Claude's reading; raises ClaudeError.

    Where the matcher sees two that fit alike, or somebody inactive, the person decides.
    """
    if not claude.is_on():
        raise claude.Off
    # Here, because only those need its libraries who have a key.
    from tickets.parsing import asking

    names = gathering.status_names(connection)
    understood = asking.ask(usage.meter(connection.account), text, candidates, names)
    found = {each: it for each, it in understood.found.items() if each not in plain.contested}
    _settle_status(connection, found)
    _keep_contact(found, plain)
    short = understood.summary or plain.summary
    # What the matcher took for orders is left out only where it stands in the fields.
    stands = all(each in found and found[each].id == it.id for each, it in plain.found.items())
    reading = Reading(
        summary=short,
        description=plain.description if stands else summary.describe(text.strip(), short),
        found=found,
        open={
            each: said
            for each, said in plain.open.items()
            if each not in found and (each in plain.contested or not _is_told(each, found))
        },
    )
    reader = Reader.STAND_IN if understood.by_stand_in else Reader.CLAUDE
    return Parsed(reading=reading, reader=reader)


def _is_told(field: Field, found: dict[Field, Found]) -> bool:
    """Return whether "choose the board first" is not true any more."""
    return field == Field.STATUS and Field.BOARD in found


def _settle_status(connection: PsaConnection, found: dict[Field, Found]) -> None:
    """Put the status of that name on that board in place of the name, or nothing."""
    status, board = found.pop(Field.STATUS, None), found.get(Field.BOARD)
    if status is None or board is None:
        return
    for each in gathering.statuses(connection, board.id):
        if each.name == status.name:
            found[Field.STATUS] = replace(status, id=each.id)


def _keep_contact(found: dict[Field, Found], plain: Reading) -> None:
    """Take the contact that stands in the text with the whole name, if it is that company's."""
    contact, company = plain.found.get(Field.CONTACT), plain.found.get(Field.COMPANY)
    chosen = found.get(Field.COMPANY)
    if contact and company and chosen and company.id == chosen.id:
        found[Field.CONTACT] = contact
