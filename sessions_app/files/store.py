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
def _failing_as_away(doing: str) -> Iterator[None]:
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
        with _failing_as_away("put"):
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
        with _failing_as_away("drop"):
            _storage().delete(path_of(file_id))
            _storage().delete(path_of(file_id, thumbnail=True))
    except FilesAway:
        return False
    return True


def open_stored(file: StepFile, *, thumbnail: bool = False) -> IO[Any]:
    """Return a file's bytes to read from, or its thumbnail's. Raises FilesAway.

    Of what is no picture there is no thumbnail: the file itself comes.
    """
    with _failing_as_away("open"):
        return _storage().open(path_of(file.pk, thumbnail=thumbnail and file.is_picture))


def stored_ids() -> Iterator[dict[UUID, datetime]]:
    """Yield what the storage holds, folder by folder: ids, each with when it was stored.

    Raises FilesAway. What has no name of ours is not touched, and not named.
    """
    for folder in [f"{number:02x}" for number in range(256)]:
        with _failing_as_away("list"):
            yield dict(_ids_in(folder))


def _ids_in(folder: str) -> Iterator[tuple[UUID, datetime]]:
    storage = _storage()
    try:
        _, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        found = uuid_of(name.removesuffix(_THUMBNAIL))
        if found and f"{folder}/{name.removesuffix(_THUMBNAIL)}" == path_of(found):
            yield found, storage.get_modified_time(f"{folder}/{name}")
