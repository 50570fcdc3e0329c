"""Writing down who is who: by e-mail, by an administrator, or by the person.

The PSA is asked before the transaction. Inside it the connection's row is locked, so that of
two who write at once the second sees what the first has written.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from uuid import UUID

from django.db import transaction

from accounts import audit, notices
from accounts.models import User
from psa import catalog
from psa.members import plan, requests
from psa.members.directory import Directory
from psa.members.matching import Finding, match
from psa.members.plan import Wish
from psa.models import MemberMapping, MemberRequest, PsaConnection
from psa.providers.types import Member

MatchedBy = MemberMapping.MatchedBy


class ConnectionGone(Exception):
    """The connection was removed meanwhile; its mappings went with it."""


class NotSaved(Exception):
    """Nothing was saved.

    `rows` says by user id what to mend. `moved`: somebody else changed what the form showed.
    `out_of_reach`: the PSA could not be asked; the same form may work later.
    """

    def __init__(
        self,
        sentence: str,
        *,
        rows: Mapping[int, str] | None = None,
        moved: bool = False,
        out_of_reach: bool = False,
    ) -> None:
        self.sentence = sentence
        self.rows = dict(rows or {})
        self.moved = moved
        self.out_of_reach = out_of_reach
        super().__init__(sentence)


def save(connection: PsaConnection, actor: User, wishes: Iterable[Wish]) -> int:
    """Map each person as the form says, all or nothing; return how many rows changed.

    Asks the PSA for its members where the form names somebody new. Raises NotSaved and
    ConnectionGone.
    """
    wanted = {wish.user.pk: wish for wish in wishes}
    stored = _stored(connection.pk)
    is_needed = any(plan.names_somebody_new(wish, stored) for wish in wanted.values())
    directory = _directory(connection, needed=is_needed)
    with transaction.atomic():
        stored = _locked(connection.pk)
        planned = plan.make(wanted, stored, directory)
        if planned.problems:
            raise NotSaved(
                "Nothing was saved yet. Look at the marked rows.",
                rows=planned.problems,
                moved=planned.moved,
            )
        people = {user_id: wanted[user_id].user for user_id in planned.changes}
        _write(connection, actor, people, planned.changes, stored, MatchedBy.MANUAL_ADMIN)
    return len(planned.changes)


def auto_match(connection: PsaConnection, actor: User | None) -> tuple[Finding, ...]:
    """Map everybody without a mapping whose e-mail names one member; return what was found.

    Reads the members anew. What is mapped already stays. Raises PsaError and ConnectionGone.
    """
    catalog.forget(connection.account)
    members = catalog.members(connection)
    with transaction.atomic():
        stored = _locked(connection.pk)
        people = list(connection.account.users.filter(is_active=True).exclude(pk__in=stored))
        taken = {row.external_member_id: str(row.user) for row in stored.values()}
        findings = match(people, members, taken)
        sure = {found.user.pk: found for found in findings if found.is_sure}
        users = {user_id: found.user for user_id, found in sure.items()}
        changes = {user_id: found.members[0] for user_id, found in sure.items()}
        _write(connection, actor, users, changes, stored, MatchedBy.AUTO_EMAIL)
    return findings


def map_self(connection: PsaConnection, user: User, text: str) -> bool:
    """Let a person say which member they are, as a `Wish` does; "" takes it back.

    Only a member that nobody is mapped to, and only where no administrator has decided. What
    the person's e-mail does not prove waits for an administrator (`psa.members.requests`);
    returns whether it counts already. Raises NotSaved and ConnectionGone.
    """
    directory = _directory(connection, needed=bool(text))
    with transaction.atomic():
        stored = _locked(connection.pk)
        mine = stored.get(user.pk)
        if mine and mine.matched_by != MatchedBy.MANUAL_SELF:
            raise NotSaved("You are mapped already. If it is wrong, ask an administrator.")
        planned = plan.make({user.pk: Wish(user=user, text=text)}, stored, directory)
        if planned.problems:
            raise NotSaved(planned.problems[user.pk])
        member = planned.changes.get(user.pk)
        if member and not _is_proven(user, member, directory, stored):
            requests.ask(connection, user, member)
            return False
        requests.withdraw(connection, user)
        _write(connection, user, {user.pk: user}, planned.changes, stored, MatchedBy.MANUAL_SELF)
    return True


def accept(request: MemberRequest, actor: User) -> None:
    """Map the person as they asked. Raises requests.RequestGone, NotSaved and ConnectionGone."""
    requests.check_there(request)
    connection, person, member = request.connection, request.user, request.external_member_name
    save(connection, actor, [Wish(user=person, text=request.external_member_id)])
    requests.withdraw(connection, person)
    notices.tell(person, f"{actor} confirmed that you are {member} in {connection.psa_label}.")


def _is_proven(
    user: User, member: Member, directory: Directory, stored: Mapping[int, MemberMapping]
) -> bool:
    """Return whether the person's e-mail leads to this member and to nobody else."""
    taken = {row.external_member_id: str(row.user) for row in stored.values()}
    taken.pop(member.id, None)
    (found,) = match([user], directory.choosable, taken)
    return found.is_sure and found.members[0].id == member.id


def _directory(connection: PsaConnection, *, needed: bool) -> Directory:
    """Return the PSA's members; raises NotSaved when they are needed and cannot be had."""
    if not needed:
        return Directory((), connection.psa_label)
    members = catalog.ask(partial(catalog.members, connection))
    if members.missing_right:
        raise NotSaved(
            "Nothing was saved: a member cannot be checked, because the API member lacks "
            f"{members.missing_right}."
        ) from members.failure
    if members.problem:
        said = f"Nothing was saved. {members.problem}"
        raise NotSaved(said, out_of_reach=True) from members.failure
    return Directory(members.value or (), connection.psa_label)


def _locked(connection_id: UUID) -> dict[int, MemberMapping]:
    """Return the connection's mappings by user id, and let nobody else write until the end."""
    if not PsaConnection.objects.select_for_update().filter(pk=connection_id).first():
        raise ConnectionGone
    return _stored(connection_id)


def _stored(connection_id: UUID) -> dict[int, MemberMapping]:
    rows = MemberMapping.objects.filter(connection=connection_id).select_related("user")
    return {row.user_id: row for row in rows}


def _write(
    connection: PsaConnection,
    actor: User | None,
    people: Mapping[int, User],
    changes: Mapping[int, Member | None],
    stored: Mapping[int, MemberMapping],
    matched_by: MatchedBy,
) -> None:
    """Replace these people's rows; two of them may change places. What they asked for is over."""
    MemberRequest.objects.filter(connection=connection, user__in=changes).delete()
    MemberMapping.objects.filter(connection=connection, user__in=changes).delete()
    MemberMapping.objects.bulk_create(
        MemberMapping(
            connection=connection,
            user=people[user_id],
            external_member_id=member.id,
            external_member_name=member.name[:200],
            matched_by=matched_by,
        )
        for user_id, member in changes.items()
        if member
    )
    for user_id, member in changes.items():
        row = stored.get(user_id)
        audit.record(
            connection.account,
            actor,
            "mapping.changed" if member else "mapping.cleared",
            str(people[user_id]),
            before=_in_words(row.external_member_name, row.external_member_id) if row else None,
            after=_in_words(member.name, member.id) if member else None,
        )


def _in_words(name: str, member_id: str) -> dict[str, str]:
    return {"member": f"{name} ({member_id})"}
