"""The note for one reader: what a template makes of a session's record. Pure.

What was typed is escaped where Markdown would make something else of it (see escaping.py); so are
a template's own words, and the values of its placeholders.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from psa.placeholders import fill
from sessions_app.export import psa
from sessions_app.export.document import NOTE, Document, SessionRecord, StepRecord, build, clean
from sessions_app.export.escaping import escape, escape_in_bold
from sessions_app.export.readers import CUSTOMER, for_reader
from sessions_app.export.templates import FULL, NoteTemplate

_HEADINGS = {
    "problem": "Problem",
    "known": "What we know",
    "cause": "Cause",
    "steps": "Steps taken",
    "resolution": "Resolution",
    "next_steps": "Next steps",
}
_FOR_CUSTOMER = _HEADINGS | {
    "cause": "What we found",
    "steps": "What we did",
    "resolution": "Where it stands",
    "next_steps": "What comes next",
}
# By the outcome as people read it: how a customer is told, and what comes next where nobody said.
_STANDS = {
    "": (
        "Here is an update on your request.",
        "We keep working on it and tell you when there is news.",
    ),
    "Resolved": (
        "Your request is resolved.",
        "If it happens again, tell us and we look at it anew.",
    ),
    "Escalated": (
        "We have passed your request on to a specialist.",
        "We tell you when there is news.",
    ),
    "Waiting": ("Your request is waiting before we can go on.", "We go on as soon as we can."),
    "Abandoned": ("We have ended our work on your request.", "If you still need it, tell us."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a note is told: to the reader of which note type, and in which template.

    `values` fill placeholders, by name.
    """

    reader: str
    template: NoteTemplate
    values: Mapping[str, str] = field(default_factory=dict)


def render(record: SessionRecord, telling: Telling, reference: str) -> str:
    """Return the note; `reference` ends it."""
    template, reader = telling.template, telling.reader
    seen = for_reader(record, reader, details="details" in template.sections)
    document = build(seen)
    if template == FULL and reader == FULL.note_type:
        return psa.render(document, reference=reference)
    parts = [
        *_opening(document, record, telling),
        *(
            _section(name, document, seen, telling)
            for name in _HEADINGS
            if name in template.sections
        ),
        *_closing(record, telling),
        f"ResolutionFlow · {reference}",
    ]
    return "\n\n".join(part for part in parts if part)


def sections_alone(record: SessionRecord, telling: Telling) -> str:
    """Return the note's sections that hold something, without anything around them."""
    sections = telling.template.sections
    seen = for_reader(record, telling.reader, details="details" in sections)
    document = build(seen)
    bodies = {name: _body(name, document, seen) for name in _HEADINGS if name in sections}
    return "\n\n".join(
        f"**{_heading(name, seen, telling)}**\n{body}" for name, body in bodies.items() if body
    )


def _opening(document: Document, record: SessionRecord, telling: Telling) -> list[str]:
    """Return what stands before the sections: a greeting for the customer, else the title."""
    template = telling.template
    intro = _filled(template.intro, telling.values)
    if telling.reader == CUSTOMER:
        return [intro] if intro else [_greeting(telling.values), _stands(record)[0]]
    title = escape_in_bold(" — ".join(part for part in (template.heading, document.title) if part))
    facts = escape(" | ".join(document.facts)) if "facts" in template.sections else ""
    heading = f"**{title}**" if title else ""
    return ["\n".join(part for part in (heading, facts) if part), intro]


def _greeting(values: Mapping[str, str]) -> str:
    name = escape(" ".join(values.get("first_name", "").split()))
    return f"Hello {name}," if name else "Hello,"


def _closing(record: SessionRecord, telling: Telling) -> list[str]:
    """Return what stands behind the sections, before the reference."""
    if telling.template.outro:
        return [_filled(telling.template.outro, telling.values)]
    if telling.reader != CUSTOMER:
        return []
    return [f"Kind regards\n{escape(' '.join(clean(record.engineer).split()))}"]


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Return a template's own words; as a paragraph they begin at the edge, or would be code."""
    return escape(clean(fill(clean(text), values).text).strip())


def _stands(record: SessionRecord) -> tuple[str, str]:
    return _STANDS.get(record.outcome if record.completed_at else "", _STANDS[""])


def _section(name: str, document: Document, seen: SessionRecord, telling: Telling) -> str:
    """Return a titled part, or nothing when it is empty."""
    body = _body(name, document, seen)
    if telling.reader == CUSTOMER and name == "next_steps" and not body:
        body = _stands(seen)[1]
    return f"**{_heading(name, seen, telling)}**\n{body}" if body else ""


def _heading(name: str, seen: SessionRecord, telling: Telling) -> str:
    if telling.reader != CUSTOMER:
        return _HEADINGS[name]
    is_solved = name == "resolution" and seen.outcome == "Resolved"
    return "What solved it" if is_solved else _FOR_CUSTOMER[name]


def _body(name: str, document: Document, seen: SessionRecord) -> str:
    match name:
        case "problem":
            return escape(document.summary)
        case "known":
            return "\n".join(psa.entry("- ", each) for each in document.known)
        case "cause":
            found = build(replace(seen, steps=tuple(filter(_is_finding, seen.steps))))
            return "\n".join(psa.entry("- ", each) for each in (*found.known, *found.steps))
        case "steps":
            return psa.numbered(document.steps)
        case "resolution":
            return escape(document.resolution)
    return "\n".join(f"- {escape(line)}" for line in document.next_steps)


def _is_finding(step: StepRecord) -> bool:
    """Return whether the step says what was found: a note, or a check with an outcome."""
    return step.kind == NOTE or (step.kind == "check" and bool(step.outcome.strip()))
