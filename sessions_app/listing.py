"""Which sessions a list shows."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from accounts.models import User
from psa.models import (
    STATUS_CHANGE,
    TIME_ENTRY,
    Post,
    TicketChange,
    TicketDocument,
    TimeEntry,
)
from psa.naming import named_session, named_ticket
from resolutionflow.lib.folding import fold
from sessions_app.forms import SessionFilterForm
from sessions_app.models import LONG_TEXTS, Step, WorkSession

# An index of three-letter pieces finds no shorter words.
_INDEXED = 3
# So many steps with a word are asked for at once; a word of more is looked for session by session.
_FEW = 5000

Change = TicketChange.State
File = TicketDocument.State


def matching(
    sessions: QuerySet[WorkSession], user: User, wanted: Mapping[str, str]
) -> QuerySet[WorkSession]:
    """Return the sessions that match, the newest first.

    `wanted` is the filter of SessionFilterForm: q, status, who; what it lacks matches all.
    """
    if wanted.get("who") == SessionFilterForm.MINE:
        sessions = sessions.filter(engineer=user)
    match wanted.get("status"):
        case None | "":
            pass
        case "open":
            sessions = sessions.filter(completed_at=None)
        case outcome:
            sessions = sessions.filter(outcome=outcome)
    return _found(sessions, wanted.get("q", "")).order_by("-started_at", "pk")


def _found(sessions: QuerySet[WorkSession], typed: str) -> QuerySet[WorkSession]:
    """Return the sessions that a search finds: the ticket or session it names, or its words.

    The words may stand in any order, in the session itself or in steps of its record.
    """
    if number := named_ticket(typed):
        return sessions.filter(psa_ticket_id=number)
    name = named_session(typed)
    if isinstance(name, UUID):
        return sessions.filter(pk=name)
    for word in fold(typed).split():
        sessions = sessions.filter(Q(folded__contains=word) | _in_steps(word))
    return sessions


def _in_steps(word: str) -> Q:
    """Return the condition that a step of the record holds the folded word.

    A rare word is found by the index of everybody's steps. Of a common one that would be most of
    them, while each session of the list has it or not within a few.
    """
    steps = Step.objects.filter(folded__contains=word, removed_at=None)
    if len(word) >= _INDEXED:
        found = list(steps.order_by().values_list("session_id", flat=True)[: _FEW + 1])
        if len(found) <= _FEW:
            return Q(pk__in={*found})
    return Q(Exists(steps.filter(session=OuterRef("pk"))))


def open_sessions_of(user: User) -> QuerySet[WorkSession]:
    """Return the person's sessions that are still being worked on, the latest work first."""
    sessions = WorkSession.objects.filter(engineer=user, completed_at=None).defer(*LONG_TEXTS)
    return sessions.order_by("-updated_at")


def posts_that_need(user: User) -> QuerySet[Post]:
    """Return the person's posts that failed or are being checked, in note, status or time.

    Those of sessions, and the notes from tickets' panels. What was done later from the same
    session after all needs nobody any more, nor does a note that another one replaced.
    """
    needs = (
        Q(state=Post.State.UNKNOWN)
        | Q(_with_status(Change.UNKNOWN))
        | Q(state=Post.State.FAILED, replaced=False)
        & ~_later(note_type=OuterRef("note_type"), state=Post.State.POSTED)
        | Q(_with_status(Change.FAILED), state=Post.State.POSTED)
        & ~_later(ticketchange_part__state=Change.APPLIED)
        | Q(_with_time(TimeEntry.State.UNKNOWN))
        | Q(_with_time(TimeEntry.State.FAILED), state=Post.State.POSTED)
        & ~_later(timeentry_part__state=TimeEntry.State.BOOKED)
        | Q(Exists(_files_in(File.UNKNOWN)))
        | Q(Exists(_files_in(File.FAILED)), state=Post.State.POSTED)
        & ~_later(documents__state=File.ATTACHED)
    )
    posts = Post.objects.filter(needs, posted_by=user)
    # Of their texts a list shows how they begin.
    posts = posts.defer("content", "stored_content", "generated_content")
    posts = posts.annotate(begins=Left("content", 200))
    posts = posts.annotate(
        file_error=Subquery(_files_in(File.FAILED, File.UNKNOWN).values("error")[:1]),
        is_file_checked=Exists(_files_in(File.UNKNOWN)),
    )
    return posts.select_related("session_post__session", STATUS_CHANGE, TIME_ENTRY).order_by(
        "-created_at"
    )


def _with_status(state: TicketChange.State) -> Exists:
    """Return the condition that the post's status change is in this state."""
    return Exists(TicketChange.objects.filter(after=OuterRef("pk"), state=state))


def _with_time(state: TimeEntry.State) -> Exists:
    """Return the condition that the post's time entry is in this state."""
    return Exists(TimeEntry.objects.filter(after=OuterRef("pk"), state=state))


def _files_in(*states: File) -> QuerySet[TicketDocument]:
    """Return the post's files that are in one of these states."""
    return TicketDocument.objects.filter(after=OuterRef("pk"), state__in=states)


def _later(**done: Any) -> Q:
    """Return the condition that a later post of the same session to the same ticket did this."""
    later = Post.objects.filter(
        ticket_id=OuterRef("ticket_id"),
        created_at__gt=OuterRef("created_at"),
        session_post__session=OuterRef("session_post__session"),
        **done,
    )
    return Q(Exists(later))
