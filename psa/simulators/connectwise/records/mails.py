"""The e-mails that the PSA would send. None is sent; each is kept, for tests to ask about.

A note mails those whom its board notifies if `processNotifications` asks for it, and whoever one
of the e-mail flags names; a time entry mails by its flags alone. [clients; the details inferred]
"""

from collections.abc import Iterable

from ..calls import Call
from ..fields import Record
from ..store import Tenant

# Who is mailed → the flag that asks for it once, the ticket's standing one, and the board's.
_CONTACT, _RESOURCE, _CC = "contact", "resource", "cc"
ACTION_FLAGS = {
    _CONTACT: "emailContactFlag",
    _RESOURCE: "emailResourceFlag",
    _CC: "emailCcFlag",
}
_STANDING_FLAGS = {
    _CONTACT: "automaticEmailContactFlag",
    _RESOURCE: "automaticEmailResourceFlag",
    _CC: "automaticEmailCcFlag",
}
_BOARD_FLAGS = {
    _CONTACT: "sendToContactFlag",
    _RESOURCE: "sendToResourceFlag",
    _CC: "sendToCCFlag",
}
NOTE_ASKS = (*ACTION_FLAGS.values(), "emailCc")


def of_note(call: Call, ticket: Record, note: Record, sent: Record) -> None:
    """Keep the mails of a note that was written or changed; `sent` is what the caller sent."""
    customers_see_it = note["detailDescriptionFlag"] or note["resolutionFlag"]
    parties = _flagged(ACTION_FLAGS, sent) | ({_CC} if sent.get("emailCc") else set())
    if sent.get("processNotifications"):
        notified = _flagged(_BOARD_FLAGS, call.tenant.boards[ticket["board"]["id"]])
        parties |= notified if customers_see_it else notified & {_RESOURCE}
    mail = {"source": "note", "sourceId": note["id"], "text": note["text"]}
    mail["customersSeeIt"] = bool(customers_see_it)
    _keep(call.tenant, ticket, mail, parties, str(sent.get("emailCc") or ""))


def of_time_entry(call: Call, ticket: Record, entry: Record, sent: Record, *, new: bool) -> None:
    """Keep the mails of a time entry. What a new one does not say is as the ticket has it."""
    parties = _flagged(ACTION_FLAGS, sent)
    if new and call.quirks.time_mails_unsaid == "standing":
        standing = _flagged(_STANDING_FLAGS, ticket)
        parties |= {party for party in standing if ACTION_FLAGS[party] not in sent}
    shown = entry["addToDetailDescriptionFlag"] or entry["addToResolutionFlag"]
    mail = {"source": "timeEntry", "sourceId": entry["id"], "text": entry.get("notes", "")}
    mail["customersSeeIt"] = bool(shown)
    _keep(call.tenant, ticket, mail, parties, entry.get("emailCc", ""))


def _flagged(flags: dict[str, str], record: Record) -> set[str]:
    return {party for party, flag in flags.items() if record.get(flag) is True}


def _keep(tenant: Tenant, ticket: Record, mail: Record, parties: set[str], cc: str) -> None:
    for party in sorted(parties):
        for address in _addresses(tenant, ticket, party, cc):
            tenant.tables["mails"].add(
                {"ticketId": ticket["id"], "to": party, "address": address, **mail}
                | {"at": tenant.now()}
            )


def _addresses(tenant: Tenant, ticket: Record, party: str, cc: str) -> Iterable[str]:
    if party == _CC:
        listed = f"{ticket.get('automaticEmailCc', '')};{cc}".replace(",", ";").split(";")
        return filter(None, map(str.strip, listed))
    if party == _CONTACT:
        return filter(None, [ticket.get("contactEmailAddress", "")])
    working = ticket.get("resources", "").split(", ")
    return [
        member.get("primaryEmail") or member[f"{member['defaultEmail'].lower()}Email"]
        for member in tenant.members.values()
        if member["identifier"] in working
    ]
