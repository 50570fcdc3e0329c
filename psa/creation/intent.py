"""Writing down which ticket is to be created, before anything leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts.models import User
from psa.creation import mending
from psa.models import PsaConnection, TicketCreation
from psa.posting.world import World
from psa.providers.types import Reference

# The request that wrote the intent creates the ticket itself, so that the engineer sees the
# outcome; `deliver_posts` steps in when that request died.
HEAD_START = timedelta(seconds=5)
# Letters and digits that are not taken for each other, as in the references of notes.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12


class RequestReused(Exception):
    """The request id belongs to a ticket that was asked for otherwise."""

    def __init__(self, known: TicketCreation) -> None:
        self.known = known
        super().__init__(
            f"This form was sent already, and made “{known.summary}”. Nothing else was created. "
            "Create it now if it is a ticket of its own."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One ticket as a person confirmed it.

    `request_id` names this confirmation: repeating it creates nothing more. `chosen` holds
    company, board, status, type, subtype, item, priority, contact and owner, as far as given;
    what is missing is left to the PSA.
    """

    connection: PsaConnection
    author: User
    request_id: UUID
    summary: str
    description: str = ""
    chosen: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The row that holds the intent, and whether this call wrote it."""

    creation: TicketCreation
    is_new: bool


def queue(intent: Intent, world: World | None = None) -> Queued:
    """Store the intent as a row that waits to be sent; sends nothing.

    The caller commits before it delivers. The same request id again returns the row that
    stands already; one that failed is queued again, as it is asked for now. Raises
    RequestReused when a row that did not fail asks for something else.
    """
    row = TicketCreation.objects.filter(
        account_id=intent.connection.account_id, request_id=intent.request_id
    )
    known = row.first()
    if known is None:
        try:
            with transaction.atomic():
                return Queued(creation=_write(intent, world or World()), is_new=True)
        except IntegrityError:
            # Another request with the same id was quicker; its row is the one.
            known = row.get()
    if mending.again(known, world, connection=intent.connection, **_asked_for(intent)):
        return Queued(creation=row.get(), is_new=True)
    if not _is_repeat(known, intent):
        raise RequestReused(known)
    return Queued(creation=known, is_new=False)


def _is_repeat(known: TicketCreation, intent: Intent) -> bool:
    """Return whether this asks for the same; how a choice is called meanwhile is no matter."""
    asked = {what: one.id for what, one in intent.chosen.items()}
    stored = {what: known.id_of(what) for what in known.chosen}
    return (known.summary, known.description, stored) == (intent.summary, intent.description, asked)


def _write(intent: Intent, world: World) -> TicketCreation:
    now, key = world.now(), uuid4()
    return TicketCreation.objects.create(
        id=key,
        account_id=intent.connection.account_id,
        connection=intent.connection,
        request_id=intent.request_id,
        reference=reference_of(key),
        **_asked_for(intent),
        made_by=intent.author,
        made_by_name=intent.author.get_full_name() or intent.author.email,
        created_at=now,
        queued_at=now,
        next_attempt_at=now + HEAD_START,
    )


def _asked_for(intent: Intent) -> dict[str, Any]:
    chosen = {what: {"id": one.id, "name": one.name} for what, one in intent.chosen.items()}
    return {"summary": intent.summary, "description": intent.description, "chosen": chosen}


def reference_of(key: UUID) -> str:
    """Return what the ticket of this row is found by, such as RF-T4F2K9QX8MN2P."""
    digest = int.from_bytes(sha256(key.bytes).digest())
    code = ""
    for _ in range(_LENGTH):
        digest, letter = divmod(digest, len(_ALPHABET))
        code += _ALPHABET[letter]
    return f"RF-T{code}"
