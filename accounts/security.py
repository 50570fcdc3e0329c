"""What the security log and the audit say about log-ins, refusals and exports.

A line of the log is written at once. An entry of the audit is added where a person with an
account is known; for what nobody needed a log-in for, after the answer has been sent.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

from accounts import audit, guessing
from accounts.audit import SOMEBODY, Actor
from accounts.models import Account, User
from resolutionflow.lib import security_log
from resolutionflow.lib.after import after
from resolutionflow.lib.agents import agent_of
from resolutionflow.lib.ratelimit import address_of, hit

R = TypeVar("R", bound=HttpResponseBase)


def logged_in(request: HttpRequest, person: User, way: str) -> None:
    """Write down that the person came in by this way: a password, an invitation, a link."""
    security_log.write("login", request, user=person.pk, way=way)
    _record(request, person, person, "user.logged_in", {"way": way})


def log_in_failed(request: HttpRequest, answer: R, typed: str) -> R:
    """Write down a wrong name or password; return the answer."""
    failed = partial(_record, request, SOMEBODY, action="user.log_in_failed")
    return _about_a_name(request, answer, typed, "login_failed", failed)


def log_in_refused(request: HttpRequest, answer: R, typed: str) -> R:
    """Write down that the brake refused to look at a password, and tell the person.

    Returns the answer. The audit gets one entry an hour, however many attempts there are.
    """

    def refused(person: User) -> None:
        guessing.tell(person)
        if not hit("noted", "log-in", str(person.pk)):
            _record(request, SOMEBODY, person, "user.log_in_refused")

    return _about_a_name(request, answer, typed, "login_refused", refused)


def logged_out(request: HttpRequest, person: User) -> None:
    """Write down that the person left."""
    security_log.write("logout", request, user=person.pk)
    _record(request, person, person, "user.logged_out")


def log_ins_ended(request: HttpRequest, person: User, which: str) -> None:
    """Write down that the person ended one or all others of their log-ins."""
    security_log.write("logins_ended", request, user=person.pk, which=which)
    _record(request, person, person, "user.log_ins_ended", {"which": which})


def exported(request: HttpRequest, account: Account, what: str, which: str) -> None:
    """Write down that data of the account left as a file: what, and which part of it."""
    security_log.write("export", request, what=what)
    actor = request.user if isinstance(request.user, User) else None
    audit.record(account, actor, "data.exported", what, after={"which": which[:500]})


def password_link_made(request: HttpRequest, person: User) -> None:
    """Write down that an administrator made a link; the audit has its entry already."""
    security_log.write("password_link_made", request, of=str(person.pk))


def password_link_asked(request: HttpRequest, answer: R, typed: str) -> R:
    """Write down that somebody asked for a link by e-mail; return the answer."""
    asked = partial(_record, request, SOMEBODY, action="user.password_link_asked")
    return _about_a_name(request, answer, typed, "password_link_asked", asked)


def password_link_used(request: HttpRequest, person: User) -> None:
    """Write down that a password was chosen through a link; the audit has its entry already."""
    security_log.write("password_link_used", request, user=person.pk)


def limit_refused(*, request: HttpRequest, **kwargs: Any) -> None:
    """Write down a request beyond its limit; into the audit once an hour per person.

    A receiver of `ratelimit.limit_refused`.
    """
    del kwargs
    match = request.resolver_match
    route = match.view_name if match else ""
    security_log.write("limit_refused", request, route=route)
    person = request.user
    if isinstance(person, User) and person.account and not hit("noted", str(person.pk)):
        audit.record(person.account, person, "limit.refused", route)


def known_as(typed: str) -> User | None:
    """Return who logs in under what was typed."""
    name = User.normalize_username(typed)
    # PostgreSQL takes no NUL, not even to compare with.
    return None if "\0" in name else User.objects.filter(email=name[:254]).first()


def _about_a_name(
    request: HttpRequest, answer: R, typed: str, event: str, then: Callable[[User], None]
) -> R:
    """Write a line about who was named; where somebody is, do the rest after the answer.

    A name that nobody has is answered in the same time.
    """
    person = known_as(typed)
    if person is None:
        security_log.write(event, request, typed=typed)
        return answer
    security_log.write(event, request, user=person.pk)
    return after(answer, lambda: then(person))


def _record(
    request: HttpRequest,
    actor: User | Actor,
    person: User,
    action: str,
    facts: dict[str, str] | None = None,
) -> None:
    """Add to the audit of the person's account; a super admin has none."""
    if person.account is not None:
        where = {"address": address_of(request), "browser": agent_of(request)}
        audit.record(person.account, actor, action, str(person), after={**where, **(facts or {})})
