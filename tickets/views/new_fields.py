"""What the fields of a new ticket ask for while somebody fills them."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import account_of, requires
from accounts.permissions import Right
from psa import catalog
from psa.access import working_connection
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from tickets import intake
from tickets.forms import CompanyForm, ContactForm
from tickets.new_form import NewTicketForm, prefilled
from tickets.views import new_dialog


@require_GET
@requires(Right.WORK)
def choices(request: HttpRequest) -> HttpResponseBase:
    """Offer the statuses and types of the board; a browser gets the whole form."""
    connection = working_connection(account_of(request))
    form = NewTicketForm(psa=connection.psa_label, initial=prefilled(request.GET))
    if not is_htmx(request):
        return new_dialog.show(request, connection, form)
    known = intake.lists(connection, form.board_id)
    intake.offer_of_board(form, known, keep=False)
    context = {"form": form, "lists": known, "alone": True}
    return render(request, "tickets/_new_choices.html", context)


# What follows is asked with POST, though it changes nothing: what people type about a ticket and
# its customer stays out of addresses, and so out of the logs of proxies.


@require_POST
@requires(Right.WORK)
def companies(request: HttpRequest) -> HttpResponseBase:
    """Offer the companies of a name, for the form's field."""
    connection = working_connection(account_of(request))
    form = CompanyForm(request.POST)
    if valid := form.is_valid():
        charge(request, "search")
    found = catalog.companies(connection, form.name) if valid else ()
    options = [(each.id, each.name, each.identifier) for each in found]
    return _options(request, "company", options, 200 if valid else 422)


@require_POST
@requires(Right.WORK)
def contacts(request: HttpRequest) -> HttpResponseBase:
    """Offer the contacts of the company that was chosen, for the form's field."""
    connection = working_connection(account_of(request))
    form = ContactForm(request.POST)
    valid = form.is_valid()
    company = form.cleaned_data.get("company", "")
    if can_ask := valid and bool(company):
        charge(request, "search")
    found = catalog.contacts(connection, company, form.name) if can_ask else ()
    options = [(each.id, each.name, each.title) for each in found]
    return _options(request, "contact", options, 200 if valid else 422, needs_company=not company)


def _options(
    request: HttpRequest, what: str, options: list[tuple[str, str, str]], status: int, **more: bool
) -> HttpResponse:
    """Answer with options for a field, or a page of buttons that open the form with each."""
    part = "#options" if is_htmx(request) else ""
    chosen = (what, f"{what}_name", "csrfmiddlewaretoken")
    carried = {name: value for name, value in request.POST.items() if name not in chosen}
    context = {"what": what, "options": options, "carried": carried, **more}
    return render(request, f"tickets/new_options.html{part}", context, status=status)


@require_POST
@requires(Right.WORK)
def alike(request: HttpRequest) -> HttpResponseBase:
    """Show the company's open tickets that look like the one that is being written."""
    connection = working_connection(account_of(request))
    asked = prefilled(request.POST)
    company, summary = asked.get("company", ""), asked.get("summary", "")
    if intake.can_be_alike(company, summary):
        charge(request, "search")
    found = intake.alike(connection, company, summary)
    template = "tickets/_new_alike.html" if is_htmx(request) else "tickets/new_alike.html"
    return render(request, template, {"alike": found})
