"""The words for a ticket that does not exist yet: what it may be made of, and what is asked for.

Frozen values without vendor payload, as those of `types`.
"""

from dataclasses import dataclass

from psa.providers.types import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtype:
    """What a type is divided into, with the items that go with the two."""

    id: str
    name: str
    items: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketType:
    """A type of a board's tickets, with what it may be combined with, and nothing else."""

    id: str
    name: str
    subtypes: tuple[Subtype, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person of a customer; `title` tells namesakes apart."""

    id: str
    name: str
    title: str
    company_id: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket that is to be created. Everything that is empty is left to the PSA.

    `reference` is kept with the ticket, and is what it is found by when the answer is lost:
    at most 100 characters, never used for another ticket.
    """

    summary: str
    company_id: str
    reference: str
    board_id: str = ""
    status_id: str = ""
    type_id: str = ""
    subtype_id: str = ""
    item_id: str = ""
    priority_id: str = ""
    contact_id: str = ""
    owner_id: str = ""
    description: str = ""
