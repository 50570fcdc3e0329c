"""The account's front page, and a super admin's choice of account."""

from dataclasses import asdict
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, time_rules
from accounts.forms import ChooseAccountForm, TimeRulesForm
from accounts.models import Account
from accounts.permissions import Right
from accounts.views.entrance import next_page
from resolutionflow.lib.hours import billed

# What was worked, for which the page says what is billed.
EXAMPLES = [timedelta(minutes=each) for each in (4, 22, 61)]


@require_safe
@access.requires(Right.ADMINISTER)
def admin_home(request: HttpRequest) -> HttpResponse:
    """Show what an administrator of the account can look after."""
    return render(request, "accounts/admin_home.html", {"account": access.account_of(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(Right.ADMINISTER)
def rules_of_time(request: HttpRequest) -> HttpResponse:
    """GET: show how time is measured and billed. POST: change it; 422 for what makes no sense."""
    account = access.account_of(request)
    data = request.POST if request.method == "POST" else None
    form = TimeRulesForm(data, initial=asdict(account.time_rules))
    if form.is_valid():
        time_rules.change(account, form.rules(), access.user_of(request))
        messages.success(request, "Saved. Times that were booked stay as they are.")
        return redirect("accounts:time-rules")
    rules = account.time_rules
    context = {"form": form, "examples": [(each, billed(each, rules)) for each in EXAMPLES]}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/time_rules.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Let a super admin choose the account to work in, or all of them."""
    if not access.user_of(request).is_superuser:
        raise PermissionDenied
    chosen = access.chosen_account(request)
    data = request.POST if request.method == "POST" else None
    form = ChooseAccountForm(data, initial={"account": chosen})
    if form.is_valid():
        access.choose_account(request, form.cleaned_data["account"])
        return HttpResponseRedirect(next_page(request))
    context = {"form": form, "accounts": Account.objects.exists(), "next": next_page(request)}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/choose.html", context, status=status)
