"""What a request may name, out of the account's PSA."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.models import User
from psa import catalog
from psa.models import PsaConnection
from psa.providers.types import Company
from resolutionflow.lib.side_by_side import settled
from tickets import people
from tickets.parsing import vocabulary
from tickets.parsing.found import Candidate, Candidates
from tickets.parsing.words import Word, split

# What one search returns at most; fewer are all there are.
_ALL = 50
# Searches for companies when there are more of them, and the letters that each goes by.
_SEARCHES = 6
_LETTERS = 4


def gather(connection: PsaConnection, user: User, text: str) -> Candidates:
    """Return the candidates. A list that cannot be had is empty; raises nothing of the PSA."""
    me = people.member_of(connection, user)
    lists = settled(
        partial(catalog.companies, connection, ""),
        partial(catalog.boards, connection),
        partial(catalog.priorities, connection),
        partial(catalog.members, connection),
    )
    companies, boards, priorities, members = (_or_nothing(each) for each in lists)
    if len(companies) >= _ALL:
        companies = _searched(connection, text)
    return Candidates(
        companies=tuple(
            Candidate(id=each.id, name=each.name, short=each.identifier) for each in companies
        ),
        boards=tuple(Candidate(id=each.id, name=each.name) for each in boards),
        priorities=tuple(Candidate(id=each.id, name=each.name) for each in priorities),
        members=tuple(
            Candidate(id=each.id, name=each.name, short=each.identifier, usable=each.is_active)
            for each in members
            if not each.is_api
        ),
        me=Candidate(id=me.id, name=me.name) if me else None,
        psa=connection.psa_label,
    )


def statuses(connection: PsaConnection, board_id: str) -> Sequence[Candidate]:
    """Return the statuses of a board; none where they cannot be had."""
    [known] = settled(partial(catalog.statuses, connection, board_id))
    return [Candidate(id=each.id, name=each.name) for each in _or_nothing(known)]


def status_names(connection: PsaConnection) -> Sequence[str]:
    """Return the names of all boards' statuses; none where they cannot be had."""
    [known] = settled(partial(catalog.all_statuses, connection))
    return list(_or_nothing(known))


def contacts(connection: PsaConnection, company_id: str) -> Sequence[Candidate]:
    """Return the contacts of a company; none where they cannot be had."""
    [known] = settled(partial(catalog.contacts, connection, company_id, ""))
    return [
        Candidate(id=each.id, name=each.name, usable=each.is_active) for each in _or_nothing(known)
    ]


def _searched(connection: PsaConnection, text: str) -> list[Company]:
    """Return the companies whose names begin like one of the telling words."""
    beginnings = list(dict.fromkeys(word.text[:_LETTERS] for word in _telling(text)))
    asks = [partial(catalog.companies, connection, each) for each in beginnings[:_SEARCHES]]
    found = {each.id: each for answer in settled(*asks) for each in _or_nothing(answer)}
    return list(found.values())


def _telling(text: str) -> list[Word]:
    """Return the words that may name a company: after "at" first, then capitalised ones."""
    words = split(text[:1000])
    after = {
        place
        for place, word in enumerate(words)
        if place and words[place - 1].plain in vocabulary.AT
    }
    common = vocabulary.EVERYDAY | vocabulary.FILLERS | vocabulary.LEGAL
    told = [(place, word) for place, word in enumerate(words) if word.plain not in common]
    told = [(place, word) for place, word in told if len(word.plain) >= _LETTERS - 1]
    told.sort(key=lambda each: (each[0] not in after, not each[1].is_capital, each[0]))
    return [word for _, word in told]


def _or_nothing(answer: Any) -> Any:
    return catalog.ask(answer.result).value or ()
