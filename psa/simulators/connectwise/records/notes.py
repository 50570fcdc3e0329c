"""Notes of tickets, and the longer timeline /allNotes."""

from typing import Any

from .. import errors, patch, values
from ..calls import Answer, Call, Route
from ..fields import Record
from ..links import linked
from ..reading import Resource
from ..rights import TICKETS
from ..schema import ALL_NOTE, NOTE
from ..store import Tenant
from . import mails

PLACEMENTS = ("detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag")
_FLAGS = (*PLACEMENTS, "issueFlag")
_NOTIFY = "processNotifications"
ADDED_TO = ("addToDetailDescriptionFlag", "addToInternalAnalysisFlag", "addToResolutionFlag")


def _of_ticket(tenant: Tenant, parent: int) -> list[Record]:
    _must_exist(tenant, parent)
    notes = tenant.tables["notes"]
    return [notes[note_id] for note_id in tenant.notes_by_ticket.get(parent, [])]


def _must_exist(tenant: Tenant, ticket_id: int) -> Record:
    if ticket_id not in tenant.tickets:
        raise errors.not_found("Service Ticket", ticket_id)
    return tenant.tickets[ticket_id]


NOTE_LIST = Resource(
    "/service/tickets/<int:parent>/notes", NOTE, "Service Note", TICKETS, of=_of_ticket
)


def create(call: Call, parent: int) -> Answer:
    """POST: a note needs one of the three placement flags."""
    ticket = _must_exist(call.tenant, parent)
    sent = values.bound(NOTE, call.record(), mails.NOTE_ASKS)
    note = write(call, ticket, sent)
    mails.of_note(call, ticket, note, sent)
    call.touch(ticket)
    return Answer(201, linked(call.tenant, note))


def write(call: Call, ticket: Record, sent: Record) -> Record:
    """Store a note of the caller (or of the member that was sent) and return it."""
    tenant, now, who = call.tenant, call.tenant.now(), call.member["identifier"]
    note: Record = {
        "ticketId": ticket["id"],
        "text": "",
        **dict.fromkeys(_FLAGS, False),
        "member": values.reference(call.member),
    }
    _set_values(call, note, sent)
    # Recorded: both flags come back true even for a purely internal note.
    note |= {"dateCreated": now, "createdBy": who, "internalFlag": True, "externalFlag": True}
    note["_info"] = {"lastUpdated": now, "updatedBy": who}
    stored = tenant.tables["notes"].add(note)
    tenant.notes_by_ticket[ticket["id"]].append(stored["id"])
    return stored


def _set_values(call: Call, note: Record, sent: Record) -> None:
    draft = dict(note)
    for name in (*_FLAGS, "customerUpdatedFlag", _NOTIFY):
        if sent.get(name) is not None:
            draft[name] = values.plain("serviceNote", NOTE, name, sent[name])
    draft.pop(_NOTIFY, None)  # asks for mails once, and no recorded note has it
    if sent.get("text") is not None:
        draft["text"] = stored_text(call, values.plain("serviceNote", NOTE, "text", sent["text"]))
    for name, table in (("member", "members"), ("contact", "contacts")):
        if sent.get(name):
            records = call.tenant.tables[table].values()
            found = values.resolve("serviceNote", name, records, sent[name], name)
            draft[name] = values.reference(found)
            if name == "contact":
                draft.pop("member", None)
    if not any(draft[name] for name in PLACEMENTS):
        raise _nowhere_to_show()
    note.clear()
    note.update(draft)


def _nowhere_to_show() -> errors.ApiError:
    message = "Please choose where to display the notes in order to save this record."
    problem = errors.problem("ServiceNote", message, "serviceNote", ", ".join(PLACEMENTS))
    return errors.invalid("serviceNote", problem)


def stored_text(call: Call, text: str) -> str:
    """Return the text as the vendor keeps it; sources disagree on line breaks."""
    quirks = call.quirks
    if quirks.note_newlines == "crlf":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    elif quirks.note_newlines == "space":
        text = " ".join(text.splitlines())
    return text[: quirks.note_text_limit] if quirks.note_text_limit else text


def _changeable(call: Call, parent: int, id: int) -> Record:
    note = NOTE_LIST.find(call.tenant, id, parent)
    own = note["createdBy"] == call.member["identifier"]
    if not own and call.quirks.notes_of_others == "refused":
        raise errors.forbidden()
    return note


