"""What a person says instead of what was measured: of a session, an interval, or a gap.

What was measured stays readable: in the row of a mended interval, and in the audit.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from resolutionflow.lib.hours import on_the_clock
from sessions_app import clock, worked
from sessions_app.models import WorkInterval, WorkSession

Kind = WorkInterval.Kind
# Of one interval: whoever worked longer says so day by day.
LONGEST = timedelta(hours=24)


class NotMended(Exception):
    """What a person says cannot be; carries the form's field, and the sentence beside it."""

    def __init__(self, sentence: str, field: str = "end") -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


class NoSuchInterval(Exception):
    """The session has no such interval, or none runs."""


def say(session: WorkSession, said: timedelta, now: datetime) -> None:
    """Count what a person says instead of what was measured until now; the caller locks it."""
    session.worked_seconds = said // timedelta(seconds=1)
    session.worked_as_of = session.completed_at or now
    WorkSession.objects.filter(pk=session.pk).update(
        worked_seconds=session.worked_seconds, worked_as_of=session.worked_as_of
    )


@transaction.atomic
def mend_total(session: WorkSession, said: timedelta | None, by: User) -> None:
    """Count `said` instead of what was measured until now, or with None what was measured."""
    locked, now = _locked(session), timezone.now()
    before = worked.of(locked, now).hours
    if said is None:
        locked.worked_seconds = locked.worked_as_of = None
        locked.save(update_fields=["worked_seconds", "worked_as_of"])
    else:
        say(locked, said, now)
    _changed(locked)
    after = {"hours": worked.of(locked, now).hours}
    audit.record(
        locked.account,
        by,
        "session.hours_changed",
        str(locked),
        before={"hours": before},
        after=after,
    )


@transaction.atomic
def answer(session: WorkSession, start: datetime, by: User, *, was_worked: bool) -> None:
    """Write down whether the gap that begins at `start` was worked.

    Where it has not ended, the clock runs again from now on. A gap that was answered in another
    tab stays as it was answered there. Raises NotMended for one too long to be counted unseen.
    """
    locked, now = _locked(session), timezone.now()
    gap = worked.gap_at(locked, start, now)
    if gap is None:
        return
    if was_worked and not gap.may_count:
        raise NotMended(
            f"{on_the_clock(gap.length)} are too long to be counted with one click. "
            "Change the interval before it, and say until when you worked."
        )
    if worked.of(locked, now).question == gap:
        clock.wake(locked, now)
    WorkInterval.objects.create(
        session=locked,
        person=locked.engineer,
        kind=Kind.WORK if was_worked else Kind.REST,
        started_at=gap.start,
        ended_at=gap.end,
        mended_by=by,
        mended_at=now,
    )
    _changed(locked)


@transaction.atomic
def change(session: WorkSession, pk: int | None, start: datetime, end: datetime, by: User) -> None:
    """Have the interval last from `start` to `end`; without `pk` the one that runs.

    Raises NoSuchInterval, or NotMended for times that cannot be.
    """
    locked, now = _locked(session), timezone.now()
    row = _interval(locked, pk, now)
    if problem := _problem(locked, row, start, end, now):
        raise problem
    before = _words(row)
    _keep_measured(row, by, now)
    row.kind, row.started_at, row.ended_at = Kind.WORK, start, end
    row.save()
    _record(locked, by, before, row)


@transaction.atomic
def remove(session: WorkSession, pk: int | None, by: User) -> None:
    """Count the interval no more; it is kept, and can be counted again. Raises NoSuchInterval."""
    _set_kind(session, pk, Kind.REST, by)


@transaction.atomic
def restore(session: WorkSession, pk: int | None, by: User) -> None:
    """Count what was not counted.

    Raises NoSuchInterval, or NotMended where another interval lies over it by now.
    """
    _set_kind(session, pk, Kind.WORK, by)


def _set_kind(session: WorkSession, pk: int | None, kind: Kind, by: User) -> None:
    locked, now = _locked(session), timezone.now()
    row = _interval(locked, pk, now)
    if row.kind == kind:
        return
    problem = _problem(locked, row, row.started_at, row.ended_at, now)
    if kind == Kind.WORK and problem:
        raise problem
    before = _words(row)
    _keep_measured(row, by, now)
    row.kind = kind
    row.save()
    _record(locked, by, before, row)


def _locked(session: WorkSession) -> WorkSession:
    """Return the session's row, open or completed, held until the end of the transaction."""
    return WorkSession.objects.select_for_update().get(pk=session.pk)


def _changed(locked: WorkSession) -> None:
    """Write the clock of the session, whose note says how long it was worked."""
    WorkSession.objects.filter(pk=locked.pk).update(
        version=F("version") + 1, updated_at=timezone.now(), **clock.standing(locked)
    )


def _interval(locked: WorkSession, pk: int | None, now: datetime) -> WorkInterval:
    """Return the interval to be mended; what runs ends for that, and goes on as the next one."""
    found = clock.cut(locked, now) if pk is None else locked.intervals.filter(pk=pk).first()
    if found is None:
        raise NoSuchInterval
    return found


def _problem(
    locked: WorkSession, row: WorkInterval, start: datetime, end: datetime, now: datetime
) -> NotMended | None:
    """Return why the interval cannot last from `start` to `end`."""
    if end <= start:
        return NotMended("The end must come after the start.")
    if end > now:
        return NotMended("The end lies in the future. Say until when you worked.")
    if end - start > LONGEST:
        return NotMended("An interval has up to 24 hours.")
    others = [each for each in worked.of(locked, now).spans if each.row != row]
    over = next((each for each in others if each.start < end and start < each.end), None)
    if over is None:
        return None
    local = [timezone.localtime(each) for each in (over.start, over.end)]
    return NotMended(
        f"It overlaps with {local[0]:%H:%M}–{local[1]:%H:%M} of this session, "
        "which counts already.",
        "start" if over.start <= start < over.end else "end",
    )


def _keep_measured(row: WorkInterval, by: User, now: datetime) -> None:
    """Keep what was measured before the first change; a row that a person added has no such."""
    if row.mended_at is None:
        row.measured_from, row.measured_until = row.started_at, row.ended_at
    row.mended_by, row.mended_at = by, now


def _words(row: WorkInterval) -> dict[str, str]:
    start, end = (each.astimezone(UTC) for each in (row.started_at, row.ended_at))
    return {
        "interval": f"{start:%Y-%m-%d %H:%M:%S} – {end:%Y-%m-%d %H:%M:%S} UTC",
        "counted": row.get_kind_display(),
    }


def _record(locked: WorkSession, by: User, before: dict[str, str], row: WorkInterval) -> None:
    _changed(locked)
    audit.record(
        locked.account,
        by,
        "session.interval_changed",
        str(locked),
        before=before,
        after=_words(row),
    )
