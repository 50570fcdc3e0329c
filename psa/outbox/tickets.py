"""New tickets: writing down what is to be created, and what a person does when it failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from psa.models import PsaConnection, TicketCreation
from psa.outbox import worker
from psa.outbox.intent import HEAD_START, NotRetryable, RequestReused, find_or_insert, row_of
from psa.outbox.kinds import TICKET
from psa.outbox.reference import code_of
from psa.outbox.runtime import Runtime
from psa.providers.types import Reference

State = TicketCreation.State


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketIntent:
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
    """The row that holds the intent, and whether this call queued it."""

    creation: TicketCreation
    is_new: bool


def queue(intent: TicketIntent, runtime: Runtime | None = None) -> Queued:
    """Store the intent as a row that waits to be sent; sends nothing.

    The caller commits before it delivers. The same request id again returns the row that
    stands already; one that failed is queued again, as it is asked for now. Raises
    RequestReused when a row that did not fail asks for something else.
    """
    rows = row_of(TicketCreation, intent.connection, intent.request_id)
    creation, is_new = find_or_insert(rows, lambda: _write(intent, runtime or Runtime()))
    if is_new:
        return Queued(creation=creation, is_new=True)
    if _again(creation, runtime, connection=intent.connection, **_asked_for(intent)):
        return Queued(creation=rows.get(), is_new=True)
    if not _is_repeat(creation, intent):
        raise RequestReused(
            f"This form was sent already, and made “{creation.summary}”. Nothing else was created. "
            "Create it now if it is a ticket of its own.",
            creation,
        )
    return Queued(creation=creation, is_new=False)


def deliver(
    creation_id: UUID, runtime: Runtime | None = None, *, at_once: bool = False
) -> TicketCreation | None:
    """Do the next thing that a new ticket needs; see `worker.deliver`."""
    return worker.deliver(TICKET, creation_id, runtime, at_once=at_once)


def _is_repeat(known: TicketCreation, intent: TicketIntent) -> bool:
    """Return whether this asks for the same; how a choice is called meanwhile is no matter."""
    asked = {what: one.id for what, one in intent.chosen.items()}
    stored = {what: known.id_of(what) for what in known.chosen}
    return (known.summary, known.description, stored) == (intent.summary, intent.description, asked)


def _write(intent: TicketIntent, runtime: Runtime) -> TicketCreation:
    now, key = runtime.now(), uuid4()
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


def _asked_for(intent: TicketIntent) -> dict[str, Any]:
    chosen = {what: {"id": one.id, "name": one.name} for what, one in intent.chosen.items()}
    return {"summary": intent.summary, "description": intent.description, "chosen": chosen}


def reference_of(key: UUID) -> str:
    """Return what the ticket of this row is found by, such as RF-T4F2K9QX8MN2P."""
    return f"RF-T{code_of(key.bytes, 12)}"


# --- What a person does about one that failed ---------------------------------------------


def retry(creation: TicketCreation, runtime: Runtime | None = None) -> None:
    """Queue a failed creation again; sends nothing.

    Raises NotRetryable if it is not failed (any more), or has no connection left.
    """
    if creation.connection_id is None:
        raise NotRetryable(
            "The connection that this ticket was meant for is removed. Open it for editing to "
            "create it through the new connection."
        )
    if not _again(creation, runtime):
        raise NotRetryable("This ticket was retried already. Look at how it stands now.")


def _again(creation: TicketCreation, runtime: Runtime | None = None, **fields: Any) -> bool:
    """Queue a failed creation again, with other content if given; False if it is not failed."""
    again = TICKET.again((runtime or Runtime()).now())
    failed = TicketCreation.objects.filter(pk=creation.pk, state=State.FAILED)
    return bool(failed.update(**again, **fields))
