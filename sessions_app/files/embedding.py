"""Pictures inside a file that stands alone: as data: URIs, as many as go."""

from base64 import b64encode
from collections.abc import Iterable
from uuid import UUID

from sessions_app.files.bounds import MIB
from sessions_app.files.reading import bytes_of
from sessions_app.files.store import FilesAway
from sessions_app.models import StepFile

# Of all pictures in one file; their thumbnails would tell too little.
MOST_BYTES = 20 * MIB


def sources_of(files: Iterable[StepFile]) -> dict[UUID, str]:
    """Return the data: URI of each picture, in order, until they are too many; by file.

    One that cannot be read now has none either: the file says what it shows all the same.
    """
    left, sources = MOST_BYTES, {}
    for file in files:
        if not file.is_picture or file.size > left:
            continue
        try:
            data = b64encode(bytes_of(file)).decode()
        except FilesAway:
            continue
        sources[file.pk] = f"data:{file.content_type};base64,{data}"
        left -= file.size
    return sources
