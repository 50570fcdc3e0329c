"""Registration of callbacks; the simulator delivers none."""

from urllib.parse import urlsplit

from .. import errors, values
from ..calls import Answer, Call, Route
from ..errors import Problem
from ..fields import Record
from ..reading import Resource
from ..rights import TABLES
from ..schema import CALLBACK

# Types and levels as documented; any case is accepted and echoed as it was sent.
_LEVELS = {
    "ticket": {"owner", "board", "project", "phase", "status", "ticket", "integratortag"},
    "company": {"owner", "status", "type", "territory", "company", "integratortag"},
    "contact": {"owner", "type", "territory", "company", "contact"},
    "configuration": {"owner", "type", "status", "configuration"},
    "schedule": {"owner", "status", "type", "location", "member", "schedule"},
    "time": {"owner", "company", "time"},
    "member": {"owner", "location", "securityrole", "member"},
}
_WRONG_LEVEL = "Unrecognized level for type, see documentation for supported levels for each type"

CALLBACK_LIST = Resource("/system/callbacks", CALLBACK, "Callback", TABLES, "callbacks")


def create(call: Call) -> Answer:
    """POST: objectId 0 is stored as 1; the same registration twice is refused."""
    tenant = call.tenant
    sent = values.bound(CALLBACK, call.record())
    values.required("callbackEntry", sent, "url", "objectId", "type", "level")
    if problems := _problems(sent):
        raise errors.invalid("callbackEntry", *problems)
    entry: Record = {
        "url": sent["url"],
        "objectId": sent["objectId"] or 1,
        "type": sent["type"],
        "level": sent["level"],
        "memberId": sent.get("memberId") or call.member["id"],
        "payloadVersion": sent.get("payloadVersion") or "3.0.0",
        "inactiveFlag": bool(sent.get("inactiveFlag")),
        "isSoapCallbackFlag": bool(sent.get("isSoapCallbackFlag")),
        "isSelfSuppressedFlag": bool(sent.get("isSelfSuppressedFlag")),
        "connectWiseID": tenant.guid(),
        "_info": {},
    }
    _refuse_double(call, entry)
    call.touch(entry)
    return Answer(201, tenant.tables["callbacks"].add(entry))


def _problems(sent: Record) -> list[Problem]:
    found = []
    address = urlsplit(str(sent["url"]))
    if address.scheme not in ("http", "https") or not address.hostname:
        found.append(errors.problem("InvalidField", "Invalid URL", "callbackEntry", "url"))
    levels = _LEVELS.get(str(sent["type"]).lower(), set())
    if str(sent["level"]).lower() not in levels:
        found.append(errors.problem("InvalidObject", _WRONG_LEVEL, "callbackEntry", "level"))
    return found


def _identity(entry: Record) -> tuple[str, str, int, str]:
    return entry["type"].lower(), entry["level"].lower(), entry["objectId"], entry["url"]


def _refuse_double(call: Call, entry: Record) -> None:
    registered = call.tenant.tables["callbacks"].values()
    if any(_identity(other) == _identity(entry) for other in registered):
        message = "A matching callback entry already exists"
        problem = errors.problem("ObjectExists", message, "callbackEntry", "objectId")
        raise errors.invalid("callbackEntry", problem)


def delete(call: Call, id: int) -> Answer:
    """DELETE: 204."""
    CALLBACK_LIST.find(call.tenant, id)
    del call.tenant.tables["callbacks"][id]
    return Answer(204)


ROUTES = [
    *CALLBACK_LIST.routes(),
    Route("POST", "/system/callbacks", TABLES, create),
    Route("DELETE", "/system/callbacks/<int:id>", TABLES, delete),
]