def change(call: Call, parent: int, id: int) -> Answer:
    """PATCH one note."""
    note = _changeable(call, parent, id)
    wanted = patch.changes("serviceNote", NOTE, note, call.body(), call.quirks)
    return _save(call, note, {k: False if v is None else v for k, v in wanted.items()})


def replace(call: Call, parent: int, id: int) -> Answer:
    """PUT one note: flags that are not sent are off."""
    note = _changeable(call, parent, id)
    sent = values.bound(NOTE, call.record(), mails.NOTE_ASKS)
    return _save(call, note, {"text": "", **dict.fromkeys(_FLAGS, False), **sent})


def _save(call: Call, note: Record, wanted: Record) -> Answer:
    _set_values(call, note, wanted)
    call.touch(note)
    if call.quirks.note_changes_mail:
        mails.of_note(call, call.tenant.tickets[note["ticketId"]], note, wanted)
    return Answer(200, linked(call.tenant, note))


def delete(call: Call, parent: int, id: int) -> Answer:
    """DELETE one note: 204."""
    _changeable(call, parent, id)
    del call.tenant.tables["notes"][id]
    call.tenant.notes_by_ticket[parent].remove(id)
    return Answer(204)


def _timeline(tenant: Tenant, parent: int) -> list[Record]:
    ticket = _must_exist(tenant, parent)
    children = [t["id"] for t in tenant.tickets.values() if t.get("parentTicketId") == parent]
    found = [
        _timeline_note(ticket, note, ticket_id != parent)
        for ticket_id in (parent, *children)
        for note in _of_ticket(tenant, ticket_id)
    ]
    found += [
        _time_note(ticket, entry)
        for entry in tenant.tables["time_entries"].values()
        if entry["chargeToId"] == parent
        and entry["chargeToType"] == "ServiceTicket"
        # One that is added to no part of the ticket does not show on it.
        and any(entry[flag] for flag in ADDED_TO)
    ]
    return found


def _timeline_note(ticket: Record, note: Record, of_child: bool) -> Record:
    """The same note in the other model: no dates of its own, no internal or external flag."""
    shown = _common(ticket, note["id"], "TicketNote", note["text"])
    shown |= {name: note[name] for name in _FLAGS}
    shown |= {name: note[name] for name in ("member", "contact") if name in note}
    shown |= {"originalAuthor": note["createdBy"], "createdByParentFlag": of_child}
    return shown | {"_info": note["_info"]}


def _time_note(ticket: Record, entry: Record) -> Record:
    shown = _common(ticket, entry["id"], "TimeEntryNote", entry.get("notes", ""))
    shown |= {
        **{flag: entry[added] for flag, added in zip(PLACEMENTS, ADDED_TO, strict=True)},
        "issueFlag": False,
        "timeStart": entry["timeStart"],
        "timeEnd": entry["timeEnd"],
        "member": entry["member"],
        "originalAuthor": entry["enteredBy"],
        "createdByParentFlag": False,
    }
    return shown | {"_info": entry["_info"]}


def _common(ticket: Record, id: int, kind: str, text: str) -> dict[str, Any]:
    return {
        "id": id,
        "noteType": kind,
        "ticket": {"id": ticket["id"], "summary": ticket["summary"]},
        "text": text,
        "isMarkdownFlag": True,
        "bundledFlag": False,
        "mergedFlag": False,
    }


ALL_NOTES = Resource(
    "/service/tickets/<int:parent>/allNotes", ALL_NOTE, "Service Note", TICKETS, of=_timeline
)


def all_notes(call: Call, parent: int) -> Answer:
    """GET the timeline; older versions do not have it."""
    if not call.quirks.all_notes:
        raise errors.no_endpoint()
    return ALL_NOTES.list(call, parent)


ROUTES = [
    *NOTE_LIST.routes(),
    Route("POST", NOTE_LIST.path, TICKETS, create),
    Route("PATCH", f"{NOTE_LIST.path}/<int:id>", TICKETS, change),
    Route("PUT", f"{NOTE_LIST.path}/<int:id>", TICKETS, replace),
    Route("DELETE", f"{NOTE_LIST.path}/<int:id>", TICKETS, delete),
    Route("GET", ALL_NOTES.path, TICKETS, all_notes),
    Route("GET", f"{ALL_NOTES.path}/count", TICKETS, ALL_NOTES.count),
]
