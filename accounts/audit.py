"""The audit: every administrative change, in the order in which it was made.

Entries of an account form a chain of hashes: each holds the hash of the one before it. A row
that was changed or removed in the database does not fit any more, and `verify` names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Account, AuditChain, AuditEntry, User
from accounts.models.audit import BEGINNING

__all__ = ["Verification", "record", "verify"]


def record(
    account: Account,
    actor: User | None,
    action: str,
    target: str,
    *,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> AuditEntry:
    """Add one entry to the account's audit and return it.

    `action` is a dotted verb ("user.role_changed"), `target` what people call the thing
    ("Dana Ruiz"); `before` and `after` hold the changed fields as text, never a secret. Without
    `actor` it was an operator's command. Call it last in the transaction of the change: the
    account's other writers wait for this transaction from here on.
    """
    with transaction.atomic():
        AuditChain.objects.get_or_create(account=account)
        chain = AuditChain.objects.select_for_update().get(account=account)
        entry = AuditEntry(
            account=account,
            number=chain.length + 1,
            at=timezone.now(),
            actor_email=actor.email if actor else "",
            actor_name=actor.name if actor else "",
            action=action,
            target=target[:255],
            before=dict(before or {}),
            after=dict(after or {}),
            previous_hash=chain.head,
        )
        entry.hash = entry.digest()
        entry.save()
        chain.length, chain.head = entry.number, entry.hash
        chain.save()
    return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What checking an account's audit found: `problem` is empty for a whole chain."""

    entries: int
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was removed or changed."""
        return not self.problem


def verify(account: Account) -> Verification:
    """Return whether the account's audit is whole; its problem names the first broken place."""
    # Read first: what it counts was written before the entries are read.
    length = AuditChain.objects.filter(account=account).values_list("length", flat=True).first()
    expected, number, end = BEGINNING, 0, (length or 0, BEGINNING)
    for entry in _with_the_end_of_their_moment(account).iterator(chunk_size=1000):
        if problem := _problem(entry, number + 1, expected):
            return Verification(entries=number, problem=problem)
        expected, number = entry.hash, entry.number
        end = (entry.chain_length or 0, entry.chain_head)
    if end != (number, expected):
        problem = f"Entry {number} is the last one there, but {end[0]} were written."
        return Verification(entries=number, problem=problem)
    return Verification(entries=number)


def _with_the_end_of_their_moment(account: Account) -> QuerySet[Any]:
    """Return the entries in order with the chain's end, read at once, whoever writes meanwhile."""
    return (
        AuditEntry.objects.filter(account=account)
        .order_by("number")
        .annotate(
            chain_length=F("account__audit_chain__length"),
            chain_head=F("account__audit_chain__head"),
        )
    )


def _problem(entry: AuditEntry, number: int, expected: str) -> str:
    """Return what does not fit about the entry that should follow here, "" when it fits."""
    if entry.number != number:
        return f"Entry {number} is missing."
    if entry.previous_hash != expected or entry.hash != entry.digest():
        return f"Entry {number} was changed after it was written."
    return ""
