"""Translates notes and time entries into lines of a ticket's history. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import time
from typing import Any, TypeGuard

from psa.providers.connectwise.mapping import (
    Record,
    moment_in,
    name_in,
    note,
    note_type_of,
    record_in,
    reference_in,
    text_in,
    visibility_of,
)
from psa.providers.types import Entry, EntryKind


def has_two_authors(data: Record) -> bool:
    """Tell whether a note names a contact and a member: one wrote it, the other passed it on."""
    return bool(reference_in(data, "contact") and reference_in(data, "member"))


def note_entry(data: Record, *, api_members: Collection[int] = ()) -> Entry:
    """Return a note as a line of the ticket's history.

    A note of the customer's names a contact, and no member. Client portals and mail tools
    write it through the API, so that the API's member stands on it too (facts of 2022; one of
    `api_members`, the ids of such members): it is the customer's all the same. A person who
    writes for a contact remains the author.
    """
    stored = note(data)
    contact, member = reference_in(data, "contact"), reference_in(data, "member")
    by_customer = bool(contact) and (not member or member["id"] in api_members)
    author = stored.author
    if by_customer:
        author = name_in(contact) or author
    elif contact and name_in(contact):
        author = f"{author} for {name_in(contact)}" if author else name_in(contact)
    return Entry(
        id=stored.id,
        kind=EntryKind.NOTE,
        text=stored.text,
        note_type=stored.note_type,
        visibility=stored.visibility,
        author=author,
        by_customer=by_customer,
        created_at=stored.created_at,
    )


def time_entries(data: Record) -> list[Entry]:
    """Return a time entry as lines of the ticket's history: its text, and that for colleagues.

    The notes stand where the addTo… flags place them. The internal notes are for colleagues
    only, so they are a line of their own. Hours that were entered without a start and an end
    have a day, at midnight, and no time.
    """
    notes, internal = text_in(data, "notes"), text_in(data, "internalNotes")
    placed = {
        flag: data.get("addTo" + flag[0].upper() + flag[1:]) is True
        for flag in ("detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag")
    }
    for_colleagues = {"internalAnalysisFlag": True}
    if notes and internal:
        public = _time_entry(data, str(data["id"]), notes, placed)
        private = _time_entry(data, f"{data['id']}-internal", internal, for_colleagues)
        return [public, replace(private, hours=None)]
    if internal:
        return [_time_entry(data, str(data["id"]), internal, for_colleagues)]
    return [_time_entry(data, str(data["id"]), notes, placed if notes else {})]


def _time_entry(data: Record, entry_id: str, text: str, placed: Record) -> Entry:
    started = moment_in(data, "timeStart")
    hours = data.get("actualHours")
    is_whole_day = started is None or started.time() == time.min
    return Entry(
        id=entry_id,
        kind=EntryKind.TIME,
        text=text,
        note_type=note_type_of(placed),
        visibility=visibility_of(placed),
        author=name_in(record_in(data, "member")) or text_in(data, "enteredBy"),
        by_customer=False,
        created_at=started or moment_in(data, "dateEntered"),
        hours=float(hours) if _is_number(hours) else None,
        day_only=is_whole_day and moment_in(data, "timeEnd") is None,
    )


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
