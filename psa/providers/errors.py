"""What can go wrong with a PSA, sorted by what the caller can do about it.

PsaError
├── SiteRefused         the address is not one we connect to; nothing was sent
├── ConnectionFailed    the request surely never arrived (DNS, refused, TLS, pool); nothing was done
│   ├── Busy            too many of our calls wait for the PSA already
│   │   ├── NotAvailable  too many of our threads wait for an answer that was asked for
│   │   └── OverCapacity  too many of our calls wait for other PSAs
│   ├── NotAnswering    the PSA failed several times in a row; says since when
│   └── Redirected      a write was answered by a redirect, which is not followed
├── Timeout             a read took too long
├── ServerError         the PSA failed (5xx) or answered nonsense to a read; may say for how long
│   ├── TooLarge        the answer is larger than what is read
│   └── Intercepted     something else than the PSA answered a read: a firewall, a proxy
├── RateLimited         too many requests; carries retry_after; nothing was done
├── AuthFailed          the credentials are refused
├── PermissionMissing   the API member lacks a right; names it
├── NotFound            the record does not exist (or is not visible to the API member)
├── InvalidRequest      the PSA refuses the values (any other 4xx but 408)
│   ├── NotOffered      the PSA has no such thing at all
│   ├── Incompatible    another version or licence: nothing about the values
│   └── Blocked         something before the PSA refused the write: a firewall, a proxy
├── WriteUncertain      a write may have arrived; never repeat it blindly
├── WriteNotApplied     the PSA said yes, but the read-back differs
└── Undecided           a search for a write that may have arrived can tell neither

Each class has a `code`, a word for logs and tables, and a `certainty`: what is known of a write
that ended so. `retry_after` is in seconds; 0 where the PSA did not ask for a wait.

`sentence` is ours, for people, and says what to do next. Where only an administrator can do
that, `fact` says what happened alone: everybody else is told that, and whom to tell. A PSA's
response body, an address with a query, or a credential never becomes part of `str(error)`.
In both `{psa}` stands for the label of the PSA: `PsaProvider` fills it in.
"""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, Self

# Without a word before it that goes with a noun as well as with a name.
_ALONE = re.compile(r"(?<!\bthe )(?<!\byour )(?<!\bthis )\{psa\}", re.IGNORECASE)


class Certainty(StrEnum):
    """What is known of a write that ended in an error."""

    NOT_DONE = "not_done"
    """Surely not done; sending it again may work."""
    REFUSED = "refused"
    """Surely not done; sending the same again will be refused again."""
    UNKNOWN = "unknown"
    """Perhaps done: look before it is sent again."""


class PsaError(Exception):
    """Base of all PSA failures; `sentence` is safe to show to people and to log."""

    code: ClassVar[str] = "psa"
    certainty: ClassVar[Certainty] = Certainty.UNKNOWN
    default_fact: ClassVar[str] = ""
    default = "{psa} could not complete this. Try again."

    def __init__(self, sentence: str = "", *, retry_after: float = 0.0) -> None:
        self._sentence = sentence or self.default
        self._fact = self.default_fact
        self._label = ""
        self.retry_after = retry_after
        super().__init__(self._sentence)

    def of(self, label: str) -> Self:
        """Name the PSA that the sentences speak of, unless it is named already."""
        self._label = self._label or label
        return self

    @property
    def sentence(self) -> str:
        """Return what happened, and what to do next."""
        return self.filled(self._sentence)

    @property
    def fact(self) -> str:
        """Return what happened alone, "" where anybody can do something about it."""
        return self.filled(self._fact)

    def __str__(self) -> str:
        return self.sentence

    def filled(self, text: str) -> str:
        """Return a text about this failure with the name of the PSA in place of `{psa}`."""
        if not self._label:
            text = _ALONE.sub("the PSA", text)
        filled = text.replace("{psa}", self._label or "PSA")
        return filled[:1].upper() + filled[1:]


class SiteRefused(PsaError):
    """The address is not allowed; no connection was made."""

    code = "site"
    certainty = Certainty.REFUSED
    default_fact = "The site address of the PSA connection is not allowed."
    default = (
        "This site address is not allowed. Use your {psa} cloud address, or ask your "
        "operator to trust your own server."
    )


class ConnectionFailed(PsaError):
    """The request surely never reached the PSA."""

    code = "unreachable"
    certainty = Certainty.NOT_DONE
    default = "{psa} could not be reached. Check the site address and your network, then retry."


class Busy(ConnectionFailed):
    """As many calls as we allow wait for the PSA already; this one was not sent."""

    default = "{psa} is slow right now, and others are waiting for it too. Retry in a moment."


class NotAvailable(Busy):
    """What others have asked for is not there yet, and too many of our threads wait already."""

    default = (
        "This is not available right now: {psa} is slow to tell it, and others are waiting "
        "for it too. Retry in a moment."
    )


