"""A new ticket, and a second problem that becomes one without leaving its session."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from psa.models import PsaConnection, TicketCreation
from psa.opened import open_provider
from psa.outbox import tickets
from psa.providers.errors import PsaError
from psa.providers.types import Reference, Ticket
from resolutionflow.lib.side_by_side import settled
from sessions_app import drafts
from sessions_app.models import Draft, SessionTicket, WorkSession
from tickets import intake
from tickets.intake import Lists
from tickets.new_form import LONGEST_SUMMARY, NewTicketForm

State = TicketCreation.State

# Of one session; more than anybody spins off.
MOST_SHOWN = 50
# What failed longer ago is history, not work.
SHOWN_FOR = timedelta(days=7)


def of_session(session: WorkSession) -> QuerySet[SessionTicket]:
    """Return the tickets that were spun off from the session last, the newest first."""
    ties = SessionTicket.objects.filter(session=session).select_related("creation__connection")
    return ties.order_by("-creation__created_at")[:MOST_SHOWN]


# --- What the form starts with -------------------------------------------------------


def start_with(
    connection: PsaConnection, session: WorkSession | None, said: dict[str, str]
) -> tuple[NewTicketForm, Lists, str]:
    """Return the form, its lists, and a sentence where the session's ticket could not be read.

    `said` are values of the address or of a draft; they come before those of the session. The
    ticket that is linked is read now: its company and board, and where they came from.
    """
    if session is None:
        form = NewTicketForm(initial=said)
        return form, intake.lists(connection, form.board_id), ""
    linked_id = session.psa_ticket_id if session.psa_connection == connection else ""
    ticket, known = settled(
        partial(_linked, connection, linked_id),
        partial(intake.lists, connection, said.get("board", "")),
    )
    try:
        linked: Ticket | None = ticket.result()
        problem = ""
    except PsaError as failure:
        linked = None
        problem = (
            f"Ticket #{session.psa_ticket_id} could not be read, so company and board are yours "
            f"to choose. {failure.sentence}"
        )
    form = _from(session, linked, said)
    lists: Lists = known.result()
    if form.board_id != said.get("board", ""):
        lists = intake.lists(connection, form.board_id)
    return form, lists, problem


def _linked(connection: PsaConnection, ticket_id: str) -> Ticket | None:
    return open_provider(connection).get_ticket(ticket_id) if ticket_id else None


def _from(session: WorkSession, linked: Ticket | None, said: dict[str, str]) -> NewTicketForm:
    """Return the form with what session and ticket say, where the person did not say it."""
    context = {"session": str(session.pk)}
    here = f"session {session.reference}"
    if session.psa_ticket_id:
        number = f"#{session.psa_ticket_id}"
        context["description"] = f"Came up while working on {number}: {session.title}"
    else:
        context |= {"summary": session.title[:LONGEST_SUMMARY], "description": session.problem}
        context["company_name"] = session.client_name[:LONGEST_SUMMARY]
    sources = {name: here for name, value in context.items() if value and name != "session"}
    if linked and linked.company:
        context |= {"company": linked.company.id, "company_name": linked.company.name}
        sources["company"] = f"ticket #{linked.id}"
    if linked and linked.board.id:
        context["board"] = linked.board.id
        sources["board"] = f"ticket #{linked.id}"
    form = NewTicketForm(initial=context | said)
    for name, words in sources.items():
        if not said.get(name):
            form.source(name, words)
    return form


# --- Sending it ----------------------------------------------------------------------


def submit(
    connection: PsaConnection,
    user: User,
    session: WorkSession | None,
    form: NewTicketForm,
    chosen: dict[str, Reference],
    draft: str = Draft.Form.TICKET,
) -> TicketCreation:
    """Store the ticket that was confirmed with its session, create it at once, and return it.

    `draft` names the form that kept its text. A repeat creates nothing more. Raises
    RequestReused; nothing was stored then. Never raises PsaError: the outcome stands
    on the row.
    """
    with transaction.atomic():
        queued = intake.queue(connection, user, form.cleaned_data, chosen)
        if session is not None:
            SessionTicket.objects.get_or_create(
                creation=queued.creation, defaults={"session": session}
            )
    # The outbox holds the text now; the form may have kept it outside of the session, too.
    drafts.discard(user, session, draft)
    if _was_sent(drafts.load(user, None, Draft.Form.TICKET), form.cleaned_data):
        drafts.discard(user, None, Draft.Form.TICKET)
    return _deliver(queued.creation) if queued.is_new else queued.creation


def _was_sent(kept: Mapping[str, str], sent: Mapping[str, str]) -> bool:
    """Return whether nothing is typed in the draft `kept` but what was `sent`, or its beginning."""
    summary, description = (kept.get(name, "").split() for name in ("summary", "description"))
    told = " ".join(sent["description"].split())
    return " ".join(summary) == sent["summary"] and told.startswith(" ".join(description))


def retry(row: TicketCreation) -> TicketCreation:
    """Create a failed ticket again, and return how it stands. Raises NotRetryable."""
    tickets.retry(row)
    return _deliver(row)


def _deliver(row: TicketCreation) -> TicketCreation:
    tickets.deliver(row.pk, at_once=True)
    row.refresh_from_db()
    return row


# --- What waits for somebody ---------------------------------------------------------


def that_need(user: User) -> QuerySet[TicketCreation]:
    """Return the person's new tickets that are not there yet: on their way, or failed lately."""
    waiting = TicketCreation.objects.filter(made_by=user, state__in=TicketCreation.PENDING)
    lately = timezone.now() - SHOWN_FOR
    failed = TicketCreation.objects.filter(made_by=user, state=State.FAILED, queued_at__gt=lately)
    return (waiting | failed).order_by("-created_at")
