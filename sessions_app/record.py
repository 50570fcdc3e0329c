"""From the rows of a session to the pure record that the export knows."""

from collections.abc import Sequence

from sessions_app import lifecycle
from sessions_app.export.document import Document, SessionRecord, StepRecord, build
from sessions_app.models import Step, WorkSession


def document_of(session: WorkSession, steps: Sequence[Step] | None = None) -> Document:
    """Return the session's document; `steps` saves the query where they are loaded already."""
    if steps is None:
        steps = lifecycle.steps_of(session)
    return build(_record(session, steps))


def _record(session: WorkSession, steps: Sequence[Step]) -> SessionRecord:
    return SessionRecord(
        reference=session.reference,
        title=session.title,
        engineer=session.engineer.name or session.engineer.email,
        started_at=session.started_at,
        completed_at=session.completed_at,
        client=session.client_name,
        outcome=session.get_outcome_display(),
        problem=session.problem,
        resolution=session.resolution,
        next_steps=session.next_steps,
        steps=tuple(
            StepRecord(
                kind=step.kind,
                title=step.title,
                outcome=step.outcome,
                notes=step.notes,
                command_output=step.command_output,
            )
            for step in steps
        ),
    )
