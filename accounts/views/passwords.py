"""The own password, and links to a new one for who forgot it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import access, known_browsers, log_ins, mail, passwords, security
from accounts.forms import ForgottenForm, NewPasswordForm, OwnPasswordForm
from accounts.models import User
from accounts.permissions import Right
from resolutionflow.lib import links
from resolutionflow.lib.after import after
from resolutionflow.lib.ratelimit import address_of, hit, too_many


@sensitive_post_parameters("old_password", "password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(Right.READ)
def own(request: HttpRequest) -> HttpResponseBase:
    """Change the own password; every other log-in of this person ends, this one stays."""
    person = access.user_of(request)
    if request.method == "POST" and (seconds := hit("login", "user", str(person.pk))):
        return too_many(request, seconds)
    form = OwnPasswordForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        passwords.change(person, form.cleaned_data["password1"])
        log_ins.keep(request, person)
        messages.success(request, "Your new password counts. Every other log-in of yours ended.")
        return redirect("accounts:own-password")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/own_password.html", {"form": form}, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Send a link to a new password, where a mail server is set; else say whom to ask.

    The answer is the same whether anybody has a log-in under the address or not.
    """
    by_mail = bool(settings.EMAIL_URL)
    form = ForgottenForm(request.POST if by_mail and request.method == "POST" else None)
    sent = form.is_valid()
    if sent and (seconds := _seconds_to_wait(request, form.cleaned_data["email"])):
        return too_many(request, seconds)
    context = {"form": form, "sent": sent, "by_mail": by_mail}
    status = 422 if form.errors else 200
    answer = render(request, "accounts/forgotten.html", context, status=status)
    return _send_link(request, answer, form.cleaned_data["email"]) if sent else answer


def _send_link(request: HttpRequest, answer: HttpResponse, email: str) -> HttpResponse:
    """Send the link once the answer is out, whose time then tells nothing."""

    def send() -> None:
        if person := passwords.somebody_with(email):
            link = link_to(person, passwords.token_for(person))
            mail.send_password_link_later(person, link)

    return security.password_link_asked(request, after(answer, send), email)


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, user_id: int, token: str) -> HttpResponseBase:
    """Let who has the link choose a password, and log in; 410 when the link is over."""
    if seconds := hit("link", address_of(request)):
        return too_many(request, seconds)
    try:
        person = passwords.opened_by(user_id, token)
        form = NewPasswordForm(request.POST if request.method == "POST" else None, person=person)
        if form.is_valid():
            person = passwords.choose(user_id, token, form.cleaned_data["password1"])
            security.password_link_used(request, person)
            log_ins.begin(request, person, "a link to a new password")
            messages.success(request, "Your new password counts. Every earlier log-in ended.")
            return known_browsers.remember(request, redirect("dashboard"), person)
    except passwords.LinkOver:
        return render(request, "accounts/password_over.html", status=410)
    status = 422 if form.is_bound else 200
    context = {"form": form, "person": person}
    return render(request, "accounts/new_password.html", context, status=status)


def link_to(person: User, token: str) -> str:
    """Return the address under which this person's password is chosen."""
    return links.absolute(reverse("accounts:new-password", args=[person.pk, token]))


def _seconds_to_wait(request: HttpRequest, email: str) -> int:
    """Count one letter that is asked for: to one address, and from one place."""
    return hit("forgotten", User.log_in_name(email)) or hit(
        "forgotten_address", address_of(request)
    )
