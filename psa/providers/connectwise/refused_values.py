"""What is wrong with the values that ConnectWise refuses, in our words. Pure.

A table of codes and fields, by what was asked for. Codes and shapes are those of recordings
(2022, 2026) and of other clients' reports; each is named where it is used.
"""

import re
from dataclasses import dataclass
from typing import Any

from psa.providers.errors import Incompatible, InvalidRequest

Record = dict[str, Any]

GONE_MEMBER = "ConnectWise no longer knows this member. Choose somebody else."

_SAFE_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9/]{0,59}", re.ASCII)
_UNKNOWN_MEMBER = re.compile(r"Could not find member '([A-Za-z][A-Za-z0-9]{0,59})'")

# What the form of a new ticket has, by ConnectWise's property.
_ON_THE_FORM = {
    "summary": "summary",
    "company": "company",
    "board": "board",
    "status": "status",
    "type": "type",
    "subType": "subtype",
    "item": "item",
    "priority": "priority",
    "contact": "contact",
    "owner": "owner",
    "initialDescription": "description",
}
_GONE = frozenset({"NotFound"})
_TOO_LONG = ("too long", "maximum length", "max length", "exceeds the", "maxlength", "longer than")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as the judge needs to know it; `reads` marks a POST that only asks."""

    method: str
    path: str
    reads: bool = False

    @property
    def writes(self) -> bool:
        """Whether the call changes something."""
        return self.method != "GET" and not self.reads

    @property
    def creates_ticket(self) -> bool:
        """Whether it makes a new ticket, so that there is no record to mend."""
        return self.method == "POST" and self.path == "/service/tickets"

    @property
    def is_note(self) -> bool:
        """Whether it writes a note."""
        return self.writes and self.path.endswith("/notes")

    @property
    def is_time(self) -> bool:
        """Whether it writes a time entry."""
        return self.writes and self.path.startswith("/time/entries")

    @property
    def is_document(self) -> bool:
        """Whether it adds a file."""
        return self.writes and self.path == "/system/documents"


def invalid(status: int, value: Any, asked: Asked) -> InvalidRequest:
    """Return the refusal for the first error that we know, then for the status."""
    if version := _version(status, value):
        return version
    if (asked.is_time or _code(value) == _TIME_CODE) and (refused := _of_time(value)):
        return refused
    if asked.is_document:
        return _of_document(status, value)
    found = [one for error in _errors(value) if (one := _of_field(error, asked))]
    if found:
        return found[0]
    message = message_of(value).lower()
    if status in (413, 414) or any(word in message for word in _TOO_LONG):
        return InvalidRequest(_TOO_MUCH)
    if status == 423 or _code(value) == "Locked":
        return InvalidRequest(
            "ConnectWise has locked this record, so nothing was changed. Somebody may have it open "
            "there. Try again later, or look at it in ConnectWise."
        )
    if status == 409:
        return InvalidRequest(
            "ConnectWise refuses this because the record is in use or was changed meanwhile. Look "
            "at it again, then retry."
        )
    return InvalidRequest()


_TOO_MUCH = "ConnectWise does not accept this text, probably because it is too long. Shorten it."
_TIME_CODE = "TimeEntryApi"
_FORBIDS_TIME = (
    "ConnectWise does not allow time on a ticket of this status. Change the status first."
)
_NO_PERIOD = (
    "ConnectWise takes no time for this day: it has no open time period. Choose another day, or "
    "ask whoever keeps the time sheets to open it."
)
_OVERLAPS = (
    "ConnectWise has time of this member that overlaps with it. Choose another start, then retry."
)
# What ConnectWise says of a whole entry, by words of its message (live reports, 2025 and 2026).
_TIME_MESSAGES = (
    ("current status does not allow time entry", _FORBIDS_TIME),
    ("period", _NO_PERIOD),
    ("overlap", _OVERLAPS),
)
# Of one field of it.
_TIME_FIELDS = {
    "workRole": "ConnectWise does not take this work role on this ticket. Choose another one.",
    "workType": "ConnectWise does not take this work type any more. Choose another one.",
    "member": (
        "ConnectWise no longer knows the member whose time this is. Check the member mapping."
    ),
    "chargeToId": "The ticket is not there any more, so its time was not booked.",
    "billableOption": "ConnectWise does not take this billable option here. Choose another one.",
    "notes": _TOO_MUCH,
}


def _of_time(value: Any) -> InvalidRequest | None:
    """Return what is wrong with a time entry: the whole of it, or one of its fields."""
    said = [message_of(value), *(_text(error.get("message")) for error in _errors(value))]
    for words, sentence in _TIME_MESSAGES:
        if any(words in message.lower() for message in said):
            return InvalidRequest(sentence)
    for error in _errors(value):
        subject = _text(error.get("field")).partition("/")[0]
        if subject in _TIME_FIELDS:
            return InvalidRequest(_TIME_FIELDS[subject])
    # The code's only message that was quoted is about the status.
    return InvalidRequest(_FORBIDS_TIME) if _code(value) == _TIME_CODE else None


_FILE_TOO_LARGE = (
    "ConnectWise does not take a file of this size. Make it smaller, and add it in another note."
)
_FILE_TYPE = (
    "ConnectWise does not take files of this type. Ask whoever sets up ConnectWise to allow it, "
    "then retry."
)
_DOCUMENT_FIELDS = {
    "file": _FILE_TYPE,
    "recordId": "The ticket is not there any more, so the file was not added.",
}


def _of_document(status: int, value: Any) -> InvalidRequest:
    """Return what is wrong with a file: its size, its type, or what it is to belong to."""
    if status == 413:
        return InvalidRequest(_FILE_TOO_LARGE)
    for error in _errors(value):
        if _is_too_long(error) or "size" in _text(error.get("message")).lower():
            return InvalidRequest(_FILE_TOO_LARGE)
        if refused := _DOCUMENT_FIELDS.get(_text(error.get("field"))):
            return InvalidRequest(refused)
    return InvalidRequest()


def _version(status: int, value: Any) -> Incompatible | None:
    """Return what is told where ConnectWise does not understand the request at all.

    Seen when a version moved a property: code ConnectWiseApi, no `errors`, and the .NET
    serializer's words (jundis/CWSlack-SlashCommands issue 132, 2019).
    """
    message = message_of(value)
    member = _UNKNOWN_MEMBER.search(message)
    if member or status in (405, 406, 415) or "accept header" in message.lower():
        what = f" It does not know “{member[1]}”." if member else ""
        return Incompatible(
            "This ConnectWise does not understand our request: its version does not go with the "
            f"one that we speak (2025.16).{what} Tell the operator of ResolutionFlow; nothing was "
            "changed."
        )
    return None


def _of_field(error: Record, asked: Asked) -> InvalidRequest | None:
    """Return what one entry of `errors` means: the table of codes, fields and calls."""
    code, field = _text(error.get("code")), _text(error.get("field"))
    subject = field.partition("/")[0]
    if _text(error.get("resource")) == "schedule" and subject == "member" and code in _GONE:
        return InvalidRequest(GONE_MEMBER)
    if subject == "member" and (asked.is_note or code in _GONE):
        return InvalidRequest(_signature(code))
    if asked.creates_ticket:
        return _of_new_ticket(error, code, field, subject)
    if subject == "status":
        return InvalidRequest(_WRONG_BOARD if code in _GONE else _STATUS_RULE)
    if subject == "owner" and code in _GONE:
        return InvalidRequest(GONE_MEMBER)
    if subject == "text" or (asked.is_note and _is_too_long(error)):
        return InvalidRequest(_TOO_MUCH)
    if code in ("OutOfRange", "MissingRequiredField", "InvalidField", "InvalidObject"):
        return _of_stored(code, field)
    return None


_WRONG_BOARD = (
    "This status does not belong to the ticket's board. Choose one of the statuses of its own "
    "board."
)
_STATUS_RULE = (
    "ConnectWise refuses this status because of a rule of its own, such as a time entry, a "
    "resolution, open tasks or child tickets. Open the ticket in ConnectWise to see which, or "
    "choose another status."
)


def _signature(code: str) -> str:
    if code in _GONE:
        return "ConnectWise no longer knows the member that was to sign. Check the member mapping."
    return (
        "ConnectWise does not let this member sign the note. Check the member mapping, and that "
        "the member is active."
    )


def _of_stored(code: str, field: str) -> InvalidRequest | None:
    """Return what a field of the stored record means: it is checked whole with every change."""
    if not _SAFE_FIELD.fullmatch(field):
        return None
    if code == "MissingRequiredField":
        return InvalidRequest(
            f"ConnectWise requires {in_words(field)} before it saves this ticket. Fill it in in "
            "ConnectWise, then retry."
        )
    return InvalidRequest(
        f"ConnectWise refuses to save the record because of its field {in_words(field)}. Mend "
        "that field in ConnectWise, then retry."
    )


def _of_new_ticket(error: Record, code: str, field: str, subject: str) -> InvalidRequest | None:
    """Return what a field of a ticket means that does not exist yet."""
    known = _ON_THE_FORM.get(subject, "")
    if code == "MissingRequiredField":
        return _required(field, known)
    if known == "owner" and code in _GONE:
        return InvalidRequest(GONE_MEMBER, field=known)
    if known == "status":
        return InvalidRequest(_WRONG_BOARD if code in _GONE else _STATUS_RULE, field=known)
    if known in ("summary", "description"):
        why = "it is too long. Shorten it" if _is_too_long(error) else "Change it"
        sentence = f"ConnectWise does not accept the {known}: {why}."
        return InvalidRequest(sentence.replace(": Change", ". Change"), field=known)
    if known:
        return InvalidRequest(
            f"ConnectWise does not accept the {known}: it is gone, or does not fit the rest of the "
            "ticket. Choose another one.",
            field=known,
        )
    if not _SAFE_FIELD.fullmatch(field):
        return None
    return InvalidRequest(
        f"ConnectWise refuses a new ticket because of {in_words(field)}, which this form does "
        "not have. Create the ticket in ConnectWise, or ask an administrator to change that "
        "field's default there."
    )


def _required(field: str, known: str) -> InvalidRequest | None:
    if known:
        what = "Write" if known in ("summary", "description") else "Choose"
        return InvalidRequest(f"ConnectWise requires the {known} here. {what} one.", field=known)
    if not _SAFE_FIELD.fullmatch(field):
        return None
    return InvalidRequest(
        f"This board or company requires {in_words(field)}, which this form does not have. "
        "Create the ticket in ConnectWise, or ask an administrator to make that field optional or "
        "to give it a default."
    )


def in_words(field: str) -> str:
    """Return a property as people call it: `serviceLocation/id` is “service location”."""
    name = field.removesuffix("/id").removesuffix("/name").removesuffix("/identifier")
    if name.startswith("customFields"):
        return "a custom field"
    return f"“{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', ' ', name).replace('/', ' ').lower()}”"


def _is_too_long(error: Record) -> bool:
    message = _text(error.get("message")).lower()
    return "length" in _text(error.get("code")).lower() or any(one in message for one in _TOO_LONG)


# --- Small readings ------------------------------------------------------------------


def _errors(value: Any) -> list[Record]:
    errors = value.get("errors") if isinstance(value, dict) else None
    return [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def message_of(value: Any) -> str:
    """Return ConnectWise's own message, to recognise it by; never to show it."""
    return _text(value.get("message")) if isinstance(value, dict) else ""


def _code(value: Any) -> str:
    return _text(value.get("code")) if isinstance(value, dict) else ""
