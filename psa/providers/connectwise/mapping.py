"""Translates ConnectWise's JSON to the product's types and back. Pure.

ConnectWise leaves null properties out (recordings of 2022 and 2026), so every key but the
id may be missing; a key of an unexpected type counts as missing.
"""

import re
from datetime import UTC, datetime
from typing import Any

from psa.providers.types import (
    Board,
    Member,
    Note,
    NoteDraft,
    NoteType,
    Reference,
    Ticket,
    TicketStatus,
    Visibility,
)

Record = dict[str, Any]

# (detailDescriptionFlag, internalAnalysisFlag, resolutionFlag)
_PLACEMENTS = {
    (True, False, False): NoteType.DESCRIPTION,
    (False, True, False): NoteType.INTERNAL_ANALYSIS,
    (False, False, True): NoteType.RESOLUTION,
}
_PLACES = {
    NoteType.DESCRIPTION: "in the discussion, which the customer sees",
    NoteType.INTERNAL_ANALYSIS: "among the internal notes, for colleagues only",
    NoteType.RESOLUTION: "in the resolution, which may reach the customer",
    NoteType.UNKNOWN: "in several places at once",
}
_WHO = {
    Visibility.CUSTOMER: " The customer can see it.",
    Visibility.MAY_REACH_CUSTOMER: " It may reach the customer.",
}


# --- To the product's types ----------------------------------------------------------


def ticket(data: Record, *, web_url: str) -> Ticket:
    """Return the ticket of a record."""
    return Ticket(
        id=str(data["id"]),
        summary=_text(data, "summary"),
        board=_reference(data, "board") or Reference(id="", name=""),
        status=_reference(data, "status") or Reference(id="", name=""),
        company=_reference(data, "company"),
        contact_name=_text(data, "contactName") or _name(_nested(data, "contact")),
        priority=_reference(data, "priority"),
        owner=_reference(data, "owner"),
        is_closed=data.get("closedFlag") is True,
        updated_at=_moment(_nested(data, "_info"), "lastUpdated"),
        web_url=web_url,
    )


def status(data: Record) -> TicketStatus:
    """Return the status of a record; it says closedStatus, where tickets say closedFlag."""
    order = data.get("sortOrder")
    return TicketStatus(
        id=str(data["id"]),
        name=_text(data, "name"),
        is_closed=data.get("closedStatus") is True,
        sort_order=order if isinstance(order, int) else 0,
    )


def version(data: Any) -> str:
    """Return the version of system/info, such as v2026.3.105333; empty if it says none."""
    return _text(data, "version") if isinstance(data, dict) else ""


def is_active_service_board(data: Record) -> bool:
    """Tell whether service tickets can be on this board: project boards hold projects'."""
    return data.get("inactiveFlag") is not True and data.get("projectFlag") is not True


def board(data: Record) -> Board:
    """Return the board of a record."""
    return Board(id=str(data["id"]), name=_text(data, "name"))


def member(data: Record) -> Member:
    """Return the member of a record; its e-mail is primaryEmail, else the default one."""
    default = _text(data, "defaultEmail").lower()
    named = f"{default}Email" if default in ("office", "mobile", "home") else "officeEmail"
    identifier = _text(data, "identifier")
    full_name = f"{_text(data, 'firstName')} {_text(data, 'lastName')}".strip()
    return Member(
        id=str(data["id"]),
        identifier=identifier,
        name=full_name or identifier,
        email=_text(data, "primaryEmail") or _text(data, named),
        is_active=data.get("inactiveFlag") is not True,
        # License class A is the API's (full, limited and subcontractor are F, X, C).
        is_api=data.get("licenseClass") == "A",
    )


def note(data: Record) -> Note:
    """Return the note of a record, with its visibility judged by where it was placed."""
    return Note(
        id=str(data["id"]),
        text=_text(data, "text"),
        note_type=_note_type(data),
        visibility=_visibility(data),
        author=_name(_nested(data, "member")) or _text(data, "createdBy"),
        created_at=_moment(data, "dateCreated"),
    )


def _placement(data: Record) -> tuple[bool, bool, bool]:
    return (
        data.get("detailDescriptionFlag") is True,
        data.get("internalAnalysisFlag") is True,
        data.get("resolutionFlag") is True,
    )


