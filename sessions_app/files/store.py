"""The bytes of files in Django's storage `files`, under their ids; rows are `attaching`'s.

A storage fails with errors of its own, whatever it is: here they become `FilesAway`.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from resolutionflow.lib.ids import uuid_of
from sessions_app.models import StepFile

logger = logging.getLogger(__name__)

ALIAS = "files"
_THUMBNAIL = ".small"


class FilesAway(Exception):
    """The storage does not take or give bytes now: it is full, away, or set up wrongly."""

    sentence = (
        "Files cannot be kept right now: the place where they are stored is full or does not "
        "answer. Nothing was added, and your text is kept here. Try again in a moment, or add it "
        "without the files."
    )
    status = 503


@contextmanager
def failing_as_away(doing: str) -> Iterator[None]:
    """Turn whatever a storage raises in the block into FilesAway; `doing` is for the log."""
    try:
        yield
    except FilesAway:
        raise
    except Exception as problem:  # a backend's own, which are no OSError
        logger.exception("the storage of files failed", extra={"doing": doing})
        raise FilesAway(doing) from problem


def _storage() -> Storage:
    return storages[ALIAS]


def path_of(file_id: UUID, *, thumbnail: bool = False) -> str:
    """Return under which name the bytes are stored: 256 folders, and no word of anybody."""
    return f"{file_id.hex[:2]}/{file_id.hex}{_THUMBNAIL if thumbnail else ''}"


def put(file_id: UUID, data: bytes, thumbnail: bytes = b"") -> None:
    """Store a file, and its thumbnail where it has one. Raises FilesAway; nothing is left then."""
    parts = {path_of(file_id): data}
    if thumbnail:
        parts[path_of(file_id, thumbnail=True)] = thumbnail
    try:
        with failing_as_away("put"):
            for path, part in parts.items():
                stored = _storage().save(path, ContentFile(part))
                if stored != path:
                    raise OSError("the storage gave the file another name")
    except FilesAway:
        drop(file_id)
        raise


def drop(file_id: UUID) -> bool:
    """Remove a file's bytes, and return whether that went well; else `prune` finds them later."""
    try:
        with failing_as_away("drop"):
            _storage().delete(path_of(file_id))
            _storage().delete(path_of(file_id, thumbnail=True))
    except FilesAway:
        return False
    return True


def open_stored(file: StepFile, *, thumbnail: bool = False) -> IO[Any]:
    """Return a file's bytes to read from, or its thumbnail's. Raises FilesAway.

    Of what is no picture there is no thumbnail: the file itself comes.
    """
    with failing_as_away("open"):
        return _storage().open(path_of(file.pk, thumbnail=thumbnail and file.is_picture))


def stored_ids() -> Iterator[list[UUID]]:
    """Yield whose bytes the storage holds, folder by folder.

    Raises FilesAway. What has no name of ours is not touched, and not named.
    """
    for number in range(256):
        with failing_as_away("list"):
            found = _ids_in(f"{number:02x}")
        yield sorted(found)


def _ids_in(folder: str) -> set[UUID]:
    try:
        _, names = _storage().listdir(folder)
    except FileNotFoundError:
        return set()
    found = {uuid_of(name.removesuffix(_THUMBNAIL)) for name in names}
    return {each for each in found if each and path_of(each).startswith(f"{folder}/")}


def stored_at(file_id: UUID) -> datetime:
    """Return when a file's bytes were stored. Raises FilesAway."""
    with failing_as_away("age"):
        storage, path = _storage(), path_of(file_id)
        if not storage.exists(path):
            path = path_of(file_id, thumbnail=True)
        return storage.get_modified_time(path)
