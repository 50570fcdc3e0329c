"""What is looked for in a request, and what was found. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Field(StrEnum):
    """The fields of a new ticket that are found by their name, in the order of the form."""

    COMPANY = "company"
    BOARD = "board"
    STATUS = "status"
    PRIORITY = "priority"
    CONTACT = "contact"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something of the PSA's that a request may name; `short` is its identifier, if it has one.

    One that is not `usable` is known only to be told apart: an inactive member.
    """

    id: str
    name: str
    short: str = ""
    usable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """All that a request may name, in the PSA of this label.

    `me` is who writes it, if they have a member of their own.
    """

    companies: tuple[Candidate, ...] = ()
    boards: tuple[Candidate, ...] = ()
    priorities: tuple[Candidate, ...] = ()
    members: tuple[Candidate, ...] = ()
    me: Candidate | None = None
    psa: str = "the PSA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A candidate, and the words of the request that name it."""

    id: str
    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was understood of a request. Whatever is not in `found` stays empty.

    `open` says in a sentence why a field stays empty where there is more to say than that
    nothing was found. `contested` are those for which somebody was named whom only a person can
    tell: two who fit alike, or somebody inactive.
    """

    summary: str
    description: str
    found: Mapping[Field, Found] = field(default_factory=dict)
    open: Mapping[Field, str] = field(default_factory=dict)
    contested: frozenset[Field] = frozenset()
