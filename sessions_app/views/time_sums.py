"""An account's sums of time, for its administrators: a page, and a file for a spreadsheet."""

from datetime import timedelta
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts import security
from accounts.access import account_of, requires
from accounts.permissions import Right
from resolutionflow.lib import spreadsheet
from resolutionflow.lib.hours import decimal
from sessions_app import time_sums
from sessions_app.booking_forms import PeriodForm

PAGE_SIZE = 50
HEAD = ("client", "ticket", "summary", "worked (h)", "booked (h)")


@require_safe
@requires(Right.ADMINISTER)
def sums(request: HttpRequest) -> HttpResponseBase:
    """Show what was worked and booked by client and ticket; `format=csv` downloads it."""
    account = account_of(request)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, "sessions_app/time_sums.html", {"form": form}, status=422)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    rows = time_sums.of(account, since, until)
    query = urlencode({"since": since, "until": until})
    if request.GET.get("format") == "csv":
        security.exported(request, account, "time", query)
        name = f"time-{since:%Y-%m-%d}-{until:%Y-%m-%d}.csv"
        return spreadsheet.download(name, HEAD, map(_cells, rows))
    context = {
        "form": PeriodForm(initial={"since": since, "until": until}),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": query,
        "worked": sum((row.worked for row in rows), timedelta()),
        "booked": sum((row.booked for row in rows), Decimal(0)),
    }
    return render(request, "sessions_app/time_sums.html", context)


def _cells(row: time_sums.Row) -> tuple[object, ...]:
    return (row.client, row.ticket_id, row.summary, decimal(row.worked), row.booked)
