"""How often things may be done: named rules, counted per account or under any other key.

The rules stand in `settings.RATE_LIMITS`, written as a count per period: `10/m`, `100/5m`.
Where they are counted is `counters`' to say.
"""

import hashlib
import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from limits import RateLimitItem, RateLimitItemPerSecond

from resolutionflow.lib.answers import problem
from resolutionflow.lib.counters import counters

# A request was refused for its number; `request` is the one.
limit_refused = Signal()

V = TypeVar("V", bound=Callable[..., Any])
_WRITES_AS = "writes_as"

_RATE = re.compile(r"(\d{1,9})/([1-9]\d{0,5})?([smhd])", re.ASCII)
_PERIODS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


def parse(rate: str) -> tuple[int, int]:
    """Return how many events a rate such as `10/m` or `100/5m` allows in how many seconds.

    Raises ValueError where it cannot be read.
    """
    match = _RATE.fullmatch(rate)
    if match is None:
        raise ValueError(f"not a rate: {rate!r}")
    count, periods, unit = match.groups()
    return int(count), int(periods or 1) * _PERIODS[unit]


def hit(rule: str, *keys: str) -> int:
    """Count one event under these keys against the rule; return the seconds to wait.

    0 means that the event is allowed. The keys together name one counter; they are stored
    as a hash, so e-mail addresses may be among them. Counting is atomic over all processes
    that share a Redis.
    """
    return counters().hit(_rule(rule), _name(rule, keys))


def peek(rule: str, *keys: str) -> int:
    """Return what `hit` would return now, and count nothing."""
    return counters().peek(_rule(rule), _name(rule, keys))


def forget(rule: str, *keys: str) -> None:
    """Forget the events counted under these keys, for instance after a right password."""
    counters().forget(_rule(rule), _name(rule, keys))


def hit_by_person(request: HttpRequest, rule: str) -> int:
    """Count one event of this person within the account's limit; return the seconds to wait.

    The person's own share is asked first, so that what goes beyond it takes nothing from
    their colleagues. A super admin belongs to no account and has the whole limit.
    """
    person = ("user", str(request.user.pk))
    account_id = getattr(request.user, "account_id", None)
    if not account_id:
        return hit(rule, *person)
    count, seconds = parse(settings.RATE_LIMITS[rule])
    share = _item(share_of(count), seconds, settings.RATE_LIMIT_PREFIX)
    keys = ("account", str(account_id))
    return counters().hit(share, _name(rule, keys + person)) or hit(rule, *keys)


def share_of(count: int) -> int:
    """Return how much of an account's limit one person may use: 60 %, or 5 where that is more.

    Wherever the limit allows two events, the others keep one at least.
    """
    return min(max(count * 3 // 5, 5), max(count - 1, min(count, 1)))


class LimitReached(Exception):
    """Somebody has done this too often; it works again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"to be tried again after {seconds} seconds")


def charge(request: HttpRequest, rule: str) -> None:
    """Count what this person is about to do within the account's limit; raises LimitReached.

    Called where a request has turned out to be valid and its work would begin, because what
    is invalid counts for nobody. `LimitReachedMiddleware` answers 429.
    """
    if seconds := hit_by_person(request, rule):
        raise LimitReached(seconds)


def charge_person(request: HttpRequest, rule: str) -> None:
    """Count what this person is about to do, whatever their account does; raises LimitReached."""
    if seconds := hit(rule, "user", str(request.user.pk)):
        raise LimitReached(seconds)


def charge_account(account_id: int, rule: str) -> None:
    """Count what is about to be done in the account, whoever does it; raises LimitReached.

    For what only administrators do, who need no share of their own.
    """
    if seconds := hit(rule, "account", str(account_id)):
        raise LimitReached(seconds)


def writes_as(rule: str | None) -> Callable[[V], V]:
    """Have requests that write to this view counted per person under another rule, None for none.

    Without it they count under `write` (`WriteLimitMiddleware`).
    """

    def mark(view: V) -> V:
        setattr(view, _WRITES_AS, rule)
        return view

    return mark


def rule_of_writes(view: Callable[..., Any]) -> str | None:
    """Return the rule that a view's writes count under."""
    rule: str | None = getattr(view, _WRITES_AS, "write")
    return rule


def _rule(name: str) -> RateLimitItem:
    return _item(*parse(settings.RATE_LIMITS[name]), settings.RATE_LIMIT_PREFIX)


@lru_cache(maxsize=256)
def _item(count: int, seconds: int, prefix: str) -> RateLimitItem:
    return RateLimitItemPerSecond(count, seconds, namespace=prefix)


def _name(rule: str, keys: tuple[str, ...]) -> str:
    return hashlib.sha256(repr((rule, *keys)).encode()).hexdigest()


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; of IPv6 the /64 network, since one caller owns all of it.

    Behind proxies (`settings.PROXY_COUNT`) the address is the one that the outermost of our
    own proxies saw, counted from the right: what stands further left anybody can invent.
    """
    text = request.META["REMOTE_ADDR"] or "127.0.0.1"  # empty on a Unix socket
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(forwarded):
        text = forwarded[-settings.PROXY_COUNT].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return str(request.META["REMOTE_ADDR"])
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 with the time to wait, for machines as a header and for people in words."""
    message = f"That was too many requests. Wait {in_words(seconds)}, then try again."
    response = problem(request, 429, message, {"wait": in_words(seconds)})
    response["Retry-After"] = str(seconds)
    limit_refused.send(sender=None, request=request)
    return response


def in_words(seconds: int) -> str:
    """Return a waiting time as people say it, rounded up: "40 seconds", "2 minutes"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds > size:
            return f"{-(-seconds // size)} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
