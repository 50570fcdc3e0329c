"""From the rows of a session to the pure record that the export knows, and to its note."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.db.models import F, QuerySet

from resolutionflow.lib.sizes import NOTE_BYTES, size_of
from sessions_app import export, lifecycle, shortening, worked
from sessions_app.export.document import (
    Document,
    FileRecord,
    SessionRecord,
    StepRecord,
    WorkedRecord,
    build,
)
from sessions_app.files import embedding
from sessions_app.models import SessionNote, Step, StepFile, WorkSession

# What renders: a note that an older release made is made anew.
_SOURCES = sorted(Path(__file__).parent.glob("export/*.py"))
_RENDERER = sha256(
    b"".join(
        path.read_bytes() for path in (*_SOURCES, Path(__file__), Path(str(shortening.__file__)))
    )
).hexdigest()


def document_of(session: WorkSession, *, with_pictures: bool = False) -> Document:
    """Return the session's document, the whole of it; `with_pictures` for a format that has any."""
    steps = lifecycle.steps_of(session)
    files = [file for step in steps for file in step.shown_files]
    sources = embedding.sources_of(files) if with_pictures else {}
    return build(_record(session, _of_steps(steps, sources)))


def document_for_note(session: WorkSession) -> tuple[Document, bool]:
    """Return the session's document as a note can hold it, and whether it had to be cut."""
    record, is_short = for_note(session)
    document = build(record)
    if not is_short and size_of(export.render(document, "psa")) > NOTE_BYTES:
        return build(shortened(session)), True
    return document, is_short


def for_note(
    session: WorkSession, *, since: datetime | None = None, details: bool = True
) -> tuple[SessionRecord, bool]:
    """Return the session's record for a note, and whether it had to be cut.

    With `since` it holds of the steps those that were added or changed after that; without
    `details` they have no notes and no command output, so that more of them go.
    """
    standing = _standing(session, since)
    own = size_of(session.problem, session.resolution, session.next_steps)
    if session.step_bytes + own <= NOTE_BYTES:
        return _record(session, _of_steps(standing.prefetch_related("files"))), False
    if not details and shortening.goes_without_details(standing) and own <= NOTE_BYTES // 2:
        return _record(session, shortening.without_details(standing)), False
    return shortened(session, since=since), True


def shortened(session: WorkSession, *, since: datetime | None = None) -> SessionRecord:
    """Return the session's record, cut so that a note can hold it."""
    steps = shortening.steps_of(session, _standing(session, since))
    return shortening.own_texts_of(_record(session, steps))


def _standing(session: WorkSession, since: datetime | None) -> QuerySet[Step]:
    steps: QuerySet[Step] = session.steps.filter(removed_at=None)
    return steps if since is None else steps.filter(updated_at__gt=since)


def note_of(session: WorkSession) -> SessionNote:
    """Return the note that the record makes, rendered once for each change of the session.

    Whether the stored one still holds is asked of the database, so `session` may be older.
    """
    renderer = _renderer_for(session)
    known = SessionNote.objects.filter(
        session=session, version=F("session__version"), renderer=renderer
    ).first()
    return known or _render(session.pk, renderer)


def _render(session_id: UUID, renderer: str) -> SessionNote:
    # The version is read before the steps: a change between the two makes the note too old,
    # and never too new.
    session = WorkSession.objects.select_related("engineer", "account").get(pk=session_id)
    document, is_short = document_for_note(session)
    note = SessionNote(
        session=session,
        version=session.version,
        renderer=renderer,
        text=export.render(document, "psa"),
        is_short=is_short,
    )
    SessionNote.objects.bulk_create(
        [note],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["version", "renderer", "text", "is_short"],
    )
    return note


def _renderer_for(session: WorkSession) -> str:
    """Return what renders, and under which name the engineer signs; they may take another."""
    return sha256(f"{_RENDERER} {_engineer(session)}".encode()).hexdigest()


def _engineer(session: WorkSession) -> str:
    return session.engineer.name or session.engineer.email


def _worked(session: WorkSession) -> WorkedRecord | None:
    """Return the worked time of a completed session."""
    if session.is_open:
        return None
    time = worked.of(session)
    whole = worked.in_one(time.spans)
    if whole is None or time.is_said:
        return WorkedRecord(total=time.total)
    return WorkedRecord(total=time.total, span=(whole.start, whole.end))


def _record(session: WorkSession, steps: tuple[StepRecord, ...]) -> SessionRecord:
    return SessionRecord(
        reference=session.reference,
        title=session.title,
        engineer=_engineer(session),
        started_at=session.started_at,
        completed_at=session.completed_at,
        worked=_worked(session),
        client=session.client_name,
        outcome=session.get_outcome_display(),
        problem=session.problem,
        resolution=session.resolution,
        next_steps=session.next_steps,
        steps=steps,
    )


def _of_steps(
    steps: Iterable[Step], sources: Mapping[UUID, str] | None = None
) -> tuple[StepRecord, ...]:
    return tuple(
        StepRecord(
            kind=step.kind,
            audience=step.audience,
            title=step.title,
            outcome=step.outcome,
            notes=step.notes,
            command_output=step.command_output,
            files=tuple(
                FileRecord(
                    line=f"{_what(file)}: {file.alt}", source=(sources or {}).get(file.pk, "")
                )
                for file in step.shown_files
            ),
        )
        for step in steps
    )


def _what(file: StepFile) -> str:
    return "Picture" if file.is_picture else f"File {file.name}"
