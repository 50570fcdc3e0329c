"""What a note's form holds, field by field. Whatever handles some of the fields reads this list."""

from collections.abc import Mapping
from enum import Flag, auto
from typing import Any


class Use(Flag):
    """What a field is for; one that is for nothing else is for the form alone."""

    # It goes to the outbox with the intent.
    INTENT = auto()
    # It is what the person wants: a repeat of the request asks for the same, and who mends a failed
    # note begins with it.
    WISH = auto()
    # It is kept while the form is filled.
    DRAFT = auto()
    # It is typed: a draft that holds nothing of the kind is not worth keeping.
    TYPED = auto()
    FORM = 0


TIME_FIELDS = (
    "time_hours",
    "time_date",
    "time_start",
    "time_work_role",
    "time_work_type",
    "time_billable",
    "time_text",
)
FIELDS = {
    "request_id": Use.INTENT | Use.DRAFT,
    "ticket_id": Use.INTENT | Use.WISH,
    "note_type": Use.INTENT | Use.WISH | Use.DRAFT,
    "content": Use.INTENT | Use.WISH | Use.DRAFT | Use.TYPED,
    "update_status_id": Use.INTENT | Use.WISH | Use.DRAFT,
    "seen_status_id": Use.INTENT | Use.DRAFT,
    "seen_status_name": Use.INTENT,
    "replaces": Use.INTENT,
    # What the fields below say together, and whether the time goes before the status.
    "time": Use.INTENT | Use.WISH,
    "time_order": Use.INTENT,
    "files": Use.INTENT | Use.WISH | Use.DRAFT,
    **dict.fromkeys(TIME_FIELDS, Use.DRAFT),
    "begun_from": Use.DRAFT,
    "seen_record": Use.FORM,
    "board_id": Use.FORM,
    "location_id": Use.FORM,
    "confirm_overlap": Use.FORM,
    "company": Use.FORM,
    "merged_into": Use.FORM,
    "confirm_merged": Use.FORM,
    "confirm_visible": Use.FORM,
}


def names(use: Use) -> tuple[str, ...]:
    """Return the names of the fields that are for this."""
    return tuple(name for name, uses in FIELDS.items() if use in uses)


def intent_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the outbox takes of a valid form's values."""
    return {name: values[name] for name in names(Use.INTENT) if name in values}


def wish_of(row: Any) -> dict[str, Any]:
    """Return what an intent or a post that was made of one wants."""
    return {name: getattr(row, name) for name in names(Use.WISH)}
