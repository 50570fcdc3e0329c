"""A session's files for what works with them elsewhere: exports, and documents on a ticket."""

from collections.abc import Collection
from uuid import UUID

from sessions_app.files import bounds, store
from sessions_app.models import StepFile, WorkSession


def files_of(session: WorkSession, only: Collection[UUID] | None = None) -> list[StepFile]:
    """Return the files of the session's steps in their order, without removed ones; `only` these.

    There are up to `bounds.MOST_OF_SESSION`. Each says its `name`, which ends as its content does,
    `content_type`, `size` in bytes and `alt`, what it shows in a line of up to 200 letters.
    """
    files = session.files.filter(removed_at=None, step__removed_at=None).select_related("step")
    if only is not None:
        files = files.filter(pk__in=only)
    return list(files.order_by("step__position", "created_at", "pk"))


def bytes_of(file: StepFile) -> bytes:
    """Return what the file holds: up to `bounds.MOST_BYTES`. Raises store.FilesAway."""
    with store.failing_as_away("read"), store.open_stored(file) as stored:
        data: bytes = stored.read(bounds.MOST_BYTES + 1)
    if len(data) != file.size:
        raise store.FilesAway("read")
    return data
