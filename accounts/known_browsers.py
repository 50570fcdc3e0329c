"""Browsers that a person has logged in with before, which strangers cannot lock them out of.

A signed cookie names for each person who logged in here an id that nobody else knows. Wrong
passwords from such a browser are counted under that id alone (`accounts.guessing`). The cookie
logs nobody in.
"""

import secrets
from typing import TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from accounts.models import User

R = TypeVar("R", bound=HttpResponseBase)

_SALT = "accounts.known_browsers"
_AGE = 365 * 24 * 60 * 60
# People who share a browser; who logged in longest ago is forgotten first.
_MOST_PEOPLE = 5


def id_of(request: HttpRequest, typed: str) -> str:
    """Return this browser's id for who logs in under this name; empty for an unknown browser."""
    return _read(request).get(_hashed(typed), "")


def remember(request: HttpRequest, answer: R, person: User) -> R:
    """Let the answer make this browser a known one of this person, who has just logged in."""
    known, key = _read(request), _hashed(person.email)
    known[key] = known.pop(key, "") or secrets.token_urlsafe(12)
    newest = dict(list(known.items())[-_MOST_PEOPLE:])
    answer.set_cookie(
        _cookie(),
        signing.dumps(newest, salt=_SALT),
        max_age=_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        known: dict[str, str] = signing.loads(
            request.COOKIES.get(_cookie(), ""), salt=_SALT, max_age=_AGE
        )
    except signing.BadSignature:
        return {}
    return known


def _hashed(typed: str) -> str:
    """Return what stands for the name: who finds the cookie learns nobody's address from it."""
    return salted_hmac(_SALT, User.log_in_name(typed), algorithm="sha256").hexdigest()[:16]


def _cookie() -> str:
    return f"{settings.COOKIE_PREFIX}known"
