"""The mapping as a page shows it: everybody, and what is known of their members."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accounts.models import User
from psa import catalog
from psa.members import requests
from psa.members.directory import Directory, label
from psa.members.matching import match
from psa.models import MemberMapping, MemberRequest, PsaConnection

# One form holds a page of people, and Django takes up to 1,000 fields.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person: the member id and words of their field, and what there is to say about it.

    `seen` is the member id that stood there when the row was shown.
    """

    user: User
    member_id: str
    words: str
    seen: str
    badge: str
    tone: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the account's people, whom they can be mapped to, or why nobody is offered."""

    page: Page[User]
    rows: list[Row]
    choosable: list[tuple[str, str]]
    unmapped: int
    missing_right: str
    unreachable: str


def load(
    connection: PsaConnection,
    page: str | None = None,
    typed: Mapping[int, str] | None = None,
    problems: Mapping[int, str] | None = None,
) -> Listing:
    """Return one page; never raises PsaError, because what stands is ours and can be shown.

    `typed` and `problems` hold by user id what a form sent that was not saved, and why.
    """
    members = catalog.ask(partial(catalog.members, connection))
    directory = Directory(members.value, connection.psa_label) if members.value else None
    people = Paginator(_people_of(connection), PAGE_SIZE).get_page(page)
    rows = MemberMapping.objects.filter(connection=connection, user__in=list(people))
    stored = {row.user_id: row for row in rows}
    typed, problems = typed or {}, problems or {}
    return Listing(
        page=people,
        rows=[
            _row(user, stored.get(user.pk), directory, typed.get(user.pk), problems.get(user.pk))
            for user in people
        ],
        choosable=[(one.id, label(one)) for one in directory.choosable] if directory else [],
        unmapped=unmapped_count(connection),
        missing_right=members.missing_right,
        unreachable=members.problem,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One person's own row: whom they may say they are, if it is theirs to say.

    `is_offered`: they are nobody yet, and the field holds whom their e-mail leads to.
    """

    row: Row
    asked: MemberRequest | None
    is_theirs: bool
    is_offered: bool
    choosable: list[tuple[str, str]]
    missing_right: str
    unreachable: str


def own(
    connection: PsaConnection, user: User, typed: str | None = None, problem: str | None = None
) -> Own:
    """Return the person's own row; never raises PsaError. Offered is who is nobody else."""
    members = catalog.ask(partial(catalog.members, connection))
    directory = Directory(members.value, connection.psa_label) if members.value else None
    stored = MemberMapping.objects.filter(connection=connection).select_related("user")
    taken = {row.external_member_id: str(row.user) for row in stored if row.user_id != user.pk}
    mine = next((row for row in stored if row.user_id == user.pk), None)
    (found,) = match([user], members.value or (), taken)
    is_offered = typed is None and mine is None and found.is_sure
    text = found.members[0].id if is_offered else typed
    free = [one for one in directory.choosable if one.id not in taken] if directory else []
    return Own(
        row=_row(user, mine, directory, text, problem),
        asked=requests.of(connection, user),
        is_theirs=mine is None or mine.matched_by == MemberMapping.MatchedBy.MANUAL_SELF,
        is_offered=is_offered,
        choosable=[(one.id, label(one)) for one in free],
        missing_right=members.missing_right,
        unreachable=members.problem,
    )


def unmapped_count(connection: PsaConnection) -> int:
    """Return how many active people are nobody in the PSA."""
    people = connection.account.users.filter(is_active=True)
    return people.exclude(member_mappings__connection=connection).count()


def _people_of(connection: PsaConnection) -> QuerySet[User]:
    """Return everybody who can be mapped, by name: who is active, or still holds a member."""
    holding = MemberMapping.objects.filter(connection=connection).values("user")
    people = connection.account.users.filter(Q(is_active=True) | Q(pk__in=holding))
    return people.order_by("name", "email")


def _row(
    user: User,
    row: MemberMapping | None,
    directory: Directory | None,
    typed: str | None,
    problem: str | None,
) -> Row:
    seen = row.external_member_id if row else ""
    text = seen if typed is None else typed
    member = directory.get(text) if directory else None
    # Whom the PSA does not name (any more) we name as we remember them.
    words = row.external_member_name if row and text == seen else text
    badge, tone = _badge(row, directory)
    return Row(
        user=user,
        member_id=text,
        words=label(member) if member else words,
        seen=seen,
        badge=badge,
        tone=tone,
        problem=problem or "",
    )


def _badge(row: MemberMapping | None, directory: Directory | None) -> tuple[str, str]:
    """Return what is known about the pair, in words, and how good that is."""
    if row is None:
        return "Unmapped", "warning"
    if directory:
        member = directory.get(row.external_member_id)
        if member is None:
            return f"No longer in {directory.psa}", "danger"
        if not member.is_active:
            return f"Inactive in {directory.psa}", "danger"
    return row.get_matched_by_display(), "success"
