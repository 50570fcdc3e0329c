"""What an account's API key may do, and which right to change in the PSA's role editor.

Reading shows one half. The other half our own writes have shown, since these keys are in use:
the outboxes hold which went through, and which were refused for want of which right.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from psa import catalog
from psa.models import Post, PsaConnection, TicketChange, TicketDocument, TimeEntry
from psa.opened import credentials_of, open_provider, open_unshared
from psa.outbox import changes, notes
from psa.outbox.notes import NoteIntent
from psa.providers.types import Credentials, NoteType, RightCheck, RightsReport, Write

# Seconds. Who opens the page twice has not changed the role in between.
REMEMBERED = 5 * 60
_REFUSED = "permission"
Kind, State = TicketChange.Kind, TicketChange.State

_NOTE = (
    "Permission check from ResolutionFlow, asked for by {name}: its API key may add notes. "
    "Nothing needs to be done about this ticket.\n\nResolutionFlow · {marker}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of writing on a ticket for the check's sake."""

    note: Post
    status: TicketChange


def check(connection: PsaConnection, *, again: bool = False) -> RightsReport:
    """Return what the keys in use may do, also of a paused connection. May raise PsaError.

    The answer is remembered for some minutes; `again` asks anew, and drops whatever else is
    remembered about this PSA: it may show more now.
    """
    if again:
        catalog.forget(connection.account)
    report = catalog.remembered(
        connection, "rights", REMEMBERED, lambda: check_keys(connection, credentials_of(connection))
    )
    return _with_writes(report, connection)


def check_keys(connection: PsaConnection, credentials: Credentials) -> RightsReport:
    """Return what reading shows of keys that are not in use. May raise PsaError."""
    provider = open_unshared(connection.provider, credentials, connection.account.name)
    try:
        return provider.check_rights()
    finally:
        provider.close()


def try_writing(connection: PsaConnection, user: User, ticket_id: str, request_id: UUID) -> Tried:
    """Write on the ticket that a person named: a note for colleagues, and its own status again.

    Through the outboxes, like everything that is written; `check` reads there what came of
    it. The same request id again writes nothing new. Raises PsaError when the ticket cannot be
    read, and then nothing was written; what the PSA refuses stands on the rows.
    """
    status = open_provider(connection).get_ticket(ticket_id).status
    marker = f"RF-C{request_id.hex[:8].upper()}"
    queued = notes.queue(
        NoteIntent(
            connection=connection,
            author=user,
            request_id=request_id,
            ticket_id=ticket_id,
            note_type=NoteType.INTERNAL_ANALYSIS,
            content=_NOTE.format(name=user.get_full_name(), marker=marker),
            marker=marker,
        )
    )
    if queued.is_new:
        notes.deliver(queued.post.pk, at_once=True)
        queued.post.refresh_from_db()
    again = changes.send_status_again(
        connection, user, ticket_id=ticket_id, status=status, request_id=request_id
    )
    return Tried(note=queued.post, status=again)


def _with_writes(report: RightsReport, connection: PsaConnection) -> RightsReport:
    """Fill in what our writes have shown."""
    shown = {
        str(right): answer
        for function in report.functions
        for right in function.rights
        if right.shown_by and (answer := _shown(right, right.shown_by, connection)) is not None
    }
    functions = tuple(
        replace(
            function,
            rights=tuple(
                replace(right, granted=shown.get(str(right), right.granted))
                for right in function.rights
            ),
        )
        for function in report.functions
    )
    return replace(report, functions=functions)


def _shown(right: RightCheck, write: Write, connection: PsaConnection) -> bool | None:
    """Return what the newest write that tells anything about the right has shown."""
    match write:
        case Write.NOTE:
            return _shown_by_notes(right, connection)
        case Write.STATUS:
            return _shown_by_changes(right, connection, Kind.STATUS, applied_shows=True)
        case Write.ASSIGN:
            # One that went through may have made somebody the owner, which takes another right.
            return _shown_by_changes(right, connection, Kind.ASSIGN, applied_shows=False)
        case Write.UNASSIGN:
            return _shown_by_changes(right, connection, Kind.UNASSIGN, applied_shows=False)
        case Write.TIME:
            return _shown_by_time(right, connection)
        case Write.DOCUMENT:
            return _shown_by_documents(right, connection)
        case _:
            return None


def _shown_by_notes(right: RightCheck, connection: PsaConnection) -> bool | None:
    refused = Q(state=Post.State.FAILED, error_kind=_REFUSED, error__contains=str(right))
    return _newest_of(Post, refused, Post.State.POSTED, connection)


def _shown_by_time(right: RightCheck, connection: PsaConnection) -> bool | None:
    refused = Q(state=TimeEntry.State.FAILED, error_kind=_REFUSED, error__contains=str(right))
    return _newest_of(TimeEntry, refused, TimeEntry.State.BOOKED, connection)


def _shown_by_documents(right: RightCheck, connection: PsaConnection) -> bool | None:
    states = TicketDocument.State
    refused = Q(state=states.FAILED, error_kind=_REFUSED, error__contains=str(right))
    return _newest_of(TicketDocument, refused, states.ATTACHED, connection)


def _newest_of(
    model: type[Post | TimeEntry | TicketDocument], refused: Q, done: str, connection: PsaConnection
) -> bool | None:
    states = model.objects.filter(
        refused | Q(state=done),
        account_id=connection.account_id,
        connection=connection,
        attempt_started_at__gte=connection.keys_since,
    ).order_by("-created_at")
    newest = states.values_list("state", flat=True).first()
    return None if newest is None else newest == done


def _shown_by_changes(
    right: RightCheck, connection: PsaConnection, kind: TicketChange.Kind, *, applied_shows: bool
) -> bool | None:
    telling = Q(state=State.FAILED, error_kind=_REFUSED, error__contains=str(right))
    if applied_shows:
        telling |= Q(state=State.APPLIED)
    states = TicketChange.objects.filter(
        telling,
        account_id=connection.account_id,
        connection=connection,
        kind=kind,
        # What was so already was not sent, and shows nothing.
        sent_at__gte=connection.keys_since,
    ).order_by("-sent_at")
    newest = states.values_list("state", flat=True).first()
    return None if newest is None else newest == State.APPLIED
