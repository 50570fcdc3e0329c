"""Time entries and the sessions that they are of: booked with a session's note, or without one."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from psa.models import TimeEntry
from sessions_app.models import SessionPost, SessionTime, WorkSession

# What `session_of` asks an entry for, to be read along with it.
SESSIONS = ("session_time__session", "after__session_post__session")


def session_of(entry: TimeEntry) -> WorkSession | None:
    """Return the session that the entry was booked from, None for a ticket's own time."""
    try:
        return entry.session_time.session
    except SessionTime.DoesNotExist:
        pass
    try:
        return entry.after.session_post.session if entry.after else None
    except SessionPost.DoesNotExist:
        return None


def counts(entry: TimeEntry) -> bool:
    """Return whether the entry is booked, or still may be."""
    return bool(entry.state != TimeEntry.State.FAILED)


def by_session(sessions: Collection[Any], person: User | None = None) -> dict[Any, Decimal]:
    """Return the hours that are booked of each of these sessions, or on their way.

    By their keys; with `person` only their own.
    """
    entries = TimeEntry.objects.filter(
        Q(session_time__session__in=sessions) | Q(after__session_post__session__in=sessions)
    ).exclude(state=TimeEntry.State.FAILED)
    if person:
        entries = entries.filter(made_by=person)
    named = entries.annotate(
        its=Coalesce("session_time__session_id", "after__session_post__session_id")
    )
    rows = named.order_by().values("its").annotate(sum=Sum("hours"))
    return {row["its"]: row["sum"] for row in rows}
