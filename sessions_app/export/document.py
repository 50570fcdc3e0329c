"""What a session's record says, before any format says it its own way.

Pure: the same record gives the same document, and nothing that was typed is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from resolutionflow.lib.text import as_typed

NOTE = "note"

# Terminals leave escape codes and bells behind. A PSA refuses or drops them, so they are
# written as their pictures (␛): visible, and nothing is lost.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
_PICTURES |= {0x7F: 0x2421}
_LINE_ENDS = {0x2028: "\n", 0x2029: "\n"}
# What stands in front of a step that somebody marked.
_MARKS = {"internal": "[internal] ", "customer": "[for the customer] "}
_BULLETS = ("- ", "* ", "• ", "– ")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file of a step: what is said of it, and for HTML the data: URI of a picture."""

    line: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step as it was typed; `kind` is question, check, action or note.

    `audience` is internal, customer, or empty where nobody marked it. One that stands in place of
    `left_out` others says so in its title.
    """

    kind: str
    title: str
    audience: str = ""
    outcome: str = ""
    notes: str = ""
    command_output: str = ""
    files: tuple[FileRecord, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedRecord:
    """How long a session was worked; `span` is when, where it was worked in one go."""

    total: timedelta
    span: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One session as it was typed; `outcome` is the word people read, empty while open."""

    reference: str
    title: str
    engineer: str
    started_at: datetime
    completed_at: datetime | None = None
    worked: WorkedRecord | None = None
    client: str = ""
    outcome: str = ""
    problem: str = ""
    resolution: str = ""
    next_steps: str = ""
    steps: tuple[StepRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list: its line, and the longer texts that belong to it."""

    line: str
    notes: str
    command_output: str
    files: tuple[FileRecord, ...] = ()
    left_out: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """What it says, in order, as far as there is any of it."""
        lines = tuple(file.line for file in self.files)
        return tuple(filter(None, (self.line, self.notes, *lines, self.command_output)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The record in the order in which every format shows it; empty parts are left out."""

    title: str
    facts: tuple[str, ...]
    client: str
    summary: str
    known: tuple[Item, ...]
    steps: tuple[Item, ...]
    resolution: str
    next_steps: tuple[str, ...]
    reference: str


def build(record: SessionRecord) -> Document:
    """Return the document of a session: plain text, lines ended by a line feed."""
    return Document(
        title=_line(record.title),
        facts=_facts(record),
        client=_line(record.client),
        summary=clean(record.problem),
        known=_items(step for step in record.steps if step.kind == NOTE),
        steps=_items(step for step in record.steps if step.kind != NOTE),
        resolution=clean(record.resolution),
        next_steps=_bullets(record.next_steps),
        reference=record.reference,
    )


def clean(text: str) -> str:
    """Return the text with plain line ends, visible control characters, no blank edges."""
    text = as_typed(text.replace("\x00", "␀"))
    lines = text.translate(_LINE_ENDS).translate(_PICTURES).split("\n")
    # The spaces in front of the first line belong to the text: output stands in columns.
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def decimal_hours(duration: timedelta) -> str:
    """Return a duration as MSPs bill it: decimal hours, two digits, at least 0.01."""
    exact = Decimal(duration // timedelta(seconds=1)) / 3600
    rounded = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return str(max(rounded, Decimal("0.01")))


def _facts(record: SessionRecord) -> tuple[str, ...]:
    """Return outcome, engineer, duration and time: what stands under the title."""
    engineer = _line(record.engineer)
    start = record.started_at.astimezone(UTC)
    if record.completed_at is None:
        return ("IN PROGRESS", engineer, f"started {start:%Y-%m-%d %H:%M} UTC")
    end = record.completed_at.astimezone(UTC)
    worked = record.worked or WorkedRecord(total=end - start, span=(start, end))
    facts = (_line(record.outcome), engineer, f"{decimal_hours(worked.total)} hrs")
    return (
        (*facts, _span(*(each.astimezone(UTC) for each in worked.span))) if worked.span else facts
    )


def _span(start: datetime, end: datetime) -> str:
    """Return when it was: one date for one day, both dates across midnight."""
    if start.date() == end.date():
        return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M} UTC"
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M} UTC"


def _items(steps: Iterable[StepRecord]) -> tuple[Item, ...]:
    """Return the steps that say something, each as `title → outcome` and its longer texts.

    An empty one would be a lone dash, which makes a heading of the line above it.
    """
    items = []
    for step in steps:
        parts = (_line(step.title), clean(step.outcome))
        line = " → ".join(part for part in parts if part)
        line = f"{_MARKS.get(step.audience, '')}{line}"
        notes, output = clean(step.notes), clean(step.command_output)
        files = tuple(replace(file, line=_line(file.line)) for file in step.files)
        if line or notes or output or files:
            items.append(
                Item(
                    line=line,
                    notes=notes,
                    command_output=output,
                    files=files,
                    left_out=step.left_out,
                )
            )
    return tuple(items)


def _line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(part for part in clean(text).split("\n") if part.strip())


def _bullets(text: str) -> tuple[str, ...]:
    """Return one entry per line; a bullet that was typed is not written twice."""
    lines = (line.strip() for line in clean(text).split("\n"))
    return tuple(_without_bullet(line) for line in lines if line)


def _without_bullet(line: str) -> str:
    """Return the line without its leading bullet, unless there is nothing else."""
    for bullet in _BULLETS:
        if line.startswith(bullet):
            return line.removeprefix(bullet).lstrip()
    return line
