"""What a page tells the parts of a ticket, so that none of them has to read the ticket first.

Whoever shows a ticket knows its summary and its company. htmx sends them along in a header when
it asks for the parts that search by them: addresses stand in the logs of proxies, in histories
and in referrers, headers of ours do not. They have no authority: whatever they say, it is
searched for in the account's own PSA only, and what does not hold finds nothing.
"""

import json
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.http import urlencode

from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.types import About, Ticket

HEADER = "X-Ticket-About"
# Longer than any summary or id that a PSA has; what is beyond is no use to a search.
_LONGEST = 200


def headers_of(ticket: Ticket) -> str:
    """Return what is known of the ticket as `hx-headers` takes it, in ASCII."""
    about = of(ticket)
    known = {"summary": about.summary[:_LONGEST], "company": about.company_id}
    return json.dumps({HEADER: urlencode(known)})


def of(ticket: Ticket) -> About:
    """Return what tickets related to this one are looked for by."""
    company_id = ticket.company.id if ticket.company else ""
    return About(ticket_id=ticket.id, summary=ticket.summary, company_id=company_id)


def company_of(request: HttpRequest) -> str:
    """Return the company's id as the request tells it, or ""."""
    return _told(request).get("company", "")


def told_or_read(connection: PsaConnection, ticket_id: str, request: HttpRequest) -> About:
    """Return what the request tells of the ticket, or else the ticket. May raise PsaError."""
    told = _told(request)
    if "summary" not in told:
        return of(open_provider(connection).get_ticket(ticket_id))
    return About(ticket_id=ticket_id, summary=told["summary"], company_id=told.get("company", ""))


def _told(request: HttpRequest) -> dict[str, str]:
    try:
        told = parse_qsl(request.headers.get(HEADER, ""), keep_blank_values=True, max_num_fields=2)
    except ValueError:
        return {}
    return {name: value[:_LONGEST] for name, value in told}