class OverCapacity(Busy):
    """Calls to other PSAs take what we have; nothing is known to be wrong with this one."""

    default = "ResolutionFlow is busy right now, and nothing was sent. Retry in a moment."


class NotAnswering(ConnectionFailed):
    """The PSA failed several times in a row; for some seconds nothing is sent to it."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        super().__init__(
            f"{{psa}} has not answered since {since.astimezone(UTC):%H:%M} UTC. We ask again "
            "every few seconds; retry in a moment."
        )


class Redirected(ConnectionFailed):
    """A redirect answered a write: whoever answered did not do it, and it is not followed."""

    code = "redirected"
    default_fact = "{psa}'s address leads to another one, so nothing was changed."
    default = (
        "{psa}'s address leads to another one, so nothing was changed. Check the site "
        "address under Account, Integrations."
    )


class Timeout(PsaError):
    """The PSA did not answer a read in time."""

    code = "timeout"
    default = "{psa} did not answer in time. Retry in a moment."


class ServerError(PsaError):
    """The PSA failed on its side, or its answer could not be read."""

    code = "server_error"
    default = "{psa} had an internal problem. Retry in a moment."


class Intercepted(ServerError):
    """Something else than the PSA answered a read, so nothing is known about the record."""

    code = "intercepted"
    default = (
        "Something between us and {psa} answered instead of it, such as a firewall or a "
        "proxy. Retry in a moment; if it stays so, tell whoever runs that network."
    )


class TooLarge(ServerError):
    """The answer is larger than what is read; fewer records at once may fit."""

    code = "too_large"
    default = "{psa}'s answer is larger than we can read. Look at it in {psa}."


class RateLimited(PsaError):
    """The PSA asks to slow down; `retry_after` is in seconds. Nothing was done."""

    code = "rate_limited"
    certainty = Certainty.NOT_DONE
    default = "{psa} is limiting requests. We retry as soon as it allows."

    def __init__(self, sentence: str = "", *, retry_after: float = 30.0) -> None:
        super().__init__(sentence, retry_after=retry_after)


class AuthFailed(PsaError):
    """The credentials are refused; `field` names the one of Credentials that is to blame.

    Empty where the PSA does not say which.
    """

    code = "auth"
    certainty = Certainty.REFUSED
    default_fact = "{psa} refused the keys of our connection."
    default = (
        "{psa} refused the credentials. Check the company id, both keys and the client id "
        "under Account, Integrations."
    )

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


class PermissionMissing(PsaError):
    """The API member lacks a right; `right` names it as the PSA does."""

    code = "permission"
    certainty = Certainty.REFUSED

    def __init__(self, right: str = "") -> None:
        self.right = right
        named = f" It needs: {right}." if right else ""
        fact = f"The {{psa}} API member lacks a permission for this.{named}"
        super().__init__(f"{fact} Extend its security role in {{psa}}, or ask an administrator to.")
        self._fact = fact

    @property
    def named_right(self) -> str:
        """Return the right in the PSA's words; the PSA does not always name it."""
        return self.right or f"a right that {self._label or 'the PSA'} does not name"


class NotFound(PsaError):
    """The record does not exist, or the API member cannot see it."""

    code = "not_found"
    certainty = Certainty.REFUSED
    default = "{psa} does not know this record. It may have been deleted or merged."


class InvalidRequest(PsaError):
    """The PSA refuses the values that were sent; nothing was changed.

    `field` names the part of a new ticket that is to blame, such as "type"; empty where it is
    none of those that the form has.
    """

    code = "invalid"
    certainty = Certainty.REFUSED
    default = "{psa} refused the values. Check them and try again."

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


class NotOffered(InvalidRequest):
    """The PSA lacks a capability; whoever reads the set-up does not ask for it."""

    code = "not_offered"
    default = "{psa} does not offer this."


class Incompatible(InvalidRequest):
    """The PSA does not understand what we ask: its version or its licence differs."""

    code = "incompatible"
    default_fact = "This {psa} does not understand our request: its version or its licence differs."
    default = (
        "This {psa} does not understand our request: its version does not go with the one "
        "that we speak."
    )


class Blocked(InvalidRequest):
    """Something before the PSA refused a write, which therefore was not done."""

    code = "blocked"
    default = (
        "Something between us and {psa}, such as a firewall or a proxy, refused this, "
        "perhaps for words in it that look like an attack. Nothing was changed. Retry, or tell "
        "whoever runs that network."
    )


class WriteUncertain(PsaError):
    """A write left us, and no readable answer came back: it may have been done."""

    code = "uncertain"
    default = "{psa} did not confirm the change. We are checking whether it arrived."


class WriteNotApplied(PsaError):
    """The PSA answered success, but what it returned is not what was asked for."""

    code = "not_applied"
    default = "{psa} answered success but did not apply the change. Check the ticket."


class Undecided(PsaError):
    """A search for a write that may have arrived found what may or may not be it."""

    code = "undecided"
    default = "{psa} holds something that may be this, but not surely. Look at the ticket."
