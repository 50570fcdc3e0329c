"""Log-ins: begun, ended, and shown to the person whose they are.

Every way in (a password, an invitation, a link; later a second factor or SSO) ends in `begin`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import guessing, security
from accounts.log_in_store import BEGINNING, SessionStore, still_good, stored_key
from accounts.models import LogIn, User
from resolutionflow.lib.agents import agent_of
from resolutionflow.lib.ratelimit import address_of

# More than anybody has browsers; the page shows the ones that were used last.
MOST_SHOWN = 50


def begin(request: HttpRequest, person: User, way: str) -> None:
    """Log the person in with the browser of this request, in place of whoever was before.

    `way` is what let them in, in words for the audit. The answer has to make the browser a
    known one (`known_browsers.remember`).
    """
    auth.login(request, person)
    now = timezone.now()
    request.session.set_expiry(now + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    request.session[BEGINNING] = now.isoformat(), address_of(request), agent_of(request)
    guessing.was_right(request, person.email)
    security.logged_in(request, person, way)


def leave(request: HttpRequest) -> None:
    """Log out of the browser of this request; without a log-in it is the same."""
    if isinstance(request.user, User):
        security.logged_out(request, request.user)
    auth.logout(request)


def note_use(request: HttpRequest) -> None:
    """Put off the end of the log-in of this request: the idle one, and once a day the other."""
    store: Any = request.session
    # Tests put other stores there.
    if isinstance(store, SessionStore):
        store.note_use()
        store.renew()


def of(person: User) -> QuerySet[LogIn]:
    """Return the person's log-ins that have not ended, the one used last first."""
    return LogIn.objects.filter(still_good(timezone.now()), user=person).order_by("-used_at")


def current(request: HttpRequest) -> str:
    """Return the id of the log-in of this request, as rows have it."""
    return stored_key(request.session.session_key or "")


def end(person: User, log_in: str) -> bool:
    """End one of the person's log-ins; return whether there was one of this id."""
    # PostgreSQL takes no NUL, not even to compare with.
    return log_in.isalnum() and bool(LogIn.objects.filter(user=person, pk=log_in).delete()[0])


@transaction.atomic
def end_others(request: HttpRequest, person: User) -> None:
    """End every log-in of this person but the one of this request.

    The epoch ends those, too, that begin at this moment, and links to a new password.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    locked.log_in_epoch += 1
    locked.save(update_fields=["log_in_epoch"])
    end_all(person)
    person.log_in_epoch = locked.log_in_epoch
    keep(request, person)


def end_all(person: User) -> None:
    """Forget every log-in of a person whose password or epoch has changed, which ended them."""
    LogIn.objects.filter(user=person).delete()


def keep(request: HttpRequest, person: User) -> None:
    """Let the log-in of this request go on where everything else of the person's has ended."""
    auth.update_session_auth_hash(request, person)


def prune(now: datetime) -> int:
    """Remove the log-ins that have ended; return how many there were."""
    return LogIn.objects.exclude(still_good(now)).delete()[0]
