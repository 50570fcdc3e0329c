"""What a new ticket may be made of, as far as the API key may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from psa import catalog
from psa.models import PsaConnection
from psa.providers.drafts import TicketType
from psa.providers.errors import NotFound
from psa.providers.types import Board, Member, Priority, TicketStatus
from resolutionflow.lib.side_by_side import settled
from tickets.new_form import NewTicketForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What there is to choose from; statuses and types are those of one board.

    `missing` names the rights for want of which a list is empty; `problem` is the sentence
    where the PSA could not be asked at all.
    """

    boards: tuple[Board, ...] = ()
    priorities: tuple[Priority, ...] = ()
    members: tuple[Member, ...] = ()
    statuses: tuple[TicketStatus, ...] = ()
    types: tuple[TicketType, ...] = ()
    missing: tuple[str, ...] = ()
    problem: str = ""


def lists(connection: PsaConnection, board_id: str = "") -> Lists:
    """Return the lists, asked side by side where they are not remembered; raises nothing.

    Without a board, or with one that does not exist, there are no statuses and types.
    Members are those that can own a ticket.
    """
    asks: dict[str, Callable[[], tuple[Any, ...]]] = {
        "boards": partial(catalog.boards, connection),
        "priorities": partial(catalog.priorities, connection),
        "members": partial(catalog.members, connection),
    }
    if board_id.isdecimal():
        asks["statuses"] = partial(catalog.statuses, connection, board_id)
        asks["types"] = partial(catalog.types, connection, board_id)
    answers = [catalog.ask(answer.result) for answer in settled(*asks.values())]
    found = {name: answer.value or () for name, answer in zip(asks, answers, strict=True)}
    problems = [one.problem for one in answers if not isinstance(one.failure, NotFound)]
    found["members"] = tuple(m for m in found["members"] if m.is_active and not m.is_api)
    return Lists(
        **found,
        missing=catalog.missing_rights(answers),
        problem=next(filter(None, problems), ""),
    )


def offer(form: NewTicketForm, known: Lists) -> None:
    """Fill the form's lists; what is not in them is kept to be seen."""
    _offer_of_all(form, known)
    offer_of_board(form, known)


def _offer_of_all(form: NewTicketForm, known: Lists) -> None:
    form.offer("board", [(one.id, one.name) for one in known.boards])
    form.offer("priority", [(one.id, one.name) for one in known.priorities])
    form.offer("owner", [(one.id, f"{one.name} ({one.identifier})") for one in known.members])


def offer_of_board(form: NewTicketForm, known: Lists, *, keep: bool = True) -> None:
    """Fill the lists that depend on the board; `keep` what is in none of them, to be seen."""
    form.offer(
        "status",
        [(one.id, f"{one.name} (closed)" if one.is_closed else one.name) for one in known.statuses],
        keep=keep,
    )
    form.offer("type", [(one.id, one.name) for one in known.types], keep=keep)
    subtypes: dict[str, str] = {}
    items: dict[str, str] = {}
    of_type: dict[str, list[str]] = {}
    of_both: dict[str, list[str]] = {}
    for kind in known.types:
        for sub in kind.subtypes:
            subtypes[sub.id] = sub.name
            of_type.setdefault(sub.id, []).append(kind.id)
            for item in sub.items:
                items[item.id] = item.name
                of_both.setdefault(item.id, []).append(f"{kind.id}/{sub.id}")
    form.offer("subtype", subtypes.items(), of_type, keep=keep)
    form.offer("item", items.items(), of_both, keep=keep)
