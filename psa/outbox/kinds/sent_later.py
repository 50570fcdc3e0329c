"""Writes that may be sent later: queued, sent, looked for when uncertain, sent again if absent."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from psa.models import PsaConnection
from psa.outbox import verdicts
from psa.outbox.kinds.base import Kind, Work
from psa.outbox.lease import Lease, LeaseLost, Row
from psa.outbox.verdicts import FAILED, QUEUED, UNKNOWN, Verdict, wait
from psa.providers.base import PsaProvider
from resolutionflow.lib.safe_http import deadline

SENDING = "sending"
SEND, CHECK = "send", "check"

# Nobody expects a write to arrive after a day; a person decides then.
PATIENCE = timedelta(hours=24)
# A write that was sent so often in a row without being confirmed, and was proven absent each
# time, fails visibly instead of being sent again.
MOST_ABSENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How people are told of this kind: the note, it was not sent, whether it arrived."""

    thing: str
    sent: str
    arrived: str


class Stop(Exception):
    """Nothing is to be sent; what becomes of the row is certain."""


class Refused(Stop):
    """The write must not be sent as things stand in the PSA; `fields` go onto the row."""

    def __init__(self, kind: str, sentence: str, **fields: Any) -> None:
        self.kind, self.sentence, self.fields = kind, sentence, fields
        super().__init__(sentence)


class AlreadyThere(Stop):
    """Nothing has to be sent: the PSA holds what is wanted already."""

    def __init__(self, found: Any) -> None:
        self.found = found
        super().__init__("already there")


