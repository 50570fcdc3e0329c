"""The tickets page: its filter is its address."""

import math

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import account_of, requires, user_of
from accounts.permissions import Right
from psa import catalog, opened
from psa.access import connection_of, working_connection
from psa.labels import label_for
from psa.models import PsaConnection
from psa.providers.errors import RateLimited
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from tickets import companies as company_names
from tickets import listing
from tickets.filters import Wanted
from tickets.forms import CompanyForm, TicketFilterForm


@require_GET
@requires(Right.WORK)
def tickets(request: HttpRequest) -> HttpResponseBase:
    """List the tickets that the filter in the address describes."""
    connection = working_connection(account_of(request))
    if "company_name" in request.GET:
        return _with_company(request, connection)
    form = TicketFilterForm(request.GET.dict(), psa=label_for(user_of(request)))
    if form.is_valid():
        charge(request, "search")
    found = listing.find(connection, user_of(request), form)
    return _answer(request, found)


@require_GET
@requires(Right.WORK)
def companies(request: HttpRequest) -> HttpResponseBase:
    """Offer the companies of a name: options for the filter's field, links for everybody else."""
    connection = working_connection(account_of(request))
    form, wanted = CompanyForm(request.GET), _wanted(request)
    if valid := form.is_valid():
        charge(request, "search")
    found = company_names.matching(connection, form.name) if valid else ()
    context = {
        "form": form,
        "options": [(each, wanted.with_(company=each.id).query) for each in found],
        "hidden": wanted.with_(company="").pairs,
        "rest": wanted.with_(company="").query,
    }
    part = "#options" if is_htmx(request) else ""
    return render(request, f"tickets/companies.html{part}", context, status=200 if valid else 422)


@require_POST
@requires(Right.WORK)
def refresh(request: HttpRequest) -> HttpResponseBase:
    """Forget what is remembered of the PSA's lists, and show the page anew."""
    account = account_of(request)
    catalog.forget(account)
    if connection := connection_of(account):
        # What its provider knows of itself: the open statuses. Other processes follow in minutes.
        opened.forget(connection.pk)
    messages.success(request, "Boards, statuses, people and companies are read anew.")
    return redirect(_address(_wanted(request)))


def _answer(request: HttpRequest, found: listing.Found) -> HttpResponse:
    part = "#results" if is_htmx(request) else ""
    context = {"found": found, "form": found.form, "wanted": found.wanted, "fragment": bool(part)}
    if found.page is not None:
        pages = Paginator(range(found.page.total), found.page.page_size)
        context["pages"] = pages.get_page(found.page.page)
    response = render(request, f"tickets/list.html{part}", context, status=found.status)
    if isinstance(found.failure, RateLimited):
        response["Retry-After"] = str(math.ceil(found.failure.retry_after))
    return response


def _with_company(request: HttpRequest, connection: PsaConnection) -> HttpResponseBase:
    """Send on to the filter with the company that was typed, or to where it is chosen."""
    form = CompanyForm(request.GET)
    if form.is_valid():
        charge(request, "search")
        named = company_names.named(connection, _wanted(request), form.name)
        if named is not None:
            return redirect(_address(named))
    return redirect(f"{reverse('tickets:companies')}?{request.GET.urlencode()}")


def _wanted(request: HttpRequest) -> Wanted:
    """Return the filter that the request carries along; the usual one where it does not hold."""
    form = TicketFilterForm(request.GET.dict(), psa=label_for(user_of(request)))
    return form.wanted() if form.is_valid() else Wanted()


def _address(wanted: Wanted) -> str:
    return f"{reverse('tickets:list')}?{wanted.query}".removesuffix("?")
