"""The audit: every administrative change, in the order in which it was made.

Entries of an account form a chain of hashes: each holds the hash of the one before it. A row
that was changed or removed in the database does not fit any more, and `verify` names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Account, AuditChain, AuditEntry, User
from accounts.models.audit import BEGINNING, in_words
from resolutionflow.lib.zones import start_of

# Who has no e-mail in an entry: a command on the server.
OPERATOR = "operator"
OPERATORS = (OPERATOR, "Operator")


class Actor(NamedTuple):
    """Who did something, as an entry names them."""

    email: str
    name: str


# Whoever was at the log-in page; that they typed somebody's name does not make them that person.
SOMEBODY = Actor("somebody", "Somebody not logged in")


def record(
    account: Account,
    actor: User | Actor | None,
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


def matching(account: Account, wanted: Mapping[str, Any]) -> QuerySet[AuditEntry]:
    """Return the entries that match, the newest first.

    `wanted` may hold `who` (an e-mail, or OPERATOR), `action`, and the days `since` and
    `until` in the zone that pages show, both included.
    """
    entries = AuditEntry.objects.filter(account=account)
    if who := wanted.get("who"):
        entries = entries.filter(actor_email="" if who == OPERATOR else who)
    if action := wanted.get("action"):
        entries = entries.filter(action=action)
    if since := wanted.get("since"):
        entries = entries.filter(at__gte=start_of(since))
    if until := wanted.get("until"):
        entries = entries.filter(at__lt=start_of(until + timedelta(days=1)))
    return entries.order_by("-number")


def people_of(account: Account) -> list[tuple[str, str]]:
    """Return (e-mail, name) of everybody who has an entry, by name."""
    rows = AuditEntry.objects.filter(account=account).order_by("actor_name", "actor_email")
    pairs = rows.values_list("actor_email", "actor_name").distinct()
    return [_choice(Actor(email, name)) for email, name in pairs]


def _choice(actor: Actor) -> tuple[str, str]:
    if actor == SOMEBODY:
        return actor
    return (actor.email, f"{actor.name} ({actor.email})") if actor.email else OPERATORS


def actions_of(account: Account) -> list[tuple[str, str]]:
    """Return (action, words) of everything that was done in this account."""
    rows = AuditEntry.objects.filter(account=account).order_by("action")
    names = rows.values_list("action", flat=True).distinct()
    return [(name, in_words(name)) for name in names]


def in_slices(entries: QuerySet[AuditEntry], size: int = 1000) -> Iterator[AuditEntry]:
    """Yield all the entries in the order of their numbers, some at a time.

    Between the slices no cursor stays open, however slowly a download is read.
    """
    last = 0
    while part := list(entries.filter(number__gt=last).order_by("number")[:size]):
        yield from part
        last = part[-1].number


def length(account: Account) -> int:
    """Return how many entries the account's audit has."""
    known = AuditChain.objects.filter(account=account).values_list("length", flat=True)
    return known.first() or 0


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
    expected, number, end = BEGINNING, 0, (length(account), BEGINNING)
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
