"""All that is known of one post: what was sent, what became of it, and each attempt."""

from dataclasses import dataclass
from functools import cached_property

from psa.history import difference
from psa.history.badge import Badge
from psa.history.entry import Entry
from psa.models import PostAttempt
from psa.opened import open_provider
from psa.providers.errors import PsaError

_UNDER_WAY = Badge("Under way", "info")
_OUTCOMES = {
    ("send", "posted"): Badge("Posted", "success"),
    ("send", "queued"): Badge("Not sent, tried again later", "warning"),
    ("send", "failed"): Badge("Refused", "danger"),
    ("send", "unknown"): Badge("Uncertain", "warning"),
    ("check", "posted"): Badge("Found on the ticket", "success"),
    ("check", "queued"): Badge("Not there, sent again", "info"),
    ("check", "failed"): Badge("Given up", "danger"),
    ("check", "unknown"): Badge("Could not tell", "warning"),
    ("status", "applied"): Badge("Changed", "success"),
    ("status", "queued"): Badge("Not sent, tried again later", "warning"),
    ("status", "failed"): Badge("Not changed", "danger"),
    ("status", "unknown"): Badge("Uncertain", "warning"),
    ("document", "attached"): Badge("Added", "success"),
    ("document", "queued"): Badge("Not added, tried again later", "warning"),
    ("document", "failed"): Badge("Not added", "danger"),
    ("document", "unknown"): Badge("Uncertain", "warning"),
    ("time", "booked"): Badge("Booked", "success"),
    ("time", "queued"): Badge("Not booked, tried again later", "warning"),
    ("time", "failed"): Badge("Not booked", "danger"),
    ("time", "unknown"): Badge("Uncertain", "warning"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another text beside the one that was sent; `lines` is None for what is too long."""

    is_same: bool
    lines: list[difference.Line] | None


@dataclass(frozen=True)
class Evidence(Entry):
    """One post with everything that the history knows of it."""

    @cached_property
    def generated(self) -> Comparison | None:
        """Return how the sent text differs from the session's own; None without one."""
        return _compared(self.post.generated_content, self.post.content)

    @cached_property
    def stored(self) -> Comparison | None:
        """Return how the stored text differs from the sent one; None while it is not known."""
        return _compared(self.post.content, self.post.stored_content)

    @cached_property
    def attempts(self) -> list[tuple[PostAttempt, Badge]]:
        """Return each attempt with its outcome, the oldest first."""
        log = self.post.attempt_log.all()
        return [(each, _OUTCOMES.get((each.part, each.outcome), _UNDER_WAY)) for each in log]

    @property
    def uncounted(self) -> int:
        """Return how many sendings were made before each one was logged."""
        logged = sum(each.part == PostAttempt.Part.SEND for each, _ in self.attempts)
        return max(0, self.post.attempts - logged)

    @property
    def web_url(self) -> str:
        """Return the ticket's page in the PSA, "" where there is none to go to; sends nothing."""
        if self.post.connection is None:
            return ""
        try:
            return open_provider(self.post.connection).ticket_url(self.post.ticket_id)
        except PsaError:
            # Paused, or unreadable credentials: the connection's page says so.
            return ""


def _compared(before: str, after: str) -> Comparison | None:
    if not before or not after:
        return None
    same = difference.is_same(before, after)
    return Comparison(same, [] if same else difference.between(before, after))
