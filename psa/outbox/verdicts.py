"""What an error means for a row, and how long to wait before the next attempt. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from psa.providers.errors import Certainty, PsaError, WriteNotApplied


class Next(StrEnum):
    """The state that an error leads to; every kind of row has these three."""

    QUEUED = "queued"
    FAILED = "failed"
    UNKNOWN = "unknown"


QUEUED, FAILED, UNKNOWN = Next.QUEUED, Next.FAILED, Next.UNKNOWN

# After one of these, the next call to the same PSA would most likely end the same way.
_TROUBLE = frozenset(
    {
        "auth",
        "intercepted",
        "rate_limited",
        "redirected",
        "server_error",
        "timeout",
        "uncertain",
        "unexpected",
        "unreachable",
    }
)

_LONGEST_WAIT = 300.0
# A PSA that asks for more is asked again after this; what waits a day fails visibly.
_LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The state that an error leads to, its class, the sentence, and the PSA's own wish."""

    state: Next
    kind: str
    sentence: str
    retry_after: float = 0.0


def before_sending(error: Exception) -> Verdict:
    """Judge an error that came up while nothing had left us yet: wait, or a refusal."""
    is_refused = isinstance(error, PsaError) and error.certainty == Certainty.REFUSED
    return _verdict(error, FAILED if is_refused else QUEUED)


def after_sending(error: Exception) -> Verdict:
    """Judge an error of a write: only a known meaning makes it anything but unknown."""
    if not isinstance(error, PsaError):
        return _verdict(error, UNKNOWN)
    return _verdict(error, _AFTER[error.certainty])


def after_changing(error: Exception) -> Verdict:
    """Judge an error of a change; that it is “not applied” was read back, so it is certain."""
    if isinstance(error, WriteNotApplied):
        return _verdict(error, FAILED)
    return after_sending(error)


def is_trouble(error: Exception) -> bool:
    """Return whether the error speaks of the connection rather than of one record."""
    code = error.code if isinstance(error, PsaError) else "unexpected"
    return code in _TROUBLE


def _verdict(error: Exception, state: Next) -> Verdict:
    if not isinstance(error, PsaError):
        return Verdict(state=state, kind="unexpected", sentence=_UNEXPECTED[state])
    return Verdict(
        state=state, kind=error.code, sentence=error.sentence, retry_after=error.retry_after
    )


_AFTER = {
    Certainty.NOT_DONE: QUEUED,
    Certainty.REFUSED: FAILED,
    Certainty.UNKNOWN: UNKNOWN,
}
_UNEXPECTED = {
    QUEUED: "Something went wrong on our side before anything was sent. We try again.",
    UNKNOWN: "Something went wrong on our side while sending. We are checking whether it arrived.",
}


def wait(attempts: int, jitter: float, retry_after: float = 0.0) -> timedelta:
    """Return how long to wait after this many attempts.

    Doubles from about 2 seconds up to 5 minutes, spread by `jitter` (0 to 1) so that many
    posts do not come back at once; never shorter than what the PSA asked for.
    """
    backing_off = min(_LONGEST_WAIT, 2.0 ** min(attempts, 16)) * (0.5 + jitter / 2)
    asked_for = min(max(retry_after, 0.0), _LONGEST_RETRY_AFTER)
    return timedelta(seconds=max(backing_off, asked_for))
