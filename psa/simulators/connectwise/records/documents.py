"""Documents: files and links that belong to a record, by multipart; /system/documents."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import quote

from .. import errors
from ..calls import Answer, Call, Route
from ..fields import Record
from ..links import href
from ..reading import Resource, listed
from ..rights import ATTACHMENTS, TABLES, TICKETS
from ..schema import ALLOWED_FILE_TYPE, DOCUMENT, DOCUMENT_REFERENCE
from ..store import Tenant
from .tickets import find as find_ticket

RESOURCE = "document"
# Which records documents may belong to. Of the types without a table no record is simulated.
_TABLES = {
    "agreement": "agreements",
    "company": "companies",
    "configuration": "configurations",
    "contact": "contacts",
    "ticket": "tickets",
}
_OTHER_TYPES = {"expense", "opportunity", "purchaseorder", "project", "salesorder"}
_TYPES = {*_TABLES, *_OTHER_TYPES, "servicetemplate", "rma", "knowledgebase"}
_IMAGES = {"bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"}
_KNOWN_TYPES = (
    "csv",
    "docx",
    "eml",
    "gif",
    "jpeg",
    "jpg",
    "log",
    "pdf",
    "png",
    "svg",
    "txt",
    "zip",
)
_OWN = ("recordType", "recordId")

T = TypeVar("T")


def shape(tenant: Tenant, record: Record) -> Record:  # noqa: ARG001 - has no links
    """Return a document as it was recorded: what it belongs to is not among its properties."""
    return {name: value for name, value in record.items() if name not in _OWN}


DOCUMENTS = Resource(
    "/system/documents", DOCUMENT, "Document", ATTACHMENTS, "documents", shape=shape
)


def documents_of(tenant: Tenant, kind: str, number: int) -> list[Record]:
    """Return the stored documents of a record, such as ("ticket", 48291)."""
    return [
        document
        for document in tenant.tables["documents"].values()
        if (document["recordType"], document["recordId"]) == (kind, number)
    ]


def _named(sent: Mapping[str, T]) -> dict[str, T]:
    """Names of parts and parameters bind in any case."""
    return {name.lower(): value for name, value in sent.items()}


def _record(sent: dict[str, str]) -> tuple[str, int]:
    """Return what a document belongs to; both halves are needed. Raises ApiError 400."""
    for name in _OWN:
        if not sent.get(name.lower()):
            raise errors.missing_field(RESOURCE, name)
    kind, number = sent["recordtype"].lower(), sent["recordid"]
    if kind not in _TYPES:
        raise errors.invalid_field(RESOURCE, "recordType", "The record type is not valid.")
    if not (number.isascii() and number.isdecimal()):
        raise errors.unsupported_format(RESOURCE, "recordId")
    return kind, int(number)


def create(call: Call) -> Answer:
    """POST multipart: a file or a link, what it belongs to, and whether customers see it."""
    if call.request.mimetype != "multipart/form-data":
        raise errors.not_acceptable_media()
    sent = _named(call.request.form)
    kind, number = _record(sent)
    if kind not in _TABLES or number not in call.tenant.tables[_TABLES[kind]]:
        message = f"{sent['recordtype']} {number} not found"
        raise errors.reference_not_found(RESOURCE, "recordId", message)
    name, content = _content(call, sent)
    guid, suffix = call.tenant.guid(), PurePosixPath(name).suffix
    document: Record = {
        "title": sent.get("title") or name,
        "fileName": name,
        "serverFileName": guid + suffix,
        "owner": call.member["identifier"],
        "linkFlag": content is None,
        "imageFlag": content is not None and suffix[1:].lower() in _IMAGES,
        "publicFlag": not _flag(sent, "privateFlag"),
        "htmlTemplateFlag": False,
        # The published spec misspells this part; clients send it under its right name.
        "readOnlyFlag": _flag(sent, "readOnlyFlag") or _flag(sent, "readOnlyFlay"),
        "size": len(content or b""),
        "urlFlag": content is None,
        "guid": call.tenant.guid(),
        "recordType": kind,
        "recordId": number,
        "_info": {},
    }
    call.touch(document)
    stored = call.tenant.tables["documents"].add(document)
    if content is not None:
        call.tenant.files[stored["id"]] = content
    return Answer(201, shape(call.tenant, stored))


def _content(call: Call, sent: dict[str, str]) -> tuple[str, bytes | None]:
    """Return the name and bytes of the file that was sent, or the link and None."""
    file = _named(call.request.files).get("file")
    if file is None or not file.filename:
        if sent.get("url"):
            return sent["url"], None
        raise errors.missing_field(RESOURCE, "file")
    name = PurePosixPath(file.filename).name
    content = file.stream.read()
    if len(content) > call.quirks.document_limit:
        raise errors.too_large()
    suffix = PurePosixPath(name).suffix.lower().removeprefix(".")
    if suffix in call.quirks.document_types_refused:
        raise errors.invalid_field(RESOURCE, "file", f"The file type {suffix} is not supported.")
    return name, content


def _flag(sent: dict[str, str], name: str) -> bool:
    text = sent.get(name.lower(), "false").lower()
    if text not in ("true", "false"):
        raise errors.unsupported_format(RESOURCE, name)
    return text == "true"


def list_of_record(call: Call) -> Answer:
    """GET: only of one record, whose type and id must both be given."""
    query = DOCUMENTS.query(call)
    return listed(DOCUMENTS, call, query, query.matching(_asked(call)))


def count_of_record(call: Call) -> Answer:
    """GET /count: the same."""
    return Answer(200, {"count": len(DOCUMENTS.query(call).matching(_asked(call)))})


def _asked(call: Call) -> list[Record]:
    return documents_of(call.tenant, *_record(_named(call.parameters)))


def download(call: Call, id: int) -> Answer:
    """GET the bytes, as an attachment; a link has none."""
    document = DOCUMENTS.find(call.tenant, id)
    if id not in call.tenant.files:
        raise errors.not_found("Document", id)
    name = document["fileName"]
    plain = name.encode("ascii", "replace").decode().replace('"', "'")
    disposition = f'attachment; filename="{plain}"'
    if plain != name:
        disposition += f"; filename*=UTF-8''{quote(name)}"
    return Answer(200, call.tenant.files[id], {"Content-Disposition": disposition})


def delete(call: Call, id: int) -> Answer:
    """DELETE: 204; an image that is shown in a note breaks with it."""
    DOCUMENTS.find(call.tenant, id)
    del call.tenant.tables["documents"][id]
    call.tenant.files.pop(id, None)
    return Answer(204)


def _of_ticket(tenant: Tenant, parent: int) -> list[Record]:
    find_ticket(tenant, parent)
    return documents_of(tenant, "ticket", parent)


def _short(tenant: Tenant, record: Record) -> Record:
    path = f"system/documents/{record['id']}"
    info = {
        "filename": record["fileName"],
        "document_href": href(tenant, path),
        "documentDownload_href": href(tenant, f"{path}/download"),
    }
    return {"id": record["id"], "name": record["title"], "_info": info}


def _file_types(tenant: Tenant, parent: int) -> list[Record]:  # noqa: ARG001 - no parent here
    kinds = (kind for kind in _KNOWN_TYPES if kind not in tenant.quirks.document_types_refused)
    return [{"id": place, "fileType": kind} for place, kind in enumerate(kinds, 1)]


_OF_TICKET = Resource(
    "/service/tickets/<int:parent>/documents",
    DOCUMENT_REFERENCE,
    "Document",
    TICKETS,
    of=_of_ticket,
    shape=_short,
)
_FILE_TYPES = Resource(
    "/system/allowedfiletypes", ALLOWED_FILE_TYPE, "Record", TABLES, of=_file_types
)
ROUTES = [
    Route("GET", "/system/documents", ATTACHMENTS, list_of_record),
    Route("GET", "/system/documents/count", ATTACHMENTS, count_of_record),
    Route("GET", "/system/documents/<int:id>", ATTACHMENTS, DOCUMENTS.one),
    Route("GET", "/system/documents/<int:id>/download", ATTACHMENTS, download),
    Route("POST", "/system/documents", ATTACHMENTS, create),
    Route("DELETE", "/system/documents/<int:id>", ATTACHMENTS, delete),
    *_OF_TICKET.routes(),
    *_FILE_TYPES.routes(),
]
