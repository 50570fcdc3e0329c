"""The team: who works here, with which role; and what is done about one of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access, emails, mail, passwords, security, team
from accounts.forms import NewEmailForm, RoleForm
from accounts.models import User
from accounts.permissions import Right, may, may_give
from accounts.views import emails as emails_view
from accounts.views import team_page
from accounts.views.passwords import link_to
from resolutionflow.lib.ratelimit import charge


@require_safe
@access.requires(Right.ADMINISTER)
def listing(request: HttpRequest) -> HttpResponseBase:
    """List the people that match the filter in the address, and the open invitations."""
    return team_page.show(request, access.account_of(request))


@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one person of the team, and what can be done about them."""
    return _page(request, access.get_person(request, user_id, Right.ADMINISTER))


@require_POST
def role(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Give a person another role; 409 if it was changed since the form was opened."""
    person = access.get_person_to_change(request, user_id)
    actor = access.user_of(request)
    form = RoleForm(request.POST, actor=actor, person=person)
    if not form.is_valid():
        return _page(request, person, form=form, status=422)
    try:
        team.change_role(actor, person, form.cleaned_data["role"], form.cleaned_data["seen"])
    except team.TeamRefused as refused:
        return _refused(request, person, refused)
    messages.success(request, f"{person} is {person.get_role_display()} now.")
    return redirect("accounts:person", person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """GET: say what stays and what goes. POST: end the person's log-ins and keep them out."""
    person = access.get_person_to_change(request, user_id)
    if request.method != "POST":
        return render(request, "accounts/deactivate.html", {"person": person})
    try:
        team.deactivate(access.user_of(request), person)
    except team.TeamRefused as refused:
        return _refused(request, person, refused)
    messages.success(request, f"{person} is logged out everywhere and cannot log in any more.")
    return redirect("accounts:person", person.pk)


@require_POST
def reactivate(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Let a person log in again."""
    person = access.get_person_to_change(request, user_id)
    try:
        team.reactivate(access.user_of(request), person)
    except team.TeamRefused as refused:
        return _refused(request, person, refused)
    messages.success(request, f"{person} can log in again, with the password of before.")
    return redirect("accounts:person", person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """GET: say what it means. POST: make this person the owner in one's own place."""
    person = access.get_person(request, user_id, Right.OWN)
    if request.method != "POST":
        return render(request, "accounts/transfer.html", {"person": person})
    try:
        team.transfer(access.user_of(request), person)
    except team.TeamRefused as refused:
        return _refused(request, person, refused)
    messages.success(request, f"{person} owns {person.account} now. You are an admin of it.")
    return redirect("accounts:person", person.pk)


@require_POST
def password_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Make a link to a new password, send it where a mail server is set, and show it to copy."""
    person = access.get_person_to_change(request, user_id)
    charge(request, "invite")
    try:
        link = link_to(person, passwords.make_link(access.user_of(request), person))
    except passwords.LinkRefused as refused:
        return _page(request, person, problem=refused.sentence, status=409)
    security.password_link_made(request, person)
    match mail.send_password_link(person, link):
        case True:
            messages.success(request, f"{person.email} was sent the link.")
        case False:
            messages.warning(
                request, "The mail server did not take the e-mail. Copy the link and send it."
            )
        case None:
            messages.success(request, f"Copy the link and send it to {person.email} yourself.")
    return _page(request, person, password_link=link)


@require_POST
def email_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Make a link with which the person takes another address; send it there, and show it."""
    person = access.get_person_to_change(request, user_id)
    form = NewEmailForm(request.POST)
    if not form.is_valid():
        return _page(request, person, email_form=form, status=422)
    charge(request, "invite")
    email = form.cleaned_data["new_email"]
    try:
        link = emails_view.link_to(emails.make_link(access.user_of(request), person, email))
    except emails.EmailRefused as refused:
        if not person.is_active:  # the page shows no form then
            return _page(request, person, problem=refused.sentence, status=409)
        form.add_error("new_email", refused.sentence)
        return _page(request, person, email_form=form, status=422)
    mail.send_email_link(person, link, email)
    messages.success(request, f"{person} takes the address {email} with the link.")
    return _page(request, person, email_link=link, new_email=email)


def _refused(request: HttpRequest, person: User, refused: team.TeamRefused) -> HttpResponse:
    """Show the person as they stand now, and why nothing was changed."""
    person.refresh_from_db()
    return _page(request, person, problem=refused.sentence, status=409)


def _page(
    request: HttpRequest,
    person: User,
    *,
    form: RoleForm | None = None,
    problem: str = "",
    status: int = 200,
    **shown: object,
) -> HttpResponse:
    actor = access.user_of(request)
    own = may(actor, Right.OWN) and actor.account_id == person.account_id
    context = {
        "person": person,
        "form": form or RoleForm(actor=actor, person=person),
        "problem": problem,
        "email_form": NewEmailForm(),
        "is_self": actor == person,
        "may_change": actor != person and may_give(actor, person.role),
        "may_transfer": own and actor != person and person.is_active,
        **shown,
    }
    return render(request, "accounts/person.html", context, status=status)
