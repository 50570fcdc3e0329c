"""What people of an account could do to others, and to super admins."""

from typing import Any

from tests.siege.attack import Found, attack, control
from tests.siege.installation import PASSWORD, SUPER_ADMIN, Installation, account_of, email_of
from tests.staging.entrance import is_logged_in


def _person(email: str) -> Any:
    from accounts.models import User

    return User.objects.get(email=email)


@attack("super-admin-member")
def super_admin_member(besieged: Installation) -> Found:
    """The database itself refuses one who is both."""
    from django.db import IntegrityError, transaction

    from accounts.models import User

    control(is_logged_in(besieged.visitor().log_in(SUPER_ADMIN, PASSWORD)), "super admins log in")
    try:
        with transaction.atomic():
            User.objects.filter(email=SUPER_ADMIN).update(account=account_of("Aster"))
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return Found(f"refused: {str(refused).splitlines()[0][:90]}", holds=True)
    return Found("a super admin became a member", holds=False)


@attack("super-admin-link")
def super_admin_link(besieged: Installation) -> Found:
    """Every page of the team, by an owner, about the super admin."""
    owner = besieged.logged_in(email_of("Aster", "owner"))
    pages = {"": "get", "password/": "post", "email/": "post", "role/": "post",
             "deactivate/": "post"}  # fmt: skip
    colleague, root = (
        f"/account/admin/team/{_person(email).pk}/"
        for email in (email_of("Aster", "colleague"), SUPER_ADMIN)
    )
    control(owner.get(colleague).status_code == 200, "an owner sees their own people")
    control(owner.post(f"{colleague}password/", {}).status_code == 200, "a link for one of them")
    answers = [
        owner.get(f"{root}{page}") if how == "get" else owner.post(f"{root}{page}", {})
        for page, how in pages.items()
    ]
    statuses = [answer.status_code for answer in answers]
    admin = owner.get(f"/admin/accounts/user/{_person(SUPER_ADMIN).pk}/change/").status_code
    return Found(
        f"{sorted(set(statuses))} on {len(pages)} pages of the team, {admin} in Django admin",
        holds=set(statuses) == {404} and admin in (302, 403, 404),
    )


@attack("admin-chooses")
def admin_chooses(besieged: Installation) -> Found:
    """By the addresses that Django's own admin has for it."""
    owner = besieged.logged_in(email_of("Aster", "owner"))
    before = _person(email_of("Aster", "colleague"))
    page = f"/admin/accounts/user/{before.pk}"
    control(owner.get(f"{page}/change/").status_code == 200, "the person's page in Django admin")
    new = "violet otters repaint 9 harbours"
    passwords = {"password1": new, "password2": new, "usable_password": "true"}
    form = {"email": "mine@evil.example", "name": before.name, "role": before.role,
            "is_active": "on", **passwords}  # fmt: skip
    statuses = [
        owner.post(f"{page}/password/", passwords).status_code,
        owner.post(f"{page}/change/", form).status_code,
        owner.post("/admin/accounts/user/add/", {**form, "email": "new@evil.example"}).status_code,
    ]
    after = _person(email_of("Aster", "colleague"))
    held = after.password == before.password and not _exists("new@evil.example")
    return Found(f"{statuses}: password, address and people as before", holds=held)


def _exists(email: str) -> bool:
    from accounts.models import User

    return bool(User.objects.filter(email=email).exists())


@attack("claim-a-member")
def claim_a_member(besieged: Installation) -> Found:
    """Another e-mail waits for an admin; the same e-mail counts at once."""
    from accounts.models import User
    from psa.models import MemberMapping

    members = [
        each
        for each in besieged.simulated.control("dump")["northwind"]["members"]
        if not each["inactiveFlag"] and each["identifier"] not in ("RFlowAPI", "MonitorAPI")
    ]
    liar = _person(email_of("Clover", "engineer"))
    honest = User.objects.create_user(
        members[1]["primaryEmail"], PASSWORD, name="Themselves", role="engineer",
        account=liar.account,
    )  # fmt: skip
    claims = {liar.email: members[0], honest.email: members[1]}
    for (email, member), person in zip(claims.items(), (liar, honest), strict=True):
        visitor = besieged.logged_in(email)
        visitor.post("/account/me/member/", {f"member-{person.pk}": str(member["id"])})
    mapped = set(MemberMapping.objects.values_list("user__email", flat=True))
    control(honest.email in mapped, "the same e-mail counts at once")
    waits = liar.email not in mapped
    now = "waits for an administrator's yes" if waits else "counts at once"
    return Found(f"{now}; the same e-mail counts at once", holds=waits)
