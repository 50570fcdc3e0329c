"""The files of steps, as the outbox finds and reads them when they go to a ticket."""

from collections.abc import Sequence
from uuid import UUID

from psa.file_source import FileAway, FileGone, FileSource, KeptFile
from sessions_app.files import reading
from sessions_app.files.store import FilesAway
from sessions_app.models import StepFile


class StepFiles(FileSource):
    """Files of steps; one that was taken out after its approval goes as it was approved."""

    def describe(self, account_id: int, ids: Sequence[UUID]) -> list[KeptFile]:
        """Return the account's files of these ids, in this order. Raises FileGone."""
        rows = StepFile.objects.filter(session__account_id=account_id, removed_at=None)
        found = rows.in_bulk(list(ids))
        if len(found) < len(set(ids)):
            raise FileGone
        return [_kept(found[file_id]) for file_id in ids]

    def read(self, account_id: int, file_id: UUID) -> bytes:
        """Return what the file holds. Raises FileGone and FileAway."""
        file = StepFile.objects.filter(session__account_id=account_id, pk=file_id).first()
        if file is None:
            raise FileGone
        try:
            return reading.bytes_of(file)
        except FilesAway as away:
            if isinstance(away.__cause__, FileNotFoundError):
                raise FileGone from away
            raise FileAway from away


def _kept(file: StepFile) -> KeptFile:
    return KeptFile(
        id=file.pk,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        title=file.alt,
    )
