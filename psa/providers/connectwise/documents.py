"""Documents of ConnectWise: adding a file to a ticket once, and finding it again.

Facts of 2026-09 (a published client, the documentation, a recording of 2022): the parts of the form
are `recordType`, `recordId`, `title`, `privateFlag` and `file`; a POST is not idempotent; a list
needs type and id of the record. `privateFlag` means "Don't display in Customer Portal". How large a
file or how long a title may be no source says.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from psa.providers.connectwise import mapping
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.response import Record
from psa.providers.documents import DocumentDraft, StoredDocument
from psa.providers.errors import Undecided
from resolutionflow.lib.safe_http import Upload

_DOCUMENTS = "/system/documents"
_LONGEST_TITLE = 100
# By which a title of ours is known, whichever file it is of.
_OURS = "RF-D"
# How far before the first attempt a file of ours may be dated by a clock that was wrong.
_CLOCKS = timedelta(days=1)


def attach(
    client: ConnectWiseClient, ticket_id: str, draft: DocumentDraft, content: bytes
) -> StoredDocument:
    """Add the file, once, and compare what was stored. Raises as writes do."""
    return compared(client.write("POST", _DOCUMENTS, form(ticket_id, draft, content)), draft)


def form(ticket_id: str, draft: DocumentDraft, content: bytes) -> Upload:
    """Return the form that adds the file."""
    return Upload(
        fields={
            "recordType": "Ticket",
            "recordId": ticket_id,
            "title": title_of(draft),
            "privateFlag": "true" if draft.is_private else "false",
            "readOnlyFlag": "false",
        },
        name=draft.file_name,
        content_type=draft.content_type,
        content=content,
    )


def title_of(draft: DocumentDraft) -> str:
    """Return the title with the marker at its end, cut before it where it is long."""
    end = f" · {draft.marker}"
    room = _LONGEST_TITLE - len(end)
    title = draft.title if len(draft.title) <= room else f"{draft.title[: room - 1].rstrip()}…"
    return title + end


def find(
    client: ConnectWiseClient,
    ticket_id: str,
    draft: DocumentDraft,
    *,
    since: datetime,
    exclude: Collection[str] = (),
) -> StoredDocument | None:
    """Look through the ticket's documents for the marker.

    Raises Undecided for a file of the same name and size without a marker of ours, if it may have
    come since the first attempt: somebody may have changed its title.
    """
    rows = [row for row in _read_all(client, ticket_id) if str(row["id"]) not in exclude]
    for row in rows:
        if draft.marker in mapping.text_in(row, "title"):
            return compared(row, draft)
    if any(_may_be(row, draft, since) for row in rows):
        raise Undecided()
    return None


def _read_all(client: ConnectWiseClient, ticket_id: str) -> Iterator[Record]:
    params = {"recordType": "Ticket", "recordId": ticket_id, "orderBy": "id desc"}
    for page in client.read_pages(_DOCUMENTS, params):
        if page.skipped:
            raise Undecided()
        yield from page.records


def _may_be(row: Record, draft: DocumentDraft, since: datetime) -> bool:
    touched = mapping.moment_in(mapping.record_in(row, "_info"), "lastUpdated")
    is_new = touched is None or touched >= since - _CLOCKS
    is_same = (mapping.text_in(row, "fileName"), _size(row)) == (draft.file_name, draft.size)
    return is_new and is_same and _OURS not in mapping.text_in(row, "title")


def compared(row: Record, draft: DocumentDraft) -> StoredDocument:
    """Return the stored document, and a sentence for each difference from what was wanted."""
    differences = []
    if draft.is_private and row.get("publicFlag") is True:
        differences.append(
            f"ConnectWise shows {draft.file_name} in the customer portal, though it was added as "
            "private."
        )
    size = _size(row)
    if size is not None and size != draft.size:
        differences.append(
            f"ConnectWise stored {size:,} bytes of {draft.file_name}, not {draft.size:,}."
        )
    return StoredDocument(
        id=str(row["id"]),
        title=mapping.text_in(row, "title"),
        file_name=mapping.text_in(row, "fileName"),
        size=size,
        differences=tuple(differences),
    )


def _size(row: Record) -> int | None:
    size = row.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) else None
