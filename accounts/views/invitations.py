"""Invitations: made and looked after by administrators, accepted through their link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, invitations, known_browsers, log_ins, mail
from accounts.forms import AcceptForm, InviteForm
from accounts.invitations import InvitationOver, InvitationRefused, InvitationUnknown
from accounts.models import Invitation
from accounts.permissions import Right
from accounts.views import team_page
from accounts.views.team_page import link_of
from resolutionflow.lib.ratelimit import address_of, charge, hit, too_many


@require_POST
@access.requires(Right.ADMINISTER)
def invite(request: HttpRequest) -> HttpResponseBase:
    """Invite somebody; the team page then shows the link to copy."""
    account, actor = access.account_of(request), access.user_of(request)
    form = InviteForm(request.POST, actor=actor)
    if not form.is_valid():
        return team_page.show(request, account, invite_form=form, status=422)
    charge(request, "invite")
    try:
        invitation = invitations.invite(account, actor, **form.cleaned_data)
    except InvitationRefused as refused:
        form.add_error(refused.field or None, refused.sentence)
        return team_page.show(request, account, invite_form=form, status=422)
    return _sent(request, invitation)


@require_POST
def resend(request: HttpRequest, invitation_id: int) -> HttpResponseBase:
    """Make a new link for another week; the old one ends."""
    invitation = access.get_invitation(request, invitation_id)
    charge(request, "invite")
    try:
        renewed = invitations.renew(invitation, access.user_of(request))
    except InvitationRefused as refused:
        return _too_late(request, invitation, refused)
    return _sent(request, renewed)


@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponseBase:
    """End an invitation's link."""
    invitation = access.get_invitation(request, invitation_id)
    try:
        invitations.withdraw(invitation, access.user_of(request))
    except InvitationRefused as refused:
        return _too_late(request, invitation, refused)
    messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
    return redirect("accounts:team")


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let who was invited choose a password, and log in; 410 when the link is over."""
    if seconds := hit("link", address_of(request)):
        return too_many(request, seconds)
    try:
        invitation = invitations.opened_by(token)
        form = AcceptForm(request.POST or None, invitation=invitation)
        if request.method == "POST" and form.is_valid():
            user = invitations.accept(
                token, form.cleaned_data["name"], form.cleaned_data["password1"]
            )
            log_ins.begin(request, user, "an invitation")
            messages.success(request, f"Welcome to {invitation.account}.")
            return known_browsers.remember(request, redirect("dashboard"), user)
    except InvitationUnknown:
        raise Http404 from None
    except InvitationOver as over:
        return render(request, "accounts/invite_over.html", {"over": over}, status=410)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/invite.html", context, status=status)


def _sent(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    """Send the link where a mail server is set, and say what remains to be done."""
    match mail.send_invitation(invitation, link_of(invitation)):
        case True:
            messages.success(request, f"{invitation.email} was sent an invitation.")
        case False:
            messages.warning(
                request,
                f"The invitation of {invitation.email} stands, but the mail server did not take "
                "the e-mail. Copy the link and send it yourself.",
            )
        case None:
            messages.success(
                request, f"Copy the link below and send it to {invitation.email} yourself."
            )
    return redirect("accounts:team")


def _too_late(
    request: HttpRequest, invitation: Invitation, refused: InvitationRefused
) -> HttpResponse:
    return team_page.show(request, invitation.account, problem=refused.sentence, status=409)
