"""The audit: who administered what, as a page and as a download, and whether it is whole."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts import access, audit, security
from accounts.forms import AuditFilterForm
from accounts.models import AuditEntry
from accounts.permissions import Right
from resolutionflow.lib import spreadsheet
from resolutionflow.lib.htmx import is_htmx

PAGE_SIZE = 50
HEAD = ("number", "at (UTC)", "person", "e-mail", "action", "of", "before", "after", "hash")


@require_safe
@access.requires(Right.ADMINISTER)
def listing(request: HttpRequest) -> HttpResponseBase:
    """Show the entries that match the filter in the address; `format=csv` downloads them."""
    account = access.account_of(request)
    form = AuditFilterForm(request.GET, account=account)
    valid = form.is_valid()
    found = audit.matching(account, form.cleaned_data) if valid else AuditEntry.objects.none()
    if valid and request.GET.get("format") == "csv":
        # Without the entry about this download, which comes after them.
        found = found.filter(number__lte=audit.length(account))
        security.exported(request, account, "audit", request.GET.urlencode())
        rows = map(_row, audit.in_slices(found))
        return spreadsheet.download("audit.csv", HEAD, rows)
    wanted = {name: form.data[name] for name in form.fields if form.data.get(name)}
    context = {
        "form": form,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": urlencode(wanted),
        "filtered": bool(wanted),
    }
    return render(request, "accounts/audit.html", context, status=200 if valid else 422)


@require_safe
@access.requires(Right.ADMINISTER)
def check(request: HttpRequest) -> HttpResponseBase:
    """Read the whole audit and say whether every entry is there and as it was written."""
    context = {"verification": audit.verify(access.account_of(request))}
    part = "#verification" if is_htmx(request) else ""
    return render(request, f"accounts/audit_check.html{part}", context)


def _row(entry: AuditEntry) -> list[object]:
    return [
        entry.number,
        entry.at.strftime("%Y-%m-%d %H:%M:%S"),
        entry.actor_name,
        entry.actor_email,
        entry.action,
        entry.target,
        "; ".join(f"{name}: {value}" for name, value in entry.before.items()),
        "; ".join(f"{name}: {value}" for name, value in entry.after.items()),
        entry.hash,
    ]
