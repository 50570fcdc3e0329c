"""Where time is booked in a storm: tickets whose statuses take time or forbid it, and members."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.storm.load import Place
from tests.storm.time_tally import AFTER_STATUS, BEFORE_STATUS, FREE, Wanted

Record = Mapping[str, Any]
# Which goes first on a ticket: most statuses take time before and after.
_ORDERS = (FREE, BEFORE_STATUS, FREE, AFTER_STATUS, FREE)
HOURS = ("0.25", "0.5", "0.75", "1", "1.37", "2.5")
# A role of one location alone, at which no board of the simulator has its tickets.
REFUSED_ROLE = "Bench Technician"


@dataclass(frozen=True, kw_only=True)
class TimedPlace(Place):
    """A session that is linked to a ticket, and which goes first there: the status or the time."""

    board: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a ticket's status, and whether time has to go before or after it."""

    seen: Record
    wanted: Record
    order: str


def change_for(place: int, ticket: Record, statuses: Iterable[Record]) -> Change:
    """Return the change for the ticket at this place of a storm.

    A ticket whose time has to wait starts with a status that forbids it: `seen` is then another
    one than it has.
    """
    mine = [
        one
        for one in statuses
        if one["board"]["id"] == ticket["board"]["id"] and not one.get("inactive")
    ]
    forbidding = [one for one in mine if one["timeEntryNotAllowed"]]
    taking = [one for one in mine if not one["timeEntryNotAllowed"]]
    order = _ORDERS[place % len(_ORDERS)] if forbidding else FREE
    forbids = forbidding[place % len(forbidding)] if forbidding else {}
    takes, other = taking[place % len(taking)], taking[(place + 1) % len(taking)]
    seen = forbids if order == AFTER_STATUS else takes
    wanted = forbids if order == BEFORE_STATUS else other
    return Change(seen=_named(seen), wanted=_named(wanted), order=order)


def _named(status: Record) -> Record:
    return {"id": status["id"], "name": status["name"]}


def members_of(tables: Mapping[str, Iterable[Record]]) -> list[Record]:
    """Return the active members whose own work role every location takes."""
    everywhere = set.intersection(*(set(one["workRoleIds"]) for one in tables["locations"]))
    return [
        member
        for member in tables["members"]
        if member.get("licenseClass") == "F"
        and not member.get("inactiveFlag")
        and (member.get("workRole") or {}).get("id") in everywhere
    ]


def role_refused(tables: Mapping[str, Iterable[Record]]) -> str:
    """Return the id of a work role that the PSA refuses on every ticket of a storm."""
    return next(str(one["id"]) for one in tables["work_roles"] if one["name"] == REFUSED_ROLE)


def some_time(dice: random.Random, ticket: str, member: str, order: str, name: str) -> Wanted:
    """Return time as somebody might approve it."""
    return Wanted(
        ticket=ticket,
        member=member,
        hours=Decimal(dice.choice(HOURS)),
        text=dice.choice(["", f"Wörk on {name} ✅"]),
        order=order,
    )
