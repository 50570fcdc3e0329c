"""The clock of a session: it runs while somebody works, and each time that ends becomes a row.

What runs stands in the session's row: it began at `working_since` (or with the session) and
something was recorded last at `active_at`. Nothing recorded for longer than the account's
`idle_minutes` ends it there, so a session that was forgotten bills no weekend. Callers hold the
session's row (`select_for_update`) and write `standing` of it, unless a function says otherwise.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sessions_app.models import WorkInterval, WorkSession

Kind = WorkInterval.Kind


class NotRunning(Exception):
    """The session was completed; its clock runs again once it is reopened."""

    sentence = "This session is completed, so its clock does not run. Reopen it to go on."


def standing(session: WorkSession) -> dict[str, Any]:
    """Return the fields by which a session's row knows its clock, as they stand now."""
    names = ("working_since", "active_at", "paused_at")
    return {name: getattr(session, name) for name in names}


def is_idle(session: WorkSession, now: datetime) -> bool:
    """Return whether nothing was recorded for too long in what runs."""
    if session.active_at is None or session.paused_at or not session.is_open:
        return False
    return now - session.active_at > session.account.time_rules.idle


def rest(session: WorkSession, now: datetime) -> None:
    """End what runs where nothing was recorded for too long; another interval begins now."""
    if is_idle(session, now):
        cut(session, now)


def cut(session: WorkSession, now: datetime) -> WorkInterval | None:
    """End what runs as a row that can be mended, and return it; the next one begins now.

    Of a completed session it is the last interval, where that is no row yet. None where nothing
    runs.
    """
    if session.paused_at:
        return None
    end = session.completed_at or now
    if is_idle(session, now) and session.active_at:
        end = session.active_at
    kept = _keep(session, _began(session), end, Kind.WORK)
    session.working_since = session.completed_at or now
    return kept


def stop(session: WorkSession, now: datetime) -> None:
    """Let nothing run or be paused any more; what ran, or the pause, becomes a row."""
    if session.paused_at:
        _keep(session, session.paused_at, now, Kind.PAUSE)
        session.paused_at = None
    else:
        cut(session, now)
    session.working_since = now


def wake(session: WorkSession, now: datetime) -> None:
    """Have somebody work at this moment: a pause ends, and so does what had come to rest."""
    if session.paused_at:
        stop(session, now)
    else:
        rest(session, now)
    session.active_at = now


def pass_on(session: WorkSession, now: datetime) -> None:
    """End the interval of who has it; their colleague's begins now, or stays paused."""
    was_paused = session.paused_at is not None
    stop(session, now)
    session.active_at = now
    session.paused_at = now if was_paused else None


def start_again(session: WorkSession, now: datetime) -> None:
    """Begin a new interval of a session that was completed until now."""
    if session.completed_at:
        _keep(session, _began(session), session.completed_at, Kind.WORK)
        _keep(session, session.completed_at, now, Kind.CLOSED)
    session.working_since = session.active_at = now
    session.paused_at = None


def note(session: WorkSession, now: datetime | None = None) -> None:
    """Write down that somebody works the open session at this moment; locks it where need be."""
    now = now or timezone.now()
    its = WorkSession.objects.filter(pk=session.pk, completed_at=None)
    begun = now - session.account.time_rules.idle
    running = Q(paused_at=None) & (Q(active_at__gt=begun) | Q(active_at=None))
    if its.filter(running).update(active_at=now):
        return
    with transaction.atomic():
        row = its.select_for_update().first()
        if row is not None:
            wake(row, now)
            its.update(**standing(row))


def pause(session: WorkSession) -> None:
    """Stop the clock until somebody goes on; a paused one stays as it is. Raises NotRunning."""
    with transaction.atomic():
        row, now = _open(session), timezone.now()
        if row.paused_at is None:
            stop(row, now)
            row.paused_at = now
            WorkSession.objects.filter(pk=row.pk).update(**standing(row))


def resume(session: WorkSession) -> None:
    """Have the clock run from now on; one that runs stays as it is. Raises NotRunning."""
    with transaction.atomic():
        row = _open(session)
        wake(row, timezone.now())
        WorkSession.objects.filter(pk=row.pk).update(**standing(row))


def _open(session: WorkSession) -> WorkSession:
    """Return the session's row as it stands, held until the end of the transaction."""
    row = WorkSession.objects.select_for_update().get(pk=session.pk)
    if not row.is_open:
        raise NotRunning
    return row


def _began(session: WorkSession) -> datetime:
    return session.working_since or session.started_at


def _keep(session: WorkSession, start: datetime, end: datetime, kind: Kind) -> WorkInterval | None:
    """Write down what ended, and return it; None where it had no length."""
    if end <= start:
        return None
    return WorkInterval.objects.create(
        session=session, person=session.engineer, kind=kind, started_at=start, ended_at=end
    )
