"""Translates ConnectWise's JSON to the product's types and back. Pure.

ConnectWise leaves null properties out (recordings of 2022 and 2026), so every key but the
id may be missing; a key of an unexpected type counts as missing.
"""

import re
from datetime import datetime
from typing import Any

from psa.providers.cleaning import decoded, moment
from psa.providers.types import (
    Assignee,
    Board,
    Company,
    Configuration,
    Member,
    Note,
    NoteDraft,
    NoteType,
    Priority,
    Reference,
    Ticket,
    TicketStatus,
    Visibility,
)

Record = dict[str, Any]

# The schedule's type for service tickets.
SERVICE_ENTRY = 4

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
        # Mails are where summaries come from, and with them their entities.
        summary=decoded(text_in(data, "summary")),
        board=_reference(data, "board") or Reference(id="", name=""),
        status=_reference(data, "status") or Reference(id="", name=""),
        company=_reference(data, "company"),
        contact_name=text_in(data, "contactName") or name_in(record_in(data, "contact")),
        priority=_reference(data, "priority"),
        owner=_reference(data, "owner"),
        is_closed=data.get("closedFlag") is True,
        updated_at=moment_in(record_in(data, "_info"), "lastUpdated"),
        web_url=web_url,
        entered_at=moment_in(record_in(data, "_info"), "dateEntered"),
        customer_updated=data.get("customerUpdatedFlag") is True,
        resources=text_in(data, "resources"),
        merged_into=_reference(data, "mergedParentTicket"),
        parent_id=str(_number(data, "parentTicketId") or ""),
        has_children=data.get("hasChildTicket") is True,
        is_project=text_in(data, "recordType") in ("ProjectTicket", "ProjectIssue"),
        project=name_in(record_in(data, "project")),
        location_id=_location_of(data),
    )


def _location_of(data: Record) -> str:
    """Return the id of the ticket's location: `locationId`, or what `location` refers to."""
    return str(_number(data, "locationId") or reference_in(data, "location").get("id", ""))


def identifiers(data: Record) -> frozenset[str]:
    """Return who owns a ticket or is one of its resources, in lower case.

    `resources` is text, such as "JFontenot, User" (recorded 2022).
    """
    owner = text_in(record_in(data, "owner"), "identifier")
    found = [owner, *text_in(data, "resources").split(",")]
    return frozenset(part.strip().casefold() for part in found if part.strip())


def status(data: Record) -> TicketStatus:
    """Return the status of a record; it says closedStatus, where tickets say closedFlag."""
    return TicketStatus(
        id=str(data["id"]),
        name=text_in(data, "name"),
        is_closed=data.get("closedStatus") is True,
        sort_order=_number(data, "sortOrder"),
        forbids_time=data.get("timeEntryNotAllowed") is True,
    )


def version(data: Any) -> str:
    """Return the version of system/info, such as v2026.3.105333; empty if it says none."""
    return text_in(data, "version") if isinstance(data, dict) else ""


def is_active_service_board(data: Record) -> bool:
    """Tell whether service tickets can be on this board: project boards hold projects'."""
    return data.get("inactiveFlag") is not True and data.get("projectFlag") is not True


def board(data: Record) -> Board:
    """Return the board of a record."""
    return Board(id=str(data["id"]), name=text_in(data, "name"))


def member(data: Record) -> Member:
    """Return the member of a record; its e-mails are primaryEmail and what defaultEmail names."""
    default = text_in(data, "defaultEmail").lower()
    names = ["primaryEmail"]
    if default in ("office", "mobile", "home"):
        names.append(f"{default}Email")
    elif not text_in(data, "primaryEmail"):
        names.append("officeEmail")
    identifier = text_in(data, "identifier")
    full_name = f"{text_in(data, 'firstName')} {text_in(data, 'lastName')}".strip()
    return Member(
        id=str(data["id"]),
        identifier=identifier,
        name=full_name or identifier,
        emails=tuple(dict.fromkeys(filter(None, (text_in(data, name) for name in names)))),
        is_active=data.get("inactiveFlag") is not True,
        # License class A is the API's (full, limited and subcontractor are F, X, C).
        is_api=data.get("licenseClass") == "A",
        work_role=_reference(data, "workRole"),
        work_type=_reference(data, "workType"),
    )


