"""Who is surely the same person here and in the PSA, by e-mail. Pure: rows in, findings out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from accounts.models import User
from psa.members.directory import can_be_mapped
from psa.providers.types import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whom one person's address led to: one member is a match, several are not guessed among.

    `taken_by` names the person whom the one member is mapped to already.
    """

    user: User
    members: tuple[Member, ...]
    is_sure: bool
    taken_by: str = ""


def match(
    people: Collection[User], members: Iterable[Member], taken: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Return what each person's e-mail leads to, in the people's order; case does not count.

    `taken` names, by member id, who is mapped to a member already.
    """
    by_address: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        for address in {_plain(email) for email in member.emails} if can_be_mapped(member) else ():
            by_address[address].append(member)
    shared = Counter(_plain(user.email) for user in people)
    return tuple(
        _finding(user, by_address.get(_plain(user.email), []), shared, taken) for user in people
    )


def _finding(
    user: User, found: list[Member], shared: Counter[str], taken: Mapping[str, str]
) -> Finding:
    taken_by = taken.get(found[0].id, "") if len(found) == 1 else ""
    return Finding(
        user=user,
        members=tuple(found),
        # Two of our people with one address, in different case, are told apart by nothing.
        is_sure=len(found) == 1 and not taken_by and shared[_plain(user.email)] == 1,
        taken_by=taken_by,
    )


def _plain(address: str) -> str:
    return address.strip().casefold()
