"""What can go wrong with a PSA, sorted by what the caller can do about it.

PsaError
├── SiteRefused         the address is not one we connect to; nothing was sent
├── ConnectionFailed    the request surely never left (DNS, refused, TLS, pool); nothing was sent
│   ├── Busy            too many of our calls wait for the PSA already
│   └── NotAnswering    the PSA failed several times in a row; says since when
├── Timeout             a read took too long
├── ServerError         the PSA failed (5xx) or answered nonsense to a read
├── RateLimited         too many requests; carries retry_after; nothing was done
├── AuthFailed          the credentials are refused
├── PermissionMissing   the API member lacks a right; names it
├── NotFound            the record does not exist (or is not visible to the API member)
├── InvalidRequest      the PSA refuses the values (400, 409, 415)
├── WriteUncertain      a write may have arrived; never repeat it blindly
└── WriteNotApplied     the PSA said yes, but the read-back differs

`sentence` is ours, for people, and says what to do next. A PSA's response body, an
address with a query, or a credential never becomes part of `str(error)`.
"""

from datetime import UTC, datetime


class PsaError(Exception):
    """Base of all PSA failures; `sentence` is safe to show to people and to log."""

    default = "The PSA could not complete this. Try again."

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.default
        super().__init__(self.sentence)


class SiteRefused(PsaError):
    """The address is not allowed; no connection was made."""

    default = (
        "This site address is not allowed. Use your ConnectWise cloud address, or ask your "
        "operator to trust your own server."
    )


class ConnectionFailed(PsaError):
    """The request surely never reached the PSA."""

    default = (
        "ConnectWise could not be reached. Check the site address and your network, then retry."
    )


class Busy(ConnectionFailed):
    """As many calls as we allow wait for the PSA already; this one was not sent."""

    default = "ConnectWise is slow right now, and others are waiting for it too. Retry in a moment."


class NotAnswering(ConnectionFailed):
    """The PSA failed several times in a row; for some seconds nothing is sent to it."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        super().__init__(
            f"ConnectWise has not answered since {since.astimezone(UTC):%H:%M} UTC. We ask again "
            "every few seconds; retry in a moment."
        )


class Timeout(PsaError):
    """The PSA did not answer a read in time."""

    default = "ConnectWise did not answer in time. Retry in a moment."


class ServerError(PsaError):
    """The PSA failed on its side, or its answer could not be read."""

    default = "ConnectWise had an internal problem. Retry in a moment."


class RateLimited(PsaError):
    """The PSA asks to slow down; `retry_after` is in seconds. Nothing was done."""

    default = "ConnectWise is limiting requests. We retry as soon as it allows."

    def __init__(self, sentence: str = "", *, retry_after: float = 30.0) -> None:
        self.retry_after = retry_after
        super().__init__(sentence)


class AuthFailed(PsaError):
    """The credentials are refused; `field` names the one of Credentials that is to blame.

    Empty where the PSA does not say which.
    """

    default = (
        "ConnectWise refused the credentials. Check the company id, both keys and the client id "
        "under Account, Integrations."
    )

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


class PermissionMissing(PsaError):
    """The API member lacks a right; `right` names it as ConnectWise does."""

    def __init__(self, right: str = "") -> None:
        self.right = right
        named = f" It needs: {right}." if right else ""
        super().__init__(
            "The ConnectWise API member lacks a permission for this." + named + " Ask an "
            "administrator to extend its security role."
        )


class NotFound(PsaError):
    """The record does not exist, or the API member cannot see it."""

    default = "ConnectWise does not know this record. It may have been deleted or merged."


class InvalidRequest(PsaError):
    """The PSA refuses the values that were sent; nothing was changed."""

    default = "ConnectWise refused the values. Check them and try again."


class WriteUncertain(PsaError):
    """A write left us, and no readable answer came back: it may have been done."""

    default = "ConnectWise did not confirm the change. We are checking whether it arrived."


class WriteNotApplied(PsaError):
    """The PSA answered success, but what it returned is not what was asked for."""

    default = "ConnectWise answered success but did not apply the change. Check the ticket."
