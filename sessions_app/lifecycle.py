"""What happens to a session: started, worked step by step, handed over, completed, reopened.

Every change of a session's steps locks the session's row first, so that two tabs change it
one after the other: positions stay 1, 2, 3 … without gaps or repeats.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts import audit
from accounts.models import Account, User
from sessions_app import clock, mending, sizes
from sessions_app.files import attaching
from sessions_app.files.attaching import Kept
from sessions_app.models import Draft, Step, WorkSession, new_reference


class SessionClosed(Exception):
    """The session was completed; it changes again only after it is reopened."""

    sentence = "This session is completed. Reopen it to change it."


class StepChanged(Exception):
    """The step was changed elsewhere since this form was opened; carries how it stands now."""

    sentence = (
        "This step was changed elsewhere since you opened it. "
        "Compare both, then save again to keep your text."
    )

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(self.sentence)


class StepRemoved(Exception):
    """The step was removed elsewhere since this form was opened; its text goes nowhere."""

    sentence = (
        "This step was removed elsewhere since you opened it, so nothing was saved. Your text is "
        "kept here: restore the step under Removed steps, then save again."
    )


class DetailsChanged(Exception):
    """The details were changed elsewhere since this form was opened."""

    sentence = (
        "These details were changed elsewhere since you opened them. "
        "Compare both, then save again to keep your text."
    )


def start(account: Account, engineer: User, **values: Any) -> WorkSession:
    """Return a new open session; `values` are title, client_name and problem."""
    reference = new_reference()
    while WorkSession.objects.filter(reference=reference).exists():
        reference = new_reference()
    now = timezone.now()
    return WorkSession.objects.create(
        account=account,
        engineer=engineer,
        reference=reference,
        started_at=now,
        active_at=now,
        **values,
    )


def start_once(
    account: Account, engineer: User, request_id: UUID | None, **values: Any
) -> tuple[WorkSession, bool]:
    """Return a new open session and True, or for a repeat of the same form the first one.

    Also where both arrive at the same moment. The same form with other text, or after its
    session was completed, starts another one.
    """
    known = _started_by(engineer, request_id)
    if known is None:
        try:
            with transaction.atomic():
                return start(account, engineer, request_id=request_id, **values), True
        except IntegrityError:
            known = _started_by(engineer, request_id)
    same = known and all(getattr(known, name) == value for name, value in values.items())
    if known and same and known.is_open:
        return known, False
    return start(account, engineer, **values), True


def _started_by(engineer: User, request_id: UUID | None) -> WorkSession | None:
    if request_id is None:
        return None
    return WorkSession.objects.filter(engineer=engineer, request_id=request_id).first()


def version_of_details(session: WorkSession) -> str:
    """Return by what a form tells which title, client and problem it was opened on."""
    texts = (session.title, session.client_name, session.problem)
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


def change_details(session: WorkSession, *, seen: str = "", **values: Any) -> None:
    """Write title, client_name and problem (compare-and-set).

    `seen` is the `version_of_details` that the form was opened on; "" overwrites unseen. Raises
    SessionClosed, or DetailsChanged if somebody else wrote other texts meanwhile.
    """
    with _locked(session) as locked:
        is_same = all(getattr(locked, name) == value for name, value in values.items())
        if seen and seen != version_of_details(locked) and not is_same:
            raise DetailsChanged
        _update(locked, session, **values)


def complete(
    session: WorkSession,
    *,
    outcome: str,
    resolution: str,
    next_steps: str,
    said: timedelta | None = None,
) -> None:
    """Close the session with its outcome; the same again changes nothing.

    `said` is how long it was worked as a person says, None for what was measured. Raises
    SessionClosed if it was completed with something else meanwhile.
    """
    values = {"outcome": outcome, "resolution": resolution, "next_steps": next_steps}
    with _locked(session, closed_too=True) as locked:
        if locked.is_open:
            now = timezone.now()
            clock.stop(locked, now)
            _update(locked, session, **values, completed_at=now, **clock.standing(locked))
            if said is not None:
                mending.say(session, said, now)
        elif any(getattr(locked, name) != value for name, value in values.items()):
            raise SessionClosed


def reopen(session: WorkSession) -> None:
    """Open the session again; its resolution and next steps stay as text to go on with."""
    with _locked(session, closed_too=True) as locked:
        if locked.is_open:
            return
        clock.start_again(locked, timezone.now())
        _update(locked, session, outcome="", completed_at=None, **clock.standing(locked))


def hand_over(session: WorkSession, to: User, by: User) -> None:
    """Make a colleague of the same account the open session's engineer; the steps stay.

    Drafts go along: what was typed but not added yet waits for the colleague. Raises
    SessionClosed: a completed record names who did the work.
    """
    with _locked(session, is_work=False) as locked:
        before = locked.engineer
        if before == to:
            return
        _hand_drafts(before, to, [locked.pk])
        clock.pass_on(locked, timezone.now())
        _update(locked, session, engineer=to, **clock.standing(locked))
        audit.record(
            locked.account,
            by,
            "session.handed_over",
            str(locked),
            before={"engineer": str(before)},
            after={"engineer": str(to)},
        )


@transaction.atomic
def hand_over_all(engineer: User, to: User, by: User) -> int:
    """Hand over every open session of somebody to a colleague; return how many there were."""
    mine = WorkSession.objects.filter(engineer=engineer, completed_at=None)
    keys = list(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not keys or engineer == to:
        return 0
    _hand_drafts(engineer, to, keys)
    now = timezone.now()
    for session in WorkSession.objects.filter(pk__in=keys).select_related("account", "engineer"):
        clock.pass_on(session, now)
        WorkSession.objects.filter(pk=session.pk).update(**clock.standing(session))
    WorkSession.objects.filter(pk__in=keys).update(
        engineer=to, version=F("version") + 1, updated_at=now
    )
    audit.record(
        Account.objects.get(users=engineer),
        by,
        "sessions.handed_over",
        f"{len(keys)} open {'session' if len(keys) == 1 else 'sessions'}",
        before={"engineer": str(engineer)},
        after={"engineer": str(to)},
    )
    return len(keys)


def steps_of(session: WorkSession) -> list[Step]:
    """Return the steps in order, without removed ones."""
    return list(session.steps.filter(removed_at=None).prefetch_related("files"))


def removed_steps_of(session: WorkSession, most: int) -> list[Step]:
    """Return the steps that were removed last, the last first, as far as their titles."""
    removed = session.steps.exclude(removed_at=None).order_by("-removed_at", "-pk")
    return list(removed.only("session", "title")[:most])


def add_step(
    session: WorkSession,
    values: Mapping[str, str],
    request_id: UUID | None = None,
    files: Sequence[Kept] = (),
) -> Step:
    """Add a step at the end and return it; a repeat of the same form returns the first one.

    `values` are kind, title, outcome, notes and command_output; `files` are stored already. Raises
    SessionClosed, sizes.SessionFull, or files.kinds.NotTaken.
    """
    with _locked(session) as locked:
        known = locked.steps.filter(request_id=request_id).first() if request_id else None
        if known and all(getattr(known, name) == value for name, value in values.items()):
            attaching.attach(known, files)
            return known
        size = sizes.of_step(values)
        sizes.grow(locked, steps=1, size=size)
        # The same form with other text is a second tab of the same draft: a step of its own.
        step = locked.steps.create(
            **values,
            size=size,
            position=_live(locked).count() + 1,
            request_id=None if known else request_id,
        )
        attaching.attach(step, files)
        return step


def edit_step(
    step: Step,
    values: Mapping[str, str],
    seen: datetime | None,
    files: Sequence[Kept] = (),
    taken_out: Collection[UUID] = (),
) -> Step:
    """Write the step's new text, with files that are added and taken out, and return it.

    `seen` is the `updated_at` that the editor was opened on; None overwrites unseen. `files` are
    stored already. Raises SessionClosed, StepRemoved, StepChanged if somebody else wrote it
    meanwhile, sizes.SessionFull, or files.kinds.NotTaken.
    """
    with _locked(step.session) as locked:
        step = locked.steps.get(pk=step.pk)
        if step.removed_at:
            raise StepRemoved
        if seen and step.updated_at != seen:
            raise StepChanged(step)
        size = sizes.of_step(values)
        sizes.grow(locked, size=size - step.size)
        for name, value in values.items():
            setattr(step, name, value)
        step.size = size
        step.save(update_fields=[*values, "size", "updated_at"])
        attaching.take_out(step, taken_out)
        attaching.attach(step, files)
        return step


def move_step(step: Step, direction: str) -> None:
    """Swap the step with the one above ("up") or below ("down"); at the end it stays.

    Raises SessionClosed.
    """
    with _locked(step.session) as locked:
        step = locked.steps.get(pk=step.pk)
        position = step.position + (-1 if direction == "up" else 1)
        other = _live(locked).filter(position=position).first()
        if step.removed_at or other is None:
            return
        Step.objects.filter(pk=other.pk).update(position=step.position)
        Step.objects.filter(pk=step.pk).update(position=position)


def remove_step(step: Step) -> None:
    """Take the step out of the record; it is kept and can be restored. Raises SessionClosed."""
    with _locked(step.session) as locked:
        step = locked.steps.get(pk=step.pk)
        if step.removed_at:
            return
        Step.objects.filter(pk=step.pk).update(removed_at=timezone.now())
        _live(locked).filter(position__gt=step.position).update(position=F("position") - 1)


def restore_step(step: Step) -> Step:
    """Put a removed step back where it was, and return it. Raises SessionClosed."""
    with _locked(step.session) as locked:
        step = locked.steps.get(pk=step.pk)
        if step.removed_at is None:
            return step
        step.position = min(step.position, _live(locked).count() + 1)
        _live(locked).filter(position__gte=step.position).update(position=F("position") + 1)
        step.removed_at = None
        step.save(update_fields=["position", "removed_at"])
        return step


def _live(session: WorkSession) -> models.QuerySet[Step]:
    return session.steps.filter(removed_at=None)


def _hand_drafts(before: User, to: User, sessions: list[UUID]) -> None:
    """Give the unsent text to the colleague, unless they have typed something there already."""
    theirs = Draft.objects.filter(user=to, session=OuterRef("session"), form=OuterRef("form"))
    drafts = Draft.objects.filter(user=before, session__in=sessions)
    drafts.exclude(Exists(theirs)).update(user=to)


@contextmanager
def _locked(
    session: WorkSession, *, closed_too: bool = False, is_work: bool = True
) -> Iterator[WorkSession]:
    """Hold the session's row, as it stands now, until the change is committed.

    A change of what an open session says is work, and has its clock run.
    """
    with transaction.atomic():
        locked = WorkSession.objects.select_for_update().get(pk=session.pk)
        if not (locked.is_open or closed_too):
            raise SessionClosed
        yield locked
        now = timezone.now()
        if is_work and not closed_too:
            clock.wake(locked, now)
        WorkSession.objects.filter(pk=session.pk).update(
            step_count=locked.step_count,
            step_bytes=locked.step_bytes,
            version=F("version") + 1,
            # Lists show when a session was worked on last; its steps are its work.
            updated_at=now,
            **clock.standing(locked),
        )


def _update(locked: WorkSession, shown: WorkSession, **values: Any) -> None:
    """Write the values to the row, and to the object that the caller shows."""
    for name, value in values.items():
        setattr(locked, name, value)
        setattr(shown, name, value)
    locked.save(update_fields=[*values])
