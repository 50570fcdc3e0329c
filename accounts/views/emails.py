"""Another e-mail address for a log-in: asked for, and confirmed through the link."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import access, emails, mail
from accounts.forms import ConfirmEmailForm, NewEmailForm
from accounts.permissions import Right
from resolutionflow.lib import links
from resolutionflow.lib.ratelimit import address_of, charge, hit, too_many


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(Right.READ)
def own(request: HttpRequest) -> HttpResponseBase:
    """Send a link to a new address of one's own, where a mail server is set."""
    person, by_mail = access.user_of(request), bool(settings.EMAIL_URL)
    form = NewEmailForm(request.POST if by_mail and request.method == "POST" else None)
    sent = ""
    if form.is_valid():
        charge(request, "invite")
        email = form.cleaned_data["new_email"]
        try:
            link = link_to(emails.make_link(person, person, email))
        except emails.EmailRefused as refused:
            form.add_error("new_email", refused.sentence)
        else:
            mail.send_email_link(person, link, email)
            sent = email
    context = {"form": form, "by_mail": by_mail, "sent": sent}
    return render(request, "accounts/own_email.html", context, status=422 if form.errors else 200)


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let who has the link and the password take the address; 410 when the link is over."""
    if seconds := hit("link", address_of(request)):
        return too_many(request, seconds)
    try:
        person, email = emails.opened_by(token)
        form = ConfirmEmailForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            if seconds := hit("login", "user", str(person.pk)):
                return too_many(request, seconds)
            try:
                person = emails.confirm(token, form.cleaned_data["password"])
            except emails.EmailRefused as refused:
                form.add_error("password", refused.sentence)
            else:
                messages.success(request, f"You log in as {person.email} from now on.")
                return redirect("dashboard")
    except emails.LinkOver:
        return render(request, "accounts/email_over.html", status=410)
    context = {"form": form, "person": person, "email": email}
    return render(request, "accounts/email.html", context, status=422 if form.errors else 200)


def link_to(token: str) -> str:
    """Return the address under which a new e-mail address is confirmed."""
    return links.absolute(reverse("accounts:email", args=[token]))
