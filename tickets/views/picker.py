"""The picker's search: options for the dialog that asks, a page of its own for a browser."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import account_of, requires, user_of
from accounts.permissions import Right
from psa.access import working_connection
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from tickets import choices, picker
from tickets.forms import SearchForm


@require_GET
@requires(Right.WORK)
def search(request: HttpRequest) -> HttpResponseBase:
    """Find tickets by words, number, board and status; without words the recent ones."""
    connection = working_connection(account_of(request))
    form = SearchForm(request.GET)
    if form.is_valid():
        charge(request, "search")
    picked = picker.pick(connection, user_of(request), form)
    if not is_htmx(request):
        form.offer(picked.choices if picked else choices.load(connection))
    template = "tickets/_picked.html" if is_htmx(request) else "tickets/search.html"
    context = {"form": form, "picked": picked}
    return render(request, template, context, status=200 if picked else 422)


@require_GET
@requires(Right.WORK)
def search_filters(request: HttpRequest) -> HttpResponseBase:
    """Offer the boards and statuses that the picker narrows down by."""
    if not is_htmx(request):
        return search(request)
    connection = working_connection(account_of(request))
    form = SearchForm(request.GET)
    form.offer(choices.load(connection))
    return render(request, "tickets/_search_filters.html", {"form": form})