class SentLater(Kind[Row]):
    """The state machine of docs/write-path.md; a kind adds what it writes and how it is found."""

    words: ClassVar[Words]

    # --- What a kind declares ----------------------------------------------------------

    def prepare(self, lease: Lease[Row], provider: PsaProvider) -> Any:
        """Read what has to be known before sending; what it returns is handed to `accept`.

        Raises Refused, AlreadyThere, or as reads do.
        """
        del lease, provider

    @abstractmethod
    def send_now(self, lease: Lease[Row], provider: PsaProvider) -> Any:
        """Send the write, once; raises as writes do."""

    @abstractmethod
    def find(self, lease: Lease[Row], provider: PsaProvider) -> Any:
        """Look for the write in the PSA; None if it is surely absent.

        Raises Refused, or as reads do.
        """

    @abstractmethod
    def accept(self, lease: Lease[Row], found: Any, *, prepared: Any) -> None:
        """Record what stands in the PSA; `prepared` is None where it was found by looking."""

    def verdict_of(self, error: Exception) -> Verdict:
        """Judge an error of sending."""
        return verdicts.after_sending(error)

    def where_to_look(self, row: Row) -> str:
        """Return what a person does to find out whether it is there."""
        del row
        return "Look at the ticket."

    # --- Claiming ----------------------------------------------------------------------

    decides_by: ClassVar[tuple[str, ...]] = ("state", "checked_at")

    @property
    def steps(self) -> Mapping[str, Work[Row]]:
        """Return the work of each step."""
        return {SEND: partial(self._end, self._send), CHECK: partial(self._end, self._check)}

    def workable(self) -> Q:
        """Return the condition of rows that wait, or have to be looked for."""
        return Q(state__in=(QUEUED, UNKNOWN))

    def step_of(self, row: Row, now: datetime) -> str:
        """Look first where an earlier uncertain attempt may have arrived since the last look."""
        is_stale = row.checked_at is not None and now - row.checked_at > settings.POST_SETTLE
        return CHECK if row.state == UNKNOWN or is_stale else SEND

    def marks(self, row: Row, step: str, now: datetime) -> dict[str, Any]:
        """Record that an attempt begins; a look changes nothing."""
        if step != SEND:
            return {}
        return {
            "state": SENDING,
            "attempts": row.attempts + 1,
            "attempt_started_at": now,
            "first_attempt_at": row.first_attempt_at or now,
        }

    def goes_on(self, lease: Lease[Row], step: str) -> bool:
        """Send what was surely absent a moment ago before that knowledge grows old."""
        return step == CHECK and bool(lease.row.state == QUEUED)

    def expire(self, now: datetime) -> int:
        """Mark what a worker left behind; it may have sent, and is looked for after a while."""
        abandoned = self.rows().filter(state=SENDING, lease_until__lt=now)
        # One at a time: a single UPDATE would lock rows in an order that claims do not follow.
        return sum(self._expire(row_id, now) for row_id in abandoned.values_list("pk", flat=True))

    def _expire(self, row_id: UUID, now: datetime) -> int:
        thing, arrived = self.words.thing, self.words.arrived
        marked = (
            self.rows()
            .filter(pk=row_id, state=SENDING, lease_until__lt=now)
            .update(
                state=UNKNOWN,
                error_kind="interrupted",
                error="The sending was interrupted. We are checking whether the "
                f"{thing} {arrived}.",
                next_attempt_at=now + settings.POST_SETTLE,
                **freed(now),
            )
        )
        if marked:
            self.logger.warning(f"{self.name}.interrupted", extra={self.name: str(row_id)})
        return marked

    # --- Sending -----------------------------------------------------------------------

    def _end(self, step: Work[Row], lease: Lease[Row]) -> None:
        """Do a step, and conclude where the PSA shows that nothing is to be sent."""
        try:
            step(lease)
        except AlreadyThere as already:
            self.accept(lease, already.found, prepared=already.found)
        except Refused as refusal:
            self.fail(lease, refusal.kind, refusal.sentence, **refusal.fields)

    def _send(self, lease: Lease[Row]) -> None:
        """Send a claimed row. Raises LeaseLost, or Stop."""
        row, words = lease.row, self.words
        if row.connection is None:
            sentence = f"The connection was removed before this {words.thing} was {words.sent}."
            return self.fail(lease, "disconnected", sentence)
        if waited_too_long(lease):
            return self._give_up(lease)
        try:
            provider = lease.runtime.provider_of(row.connection)
            prepared = self.prepare(lease, provider)
            covered = lease.cover()
        except (LeaseLost, Stop):
            raise
        except Exception as error:
            lease.report(error)
            return self.conclude(lease, verdicts.before_sending(error))
        try:
            with deadline(covered):
                written = self.send_now(lease, provider)
        except LeaseLost:
            raise
        except Exception as error:
            # It left us: only a known meaning makes it anything but uncertain.
            lease.report(error)
            return self.conclude(lease, self.verdict_of(error))
        return self.accept(lease, written, prepared=prepared)

    def _check(self, lease: Lease[Row]) -> None:
        """Look for a write that may have arrived; adopt it, or queue it again if absent.

        While the PSA cannot tell, it stays unknown. Raises LeaseLost, or Stop.
        """
        row, words = lease.row, self.words
        if row.connection is None:
            sentence = (
                f"The connection was removed before we could check whether this {words.thing} "
                f"{words.arrived}. {self.where_to_look(row)}"
            )
            return self.fail(lease, "disconnected", sentence)
        try:
            provider = lease.runtime.provider_of(row.connection)
            with deadline(lease.cover()):
                found = self.find(lease, provider)
        except (LeaseLost, Stop):
            raise
        except Exception as error:
            lease.report(error)
            return self._look_later(lease, verdicts.before_sending(error))
        if found is None:
            return self._surely_absent(lease)
        return self.accept(lease, found, prepared=None)

    # --- What becomes of it ------------------------------------------------------------

    def conclude(self, lease: Lease[Row], verdict: Verdict) -> None:
        """Release the row in the state that an error of sending led to."""
        if verdict.state == FAILED:
            return self.fail(lease, verdict.kind, verdict.sentence)
        delay = settings.POST_SETTLE
        if verdict.state == QUEUED:
            delay = wait(lease.row.attempts, lease.runtime.jitter(), verdict.retry_after)
        lease.release(
            state=verdict.state.value,
            error=verdict.sentence,
            error_kind=verdict.kind,
            next_attempt_at=lease.now() + delay,
            checks=0,
        )
        return lease.log(f"{self.name}.deferred")

    def fail(self, lease: Lease[Row], kind: str, sentence: str, **fields: Any) -> None:
        """Release the row as surely not in the PSA."""
        lease.release(state=FAILED.value, error=sentence, error_kind=kind, **fields)
        lease.log(f"{self.name}.failed")

    def _give_up(self, lease: Lease[Row]) -> None:
        """Fail a row that could not be sent for a day; a person decides again."""
        reason = lease.row.error or "It never got its turn."
        sentence = f"The {self.words.thing} was not {self.words.sent} for 24 hours. {reason}"
        self.fail(lease, lease.row.error_kind or "expired", sentence)

    def _surely_absent(self, lease: Lease[Row]) -> None:
        """Queue the row again: at once the first time, then with back-off; fail the third time.

        An absence counts where it follows an uncertain attempt of this approval: a second look
        before sending, or the look after a person's retry, says nothing new.
        """
        row, now = lease.row, lease.now()
        counts = lease.before["state"] == UNKNOWN and row.attempt_started_at is not None
        absences = row.absences + counts
        if absences >= MOST_ABSENCES:
            return self._fails_each_time(lease, absences)
        is_repeated = counts and absences > 1
        delay = wait(absences, lease.runtime.jitter()) if is_repeated else timedelta(0)
        lease.release(
            state=QUEUED.value,
            checked_at=now,
            checks=0,
            absences=absences,
            next_attempt_at=now + delay,
        )
        return lease.log(f"{self.name}.absent")

    def _fails_each_time(self, lease: Lease[Row], absences: int) -> None:
        thing = self.words.thing
        sentence = (
            f"{lease.row.psa_label} fails each time with this {thing}: it was sent {absences} "
            "times, was not confirmed, and is not there. It is not sent again by itself. Change it "
            "or retry; if it fails again, "
            f"your administrator can see why in the log of this {thing}."
        )
        self.fail(lease, "fails_each_time", sentence, absences=absences)

    def _look_later(self, lease: Lease[Row], verdict: Verdict) -> None:
        """Leave it unknown, and look again with back-off."""
        checks = lease.row.checks + 1
        thing, arrived = self.words.thing, self.words.arrived
        lease.release(
            state=UNKNOWN.value,
            checks=checks,
            error=f"We cannot check yet whether the {thing} {arrived}: {verdict.sentence}",
            error_kind=verdict.kind,
            next_attempt_at=lease.now() + wait(checks, lease.runtime.jitter(), verdict.retry_after),
        )
        lease.log(f"{self.name}.unchecked")

    def again(self, now: datetime) -> dict[str, Any]:
        """Return what a person's retry writes onto a failed row."""
        return {
            "state": QUEUED.value,
            "absences": 0,
            "queued_at": now,
            "next_attempt_at": now,
            "updated_at": now,
        }

    def abandon(self, connection: PsaConnection, now: datetime) -> None:
        """Fail the rows that wait; who holds a lease finds the connection gone."""
        words = self.words
        rows = self.rows().filter(connection=connection)
        failed = {"state": FAILED.value, "error_kind": "disconnected", "updated_at": now}
        rows.filter(state=QUEUED).update(
            error=f"The connection was removed before this {words.thing} was {words.sent}.",
            **failed,
        )
        for row in rows.filter(state=UNKNOWN):
            sentence = (
                "The connection was removed before it could be checked whether this "
                f"{words.thing} {words.arrived}. {self.where_to_look(row)}"
            )
            rows.filter(pk=row.pk, state=UNKNOWN).update(error=sentence, **failed)


def waited_too_long(lease: Lease[Any]) -> bool:
    """Return whether the row has been waiting for so long that a person should decide again."""
    return bool(lease.now() - lease.row.queued_at > PATIENCE)


def freed(now: datetime) -> dict[str, Any]:
    """Return the fields that take a lease away."""
    return {"lease_token": None, "lease_until": None, "updated_at": now}
