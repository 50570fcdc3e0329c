"""Logging in and out, the account's front page, and a super admin's choice of account."""

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access, demo
from accounts.forms import ChooseAccountForm, LoginForm
from accounts.models import Account
from accounts.permissions import Right
from resolutionflow.lib.ratelimit import address_of, hit, too_many


def _next(request: HttpRequest) -> str:
    """Return where to go afterwards: the page that was asked for, if it is one of ours."""
    url = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _login_key(_group: str, request: HttpRequest) -> str:
    return f"{address_of(request)} {request.POST.get('username', '').strip().lower()}"


def _seconds_to_wait(request: HttpRequest) -> int:
    """Count one attempt to log in; by e-mail and address, and by address over all e-mails."""
    return hit(request, "login", _login_key) or hit(
        request, "login_address", lambda _group, request: address_of(request)
    )


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log in by e-mail and password, then go on to the page that was asked for."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    if request.method == "POST" and (seconds := _seconds_to_wait(request)):
        return too_many(request, seconds)
    form = LoginForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        auth.login(request, form.get_user())
        return HttpResponseRedirect(_next(request))
    context = {
        "form": form,
        "next": _next(request),
        "demo_logins": demo.logins() if settings.DEMO else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/login.html", context, status=status)


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out; without a log-in it is the same."""
    auth.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


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
        return HttpResponseRedirect(_next(request))
    context = {"form": form, "accounts": Account.objects.exists(), "next": _next(request)}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/choose.html", context, status=status)
