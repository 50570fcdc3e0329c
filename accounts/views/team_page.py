"""The team page, which several addresses answer with: the people, and who is invited."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from accounts import access, invitations, people
from accounts.forms import InviteForm, PeopleFilterForm
from accounts.models import Account, Invitation, User
from accounts.permissions import may_give
from resolutionflow.lib import links
from resolutionflow.lib.htmx import is_htmx

PAGE_SIZE = 50


def show(
    request: HttpRequest,
    account: Account,
    *,
    invite_form: InviteForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the people that match the address's filter, or all of the page to a browser."""
    form = PeopleFilterForm(request.GET)
    valid = form.is_valid()
    found = people.matching(account, form.cleaned_data) if valid else User.objects.none()
    wanted = {name: form.data[name] for name in form.fields if form.data.get(name)}
    context: dict[str, Any] = {
        "form": form,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": urlencode(wanted),
        "filtered": bool(wanted),
        "problem": problem,
    }
    template = "accounts/team.html#people"
    if not is_htmx(request):
        template = "accounts/team.html"
        actor = access.user_of(request)
        context["invite_form"] = invite_form or InviteForm(actor=actor)
        # A link is a key: only who may give its role sees it.
        context["invitations"] = [
            (each, link_of(each) if may_give(actor, each.role) else "")
            for each in invitations.open_ones(account)
        ]
    return render(request, template, context, status=status if valid else 422)


def link_of(invitation: Invitation) -> str:
    """Return the address under which the invitation is accepted."""
    return links.absolute(reverse("accounts:invite", args=[invitation.token]))
