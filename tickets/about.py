"""What a page tells the parts of a ticket, so that none of them has to read the ticket first.

Whoever shows a ticket knows its summary and its company. They stand in the addresses of the
parts that search by them. They have no authority: whatever they say, it is searched for in the
account's own PSA only, and what does not hold finds nothing.
"""

from django.http import QueryDict
from django.utils.http import urlencode

from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.types import About, Ticket

# Longer than any summary or id that a PSA has; what is beyond is no use to a search.
_LONGEST = 200


def query_of(ticket: Ticket) -> str:
    """Return what is known of the ticket, as the query of an address."""
    about = of(ticket)
    return urlencode({"summary": about.summary, "company": about.company_id})


def of(ticket: Ticket) -> About:
    """Return what tickets related to this one are looked for by."""
    company_id = ticket.company.id if ticket.company else ""
    return About(ticket_id=ticket.id, summary=ticket.summary, company_id=company_id)


def company_of(query: QueryDict) -> str:
    """Return the company's id as the address tells it, or ""."""
    return query.get("company", "")[:_LONGEST]


def told_or_read(connection: PsaConnection, ticket_id: str, query: QueryDict) -> About:
    """Return what the address tells of the ticket, or else the ticket. May raise PsaError."""
    if "summary" not in query:
        return of(open_provider(connection).get_ticket(ticket_id))
    return About(
        ticket_id=ticket_id,
        summary=query.get("summary", "")[:_LONGEST],
        company_id=company_of(query),
    )
