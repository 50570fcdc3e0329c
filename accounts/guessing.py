"""The brake on guesses at passwords.

Attempts are counted before a password is looked at: per address, and per account name over all
addresses, with a wait that grows from minutes to hours. A name that nobody has is counted the
same. A browser that its person used before is counted on its own and under nothing else, so
that a stranger who guesses cannot lock the person out there.
"""

from django.http import HttpRequest

from accounts import known_browsers, notices
from accounts.models import User
from resolutionflow.lib.ratelimit import address_of, forget, hit, peek

# Each lets fewer attempts an hour through than the one before: rules of settings.RATE_LIMITS.
_RULES = ("login", "login_hour", "login_long")
_NOTICE = (
    "Somebody typed wrong passwords for your log-in again and again. Logging in from a browser "
    "that you have not used before has to wait until that stops; browsers that you have used are "
    "not held up. Change your password if others could guess it, or if you use it elsewhere."
)


def seconds_to_wait(request: HttpRequest, typed: str) -> int:
    """Count an attempt to log in under this name; return the seconds to wait, 0 to go on."""
    name = User.log_in_name(typed)
    if browser := known_browsers.id_of(request, typed):
        return _hit("browser", browser)
    # An address that has had its share locks no more names.
    return hit("login_address", address_of(request)) or _hit("name", name)


def was_right(request: HttpRequest, typed: str) -> None:
    """Forget what was counted for the name, or for this browser, after a right password."""
    name = User.log_in_name(typed)
    browser = known_browsers.id_of(request, typed)
    for rule in _RULES:
        forget(rule, *(("browser", browser) if browser else ("name", name)))


def tell(person: User) -> None:
    """Tell the person, once a day, that the brake holds for their name."""
    if person.is_active and not hit("told", str(person.pk)):
        notices.tell(person, _NOTICE)


def _hit(*key: str) -> int:
    """Count an attempt unless one of the rules refuses it: who only hammers locks nobody longer."""
    waits = [peek(rule, *key) for rule in _RULES]
    return max(waits) or max([hit(rule, *key) for rule in _RULES])
