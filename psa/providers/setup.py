"""What the product has to know of a vendor before it can ask its PSA anything. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Capability(StrEnum):
    """What a PSA may lack. It is not offered then, and its methods raise NotOffered."""

    CONFIGURATIONS = "configurations"
    """Tickets have the customer's devices attached."""
    NOTE_EDIT = "note_edit"
    """A note's text can be replaced."""
    TIME = "time"
    """Time is booked on tickets."""
    DOCUMENTS = "documents"
    """Files are added to tickets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field of the connection form, as the vendor's people call what belongs into it.

    `pattern` is a regular expression for the whole value; `refusal` says what else is expected.
    """

    label: str
    hint: str
    pattern: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightWanted:
    """A row of the guide: what to grant in the PSA's role editor, and what it is for."""

    area: str
    verbs: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the guide; one `with_rights` has the table of rights below it.

    One `only_for` a field is left out where that field need not be filled.
    """

    title: str
    text: str
    with_rights: bool = False
    only_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How one PSA is named and set up.

    `name` is kept in the database. Sentences speak of the PSA by its `label`; `product` is its
    full name, where one is chosen among several; `short` stands before a ticket's number.

    `asked` has an entry for each field of `Credentials` that the PSA needs; what it does not
    need is not asked for. `client_id_setting` names the setting that holds a client id of the
    whole installation. `role_editor` and `new_key` say where in the PSA rights and keys are.
    """

    name: str
    label: str
    product: str
    short: str
    asked: Mapping[str, Asked]
    steps: tuple[Step, ...]
    rights: tuple[RightWanted, ...] = ()
    capabilities: frozenset[Capability] = frozenset()
    client_id_setting: str = ""
    role_editor: str = ""
    new_key: str = ""