def _note_type(data: Record) -> NoteType:
    """Return the one place of the note; UNKNOWN for none and for several."""
    return _PLACEMENTS.get(_placement(data), NoteType.UNKNOWN)


def _visibility(data: Record) -> Visibility:
    """Return who sees the note; the most public of several places decides.

    Never by internalFlag and externalFlag: recorded notes for colleagues only come back
    with both of them true (2022).
    """
    discussion, internal, resolution = _placement(data)
    if discussion:
        return Visibility.CUSTOMER
    if resolution:
        return Visibility.MAY_REACH_CUSTOMER
    return Visibility.COLLEAGUES if internal else Visibility.UNKNOWN


# --- From the product's types --------------------------------------------------------


def note_body(draft: NoteDraft) -> Record:
    """Return the JSON that writes the note. Raises ValueError for the type UNKNOWN."""
    kind = draft.note_type
    if kind is NoteType.UNKNOWN:
        raise ValueError("a note is written to one known place")
    body: Record = {
        "text": draft.text,
        "detailDescriptionFlag": kind is NoteType.DESCRIPTION,
        "internalAnalysisFlag": kind is NoteType.INTERNAL_ANALYSIS,
        "resolutionFlag": kind is NoteType.RESOLUTION,
        "internalFlag": kind is not NoteType.DESCRIPTION,
        "processNotifications": kind is not NoteType.INTERNAL_ANALYSIS,
    }
    if draft.member_id is not None:
        body["member"] = {"id": int(draft.member_id)}
    return body


def status_change(status_id: str) -> list[Record]:
    """Return the JSON Patch that sets the status.

    The whole reference: a path such as status/id gets a 200 and changes nothing.
    """
    return [{"op": "replace", "path": "status", "value": {"id": int(status_id)}}]


# --- Read-back -----------------------------------------------------------------------


def differences(
    data: Record, *, text: str, note_type: NoteType | None = None, member_id: str | None = None
) -> tuple[str, ...]:
    """Return a sentence for each way in which the stored note is not what was asked for.

    None for a note type or a member means that any will do.
    """
    stored = note(data)
    found = [_text_difference(text, stored.text)]
    if note_type is not None and stored.note_type is not note_type:
        found.append(_place_difference(note_type, stored))
    signed = _nested(data, "member")
    if member_id is not None and "id" in signed and str(signed["id"]) != member_id:
        found.append("ConnectWise signed the note with another member than the chosen one.")
    return tuple(sentence for sentence in found if sentence)


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for what ConnectWise is known to change."""
    return normalised(one) == normalised(other)


def normalised(text: str) -> str:
    """Return the text with one kind of line end and of space, and none at line ends.

    ConnectWise may return CRLF, tabs as four spaces, and no-break spaces.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    lines = unified.replace("\t", "    ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _text_difference(asked: str, stored: str) -> str:
    wanted, got = normalised(asked), normalised(stored)
    if wanted == got:
        return ""
    if re.sub(r"\s+", " ", wanted) == re.sub(r"\s+", " ", got):
        return "ConnectWise kept the words but changed the line breaks."
    if got and wanted.startswith(got):
        return f"ConnectWise kept only the first {len(got)} of {len(wanted)} characters."
    return "ConnectWise stored a different text. Compare the note on the ticket."


def _place_difference(asked: NoteType, stored: Note) -> str:
    who = _WHO.get(stored.visibility, "") if asked is NoteType.INTERNAL_ANALYSIS else ""
    return f"The note was meant to stand {_PLACES[asked]}, but stands {_stands(stored)}.{who}"


def _stands(stored: Note) -> str:
    unseen = stored.visibility is Visibility.UNKNOWN
    return "nowhere on the ticket" if unseen else _PLACES[stored.note_type]


# --- Small readings ------------------------------------------------------------------


def _text(data: Record, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _nested(data: Record, key: str) -> Record:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _name(data: Record) -> str:
    return _text(data, "name") or _text(data, "identifier")


def _reference(data: Record, key: str) -> Reference | None:
    nested = _nested(data, key)
    return Reference(id=str(nested["id"]), name=_name(nested)) if "id" in nested else None


def _moment(data: Record, key: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(data, key))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
