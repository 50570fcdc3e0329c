"""Where the files come from that go to tickets: an app above this one keeps them, and says how."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psa.providers.errors import Certainty, PsaError


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that may be added to a ticket; `size` in bytes, `title` says what it shows."""

    id: UUID
    name: str
    content_type: str
    size: int
    title: str


class FileGone(Exception):
    """The file is not kept any more."""


class FileAway(PsaError):
    """The place where files are kept does not answer now; nothing was sent."""

    code = "file_away"
    certainty = Certainty.NOT_DONE
    default = (
        "The place where files are kept does not answer right now. Nothing was sent; we try again."
    )


class FileSource(ABC):
    """How files are found and read."""

    @abstractmethod
    def describe(self, account_id: int, ids: Sequence[UUID]) -> list[KeptFile]:
        """Return the account's files of these ids, in this order. Raises FileGone."""

    @abstractmethod
    def read(self, account_id: int, file_id: UUID) -> bytes:
        """Return what the file holds. Raises FileGone and FileAway."""


_sources: list[FileSource] = []


def register(source: FileSource) -> None:
    """Find files in this way from now on."""
    _sources[:] = [source]


def registered() -> FileSource:
    """Return how files are found."""
    return _sources[0]
