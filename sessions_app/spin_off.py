"""A second problem that becomes a ticket of its own without leaving its session."""

from functools import partial

from django.db.models import QuerySet

from psa.models import PsaConnection, TicketCreation
from psa.opened import open_provider
from psa.providers.errors import PsaError
from psa.providers.types import Ticket
from resolutionflow.lib.side_by_side import settled
from sessions_app.models import SessionTicket, WorkSession
from tickets import intake
from tickets.intake import Lists
from tickets.new_form import LONGEST_SUMMARY, NewTicketForm

# Of one session; more than anybody spins off.
MOST_SHOWN = 50


def of_session(session: WorkSession) -> QuerySet[SessionTicket]:
    """Return the tickets that were spun off from the session last, the newest first."""
    ties = SessionTicket.objects.filter(session=session).select_related("creation__connection")
    return ties.order_by("-creation__created_at")[:MOST_SHOWN]


# --- What the form starts with -------------------------------------------------------


def start_with(
    connection: PsaConnection, session: WorkSession, said: dict[str, str]
) -> tuple[NewTicketForm, Lists, str]:
    """Return the form, its lists, and a sentence where the session's ticket could not be read.

    `said` are values of the address or of a draft; they come before those of the session. The
    ticket that is linked is read now: its company and board, and where they came from.
    """
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
    form = _from(connection, session, linked, said)
    lists: Lists = known.result()
    if form.board_id != said.get("board", ""):
        lists = intake.lists(connection, form.board_id)
    return form, lists, problem


def _linked(connection: PsaConnection, ticket_id: str) -> Ticket | None:
    return open_provider(connection).get_ticket(ticket_id) if ticket_id else None


def _from(
    connection: PsaConnection, session: WorkSession, linked: Ticket | None, said: dict[str, str]
) -> NewTicketForm:
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
    form = NewTicketForm(psa=connection.psa_label, initial=context | said)
    for name, words in sources.items():
        if not said.get(name):
            form.source(name, words)
    return form


def tie(session: WorkSession, creation: TicketCreation) -> None:
    """Tie a new ticket to the session that it was spun off from; a repeat changes nothing."""
    SessionTicket.objects.get_or_create(creation=creation, defaults={"session": session})
