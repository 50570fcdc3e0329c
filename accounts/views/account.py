"""The account's front page, and a super admin's choice of account."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from accounts.forms import ChooseAccountForm
from accounts.models import Account
from accounts.permissions import Right
from accounts.views.entrance import next_page


@require_safe
@access.requires(Right.ADMINISTER)
def admin_home(request: HttpRequest) -> HttpResponse:
    """Show what an administrator of the account can look after."""
    return render(request, "accounts/admin_home.html", {"account": access.account_of(request)})


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