def note(data: Record) -> Note:
    """Return the note of a record, with its visibility judged by where it was placed."""
    return Note(
        id=str(data["id"]),
        text=text_in(data, "text"),
        note_type=note_type_of(data),
        visibility=visibility_of(data),
        author=name_in(record_in(data, "member")) or text_in(data, "createdBy"),
        created_at=moment_in(data, "dateCreated"),
    )


def _placement(data: Record) -> tuple[bool, bool, bool]:
    return (
        data.get("detailDescriptionFlag") is True,
        data.get("internalAnalysisFlag") is True,
        data.get("resolutionFlag") is True,
    )


def note_type_of(data: Record) -> NoteType:
    """Return the one place of the note; UNKNOWN for none and for several."""
    return _PLACEMENTS.get(_placement(data), NoteType.UNKNOWN)


def visibility_of(data: Record) -> Visibility:
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


def priority(data: Record) -> Priority:
    """Return the priority of a record; the lowest sortOrder is the most urgent."""
    return Priority(
        id=str(data["id"]),
        name=text_in(data, "name"),
        color=text_in(data, "color"),
        sort_order=_number(data, "sortOrder"),
    )


def company(data: Record) -> Company:
    """Return the company of a record."""
    identifier = text_in(data, "identifier")
    return Company(
        id=str(data["id"]), identifier=identifier, name=text_in(data, "name") or identifier
    )


def configuration(data: Record) -> Configuration:
    """Return the configuration of a record."""
    return Configuration(
        id=str(data["id"]),
        name=text_in(data, "name"),
        type=name_in(record_in(data, "type")),
        serial_number=text_in(data, "serialNumber"),
        ip_address=text_in(data, "ipAddress"),
        os=text_in(data, "osType") or text_in(data, "osInfo"),
        is_active=data.get("activeFlag") is True,
    )


def assignee(member: Record, *, is_owner: bool) -> Assignee:
    """Return the member that a ticket's owner or a schedule entry refers to."""
    return Assignee(
        member_id=str(member["id"]),
        identifier=text_in(member, "identifier"),
        name=name_in(member),
        is_owner=is_owner,
    )


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


def owner_change(member_id: str | None) -> list[Record]:
    """Return the JSON Patch that makes a member the owner; None takes the owner away."""
    if member_id is None:
        return [{"op": "remove", "path": "owner"}]
    return [{"op": "replace", "path": "owner", "value": {"id": int(member_id)}}]


def assignment(ticket_id: str, member_id: str) -> Record:
    """Return the JSON of a schedule entry that puts a member on a ticket, without times.

    Type 4 is service; with any other the id would mean another kind of record.
    """
    return {
        "objectId": int(ticket_id),
        "member": {"id": int(member_id)},
        "type": {"id": SERVICE_ENTRY},
    }


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
    signed = reference_in(data, "member")
    if member_id is not None and signed and str(signed["id"]) != member_id:
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


def text_in(data: Record, key: str) -> str:
    """Return the text at the key; empty for none."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def record_in(data: Record, key: str) -> Record:
    """Return the record at the key; an empty one for none."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def name_in(data: Record) -> str:
    """Return what people call a reference, a ticket's is its summary; empty for none."""
    return text_in(data, "name") or text_in(data, "identifier") or text_in(data, "summary")


def _number(data: Record, key: str) -> int:
    value = data.get(key)
    return value if type(value) is int else 0


def reference_in(data: Record, key: str) -> Record:
    """Return the record at the key if it has an id, as one that refers to another has."""
    nested = record_in(data, key)
    return nested if type(nested.get("id")) is int else {}


def _reference(data: Record, key: str) -> Reference | None:
    nested = reference_in(data, key)
    return Reference(id=str(nested["id"]), name=name_in(nested)) if nested else None


def moment_in(data: Record, key: str) -> datetime | None:
    """Return the moment at the key, in UTC; None for none, and for what stands for none."""
    return moment(text_in(data, key))
