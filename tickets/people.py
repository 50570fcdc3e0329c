"""Who may be put on a ticket."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import User
from psa import catalog
from psa.models import MemberMapping, PsaConnection
from psa.providers.types import Assignee, Member, Reference


class NobodySuch(Exception):
    """The form names nobody who can be assigned; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Whom a form offers; `missing_right` names the right without which nobody can be listed.

    `me` is the person at the screen, if they are mapped and not on the ticket yet.
    """

    members: tuple[Member, ...]
    me: Reference | None
    missing_right: str


def candidates(connection: PsaConnection, user: User, assigned: Collection[Assignee]) -> Candidates:
    """Return who can be added to a ticket with these people. May raise PsaError."""
    there = {person.member_id for person in assigned}
    members, missing_right = catalog.or_missing(catalog.members, connection)
    me = member_of(connection, user)
    return Candidates(
        members=tuple(one for one in members if _can_work(one) and one.id not in there),
        me=me if me and me.id not in there else None,
        missing_right=missing_right,
    )


def resolve(connection: PsaConnection, user: User, member_id: str) -> Reference:
    """Return the member of this id, if it is one that can be assigned.

    Raises NobodySuch, and PsaError when the members cannot be read.
    """
    me = member_of(connection, user)
    if me and member_id == me.id:
        return me
    found = [one for one in catalog.members(connection) if one.id == member_id and _can_work(one)]
    if not found:
        raise NobodySuch(
            f"Choose somebody from the list: an active member of {connection.psa_label}."
        )
    return Reference(id=found[0].id, name=found[0].name)


def _can_work(member: Member) -> bool:
    return member.is_active and not member.is_api


def member_of(connection: PsaConnection, user: User) -> Reference | None:
    """Return the PSA member that this person is mapped to."""
    mapping = MemberMapping.objects.filter(connection=connection, user=user).first()
    if mapping is None:
        return None
    return Reference(id=mapping.external_member_id, name=mapping.external_member_name)
