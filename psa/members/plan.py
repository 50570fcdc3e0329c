"""What a mapping form asks for, held against what stands. Pure: rows in, a plan out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.models import User
from psa.members.directory import Directory, NotChoosable
from psa.models import MemberMapping
from psa.providers.types import Member

Stored = Mapping[int, MemberMapping]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one row of a form asks for: a member by id, log-in name or label; "" for nobody.

    `seen` is the member id that the row showed when the form was made; None if it did not say.
    """

    user: User
    text: str
    seen: str | None = None


@dataclass(slots=True, kw_only=True)
class Plan:
    """By user id: who becomes whom (None: nobody), and what is wrong with a row.

    `moved` says that somebody else changed what one of the rows showed.
    """

    changes: dict[int, Member | None] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    moved: bool = False


def make(wishes: Mapping[int, Wish], stored: Stored, directory: Directory) -> Plan:
    """Return what is to be written. Rows left as they were shown are left alone."""
    plan = Plan()
    for wish in wishes.values():
        _add(plan, wish, stored.get(wish.user.pk), directory)
    _refuse_doubles(plan, wishes, stored)
    return plan


def names_somebody_new(wish: Wish, stored: Stored) -> bool:
    """Return whether members are needed to tell what the wish means."""
    row = stored.get(wish.user.pk)
    return bool(wish.text) and not _is_as_shown(wish, row)


def _is_as_shown(wish: Wish, row: MemberMapping | None) -> bool:
    # Without scripts a member whom the PSA does not name is sent as the page shows them.
    return wish.text == _seen(wish, row) or bool(row and wish.text == row.external_member_name)


def _seen(wish: Wish, row: MemberMapping | None) -> str:
    if wish.seen is not None:
        return wish.seen
    return row.external_member_id if row else ""


def _add(plan: Plan, wish: Wish, row: MemberMapping | None, directory: Directory) -> None:
    if _is_as_shown(wish, row):
        return
    now, seen = row.external_member_id if row else "", _seen(wish, row)
    try:
        member = directory.find(wish.text) if wish.text else None
    except NotChoosable as refusal:
        plan.problems[wish.user.pk] = str(refusal)
        return
    if (member.id if member else "") in (seen, now):
        return
    if member and not wish.user.is_active:
        plan.problems[wish.user.pk] = f"{wish.user} was deactivated and cannot be mapped."
    elif now != seen:
        stands = f"mapped to {row.external_member_name}" if row else "unmapped"
        plan.moved = True
        plan.problems[wish.user.pk] = (
            f"Somebody else changed this row: it is {stands} now. Save again to overwrite that."
        )
    else:
        plan.changes[wish.user.pk] = member


def _refuse_doubles(plan: Plan, wishes: Mapping[int, Wish], stored: Stored) -> None:
    """Mark every new member whom somebody else has, or gets by the same form."""
    holders: dict[str, list[User]] = {}
    for user_id, row in stored.items():
        if user_id not in plan.changes:
            holders.setdefault(row.external_member_id, []).append(row.user)
    for user_id, member in plan.changes.items():
        if member:
            holders.setdefault(member.id, []).append(wishes[user_id].user)
    for user_id, member in plan.changes.items():
        others = [user for user in holders[member.id] if user.pk != user_id] if member else []
        if member and others:
            plan.problems[user_id] = f"{member.name} is mapped to {others[0]} already."
