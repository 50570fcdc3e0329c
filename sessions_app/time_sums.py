"""What an account worked and booked in a period, by client and ticket; nobody's minutes.

An interval counts to the day on which it began. What still runs is counted once it has ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import DurationField, ExpressionWrapper, F, Sum

from accounts.models import Account
from psa.models import TimeEntry
from resolutionflow.lib.zones import start_of
from sessions_app.models import WorkInterval

_ZERO, _NONE = timedelta(), Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One ticket of a client, or what a client had worked without a ticket."""

    client: str
    ticket_id: str
    summary: str
    worked: timedelta
    booked: Decimal


def of(account: Account, since: date, until: date) -> list[Row]:
    """Return the sums of these days, both included, by client and ticket."""
    worked = _worked(account, since, until)
    booked = _booked(account, since, until)
    known = {row.ticket_id for row in worked if row.ticket_id}
    rows = [
        Row(
            client=row.client,
            ticket_id=row.ticket_id,
            summary=row.summary,
            worked=row.worked,
            booked=booked.get(row.ticket_id, _NONE) if row.ticket_id else _NONE,
        )
        for row in worked
    ]
    rows += [
        Row(client="", ticket_id=ticket_id, summary="", worked=_ZERO, booked=hours)
        for ticket_id, hours in booked.items()
        if ticket_id not in known
    ]
    return sorted(rows, key=lambda row: (row.client.casefold(), row.ticket_id))


def _worked(account: Account, since: date, until: date) -> Sequence[Row]:
    """Return what was worked, with no booked time yet: a ticket once, whatever it was called."""
    length = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
    intervals = WorkInterval.objects.filter(
        session__account=account,
        kind=WorkInterval.Kind.WORK,
        started_at__gte=start_of(since),
        started_at__lt=start_of(until + timedelta(days=1)),
    ).order_by()
    names = ("psa_ticket_company", "client_name", "psa_ticket_id", "psa_ticket_summary")
    sums = intervals.values_list(*(f"session__{name}" for name in names)).annotate(sum=Sum(length))
    rows: dict[tuple[str, str], Row] = {}
    for company, client_name, ticket_id, summary, length_of in sums:
        client = company or client_name
        key = ("", ticket_id) if ticket_id else (client, "")
        known = rows.get(key)
        rows[key] = Row(
            client=known.client if known and known.client else client,
            ticket_id=ticket_id,
            summary=summary if ticket_id else "",
            worked=length_of + (known.worked if known else _ZERO),
            booked=_NONE,
        )
    return list(rows.values())


def _booked(account: Account, since: date, until: date) -> dict[str, Decimal]:
    entries = TimeEntry.objects.filter(
        account=account, day__range=(since, until), state=TimeEntry.State.BOOKED
    ).order_by()
    return dict(entries.values_list("ticket_id").annotate(sum=Sum("hours")))
