"""A session that is too long for a note, cut so that it fits; what was left out is said.

The beginning and the end stay, and of each step that stays, how its texts begin. Only what the
note will hold is read from the database, however long the session is.
"""

from dataclasses import replace

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Left, Length

from resolutionflow.lib.sizes import in_words
from sessions_app.export.document import NOTE, FileRecord, SessionRecord, StepRecord
from sessions_app.models import Step, StepFile, WorkSession

# Characters. A note says at most five and a half bytes for one: a line with one letter of four
# bytes, indented. Together these stay below `sizes.NOTE_BYTES`.
_OF_STEPS = 26_000
_OF_A_TEXT = 3_000
# Of one step, however many there are.
_LEAST = 300
# How many files a step has.
_STANDING = StepFile.objects.filter(step=OuterRef("pk"), removed_at=None).order_by()
_FILES = Coalesce(Subquery(_STANDING.values("step").annotate(n=Count("pk")).values("n")), 0)


def steps_of(session: WorkSession, standing: QuerySet[Step]) -> tuple[StepRecord, ...]:
    """Return the first and the last of these steps, cut, with one in place of those between."""
    kinds = list(standing.values_list("position", "kind"))
    each = max(_LEAST, _OF_STEPS // max(1, len(kinds)))
    shown = min(len(kinds), _OF_STEPS // each)
    # How a job ended matters more than how it began.
    first = shown // 3 if shown < len(kinds) else shown
    between = kinds[first : len(kinds) - shown + first]
    begin = _read(standing, each, kinds[:first])
    end = _read(standing, each, kinds[len(kinds) - shown + first :])
    return (*begin, *_gap(session, [kind for _, kind in between]), *end)


def goes_without_details(standing: QuerySet[Step]) -> bool:
    """Return whether a note can hold the titles and outcomes of these steps, uncut."""
    length = Coalesce(Sum(Length("title") + Length("outcome")), 0)
    total: int = standing.aggregate(total=length)["total"]
    return total <= _OF_STEPS


def without_details(standing: QuerySet[Step]) -> tuple[StepRecord, ...]:
    """Return titles and outcomes of the steps; their longer texts stay in the database."""
    rows = standing.values_list("kind", "audience", "title", "outcome")
    return tuple(
        StepRecord(kind=kind, audience=audience, title=title, outcome=outcome)
        for kind, audience, title, outcome in rows
    )


def own_texts_of(record: SessionRecord) -> SessionRecord:
    """Return the record with the session's own texts cut."""
    return replace(
        record,
        problem=_cut(record.problem, _OF_A_TEXT),
        resolution=_cut(record.resolution, _OF_A_TEXT),
        next_steps=_cut(record.next_steps, _OF_A_TEXT),
    )


def _read(standing: QuerySet[Step], each: int, wanted: list[tuple[int, str]]) -> list[StepRecord]:
    """Return the steps at these positions, each of about so many characters."""
    if not wanted:
        return []
    title, text = each // 2, each // 6
    begins = [Left(name, text + 1) for name in ("outcome", "notes", "command_output")]
    places = (wanted[0][0], wanted[-1][0])
    rows = standing.filter(position__range=places)
    return [
        StepRecord(
            kind=kind,
            audience=audience,
            title=_cut(line, title),
            outcome=_cut(outcome, text, size),
            notes=_cut(notes, text, size),
            command_output=_cut(output, text, size),
            files=(FileRecord(line=f"[… pictures and files: {files} …]"),) if files else (),
        )
        for kind, audience, size, line, outcome, notes, output, files in rows.values_list(
            "kind", "audience", "size", "title", *begins, _FILES
        )
    ]


def _gap(session: WorkSession, kinds: list[str]) -> list[StepRecord]:
    """Return what says how many of each section are left out."""
    notes = kinds.count(NOTE)
    there = f"left out here: {session.reference} in ResolutionFlow holds all of it"
    return [
        StepRecord(kind=kind, title=f"[… {count} {what} {there} …]", left_out=count)
        for kind, count, what in (
            (NOTE, notes, "notes"),
            (Step.Kind.ACTION.value, len(kinds) - notes, "steps"),
        )
        if count
    ]


def _cut(text: str, most: int, size: int = 0) -> str:
    """Return how the text begins, and that it goes on; `size` is of the whole in bytes."""
    if len(text) <= most:
        return text
    whole = f" of {in_words(size)}" if size else ""
    return f"{text[:most]} [… the rest{whole} is left out …]"
