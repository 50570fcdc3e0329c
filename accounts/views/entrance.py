"""Logging in and out."""

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import demo, log_ins
from accounts.forms import LoginForm
from resolutionflow.lib.ratelimit import address_of, hit, too_many


def next_page(request: HttpRequest) -> str:
    """Return where to go afterwards: the page that was asked for, if it is one of ours."""
    url = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _seconds_to_wait(request: HttpRequest) -> int:
    """Count one attempt to log in; by e-mail and address, and by address over all e-mails."""
    address, email = address_of(request), request.POST.get("username", "").strip().lower()
    return hit("login", address, email) or hit("login_address", address)


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log in by e-mail and password, then go on to the page that was asked for."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    if request.method == "POST" and (seconds := _seconds_to_wait(request)):
        return too_many(request, seconds)
    form = LoginForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        log_ins.begin(request, form.get_user())
        return HttpResponseRedirect(next_page(request))
    context = {
        "form": form,
        "next": next_page(request),
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
