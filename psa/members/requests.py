"""Who somebody says they are in the PSA, where their e-mail does not prove it.

Notes are signed as the member, so an administrator decides: their yes is a mapping that they
set (`mapping.accept`). Until then, and after a no, nothing changes.
"""

from django.db import transaction

from accounts import audit, notices
from accounts.models import User
from accounts.permissions import Right, roles_with
from psa.members.directory import label
from psa.models import MemberRequest, PsaConnection
from psa.providers.types import Member

# Administrators that are told; the page shows a request to all of them.
_MOST_TOLD = 20
MOST_SHOWN = 50


class RequestGone(Exception):
    """The request was decided, taken back or replaced meanwhile."""


def waiting(connection: PsaConnection) -> list[MemberRequest]:
    """Return what waits longest for an administrator's yes; the rest come as these are decided."""
    requests = MemberRequest.objects.filter(connection=connection).select_related("user")
    return list(requests.order_by("asked_at")[:MOST_SHOWN])


def of(connection: PsaConnection, user: User) -> MemberRequest | None:
    """Return what this person asked for and nobody has decided."""
    return MemberRequest.objects.filter(connection=connection, user=user).first()


def ask(connection: PsaConnection, user: User, member: Member) -> None:
    """Let the administrators decide whether the person is this member.

    Call it inside the transaction that has looked whether the member is free.
    """
    wanted = {"external_member_id": member.id, "external_member_name": label(member)[:200]}
    MemberRequest.objects.update_or_create(connection=connection, user=user, defaults=wanted)
    text = (
        f"{user} asks to be {label(member)} in {connection.psa_label}. "
        "Say yes or no under Member mapping."
    )
    administrators = connection.account.users.filter(
        is_active=True, role__in=roles_with(Right.ADMINISTER)
    ).exclude(pk=user.pk)
    for administrator in administrators.order_by("pk")[:_MOST_TOLD]:
        notices.tell(administrator, text)
    after = {"member": f"{member.name} ({member.id})"}
    audit.record(connection.account, user, "mapping.requested", str(user), after=after)


def withdraw(connection: PsaConnection, user: User) -> None:
    """Take back what the person asked for."""
    MemberRequest.objects.filter(connection=connection, user=user).delete()


@transaction.atomic
def decline(request: MemberRequest, actor: User) -> None:
    """Leave the person as they are. Raises RequestGone."""
    check_there(request)
    request.delete()
    member = request.external_member_name
    psa = request.connection.psa_label
    text = f"{actor} did not confirm that you are {member} in {psa}. Ask them why."
    notices.tell(request.user, text)
    before = {"member": f"{member} ({request.external_member_id})"}
    account, person = request.connection.account, str(request.user)
    audit.record(account, actor, "mapping.request_declined", person, before=before)


def check_there(request: MemberRequest) -> None:
    """Raise RequestGone where the person asked for something else meanwhile, or for nothing."""
    same = {"pk": request.pk, "external_member_id": request.external_member_id}
    if not MemberRequest.objects.filter(**same).exists():
        raise RequestGone
