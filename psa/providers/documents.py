"""Files that belong to tickets, in words that every PSA is translated into. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDraft:
    """A file that is to be added to a ticket; its bytes go beside it.

    `title` says what it shows; with `marker` in it the file is found again. `size` is in bytes.
    One that is not private may be seen by the customer.
    """

    file_name: str
    content_type: str
    size: int
    title: str
    marker: str
    is_private: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A file as the PSA keeps it, with a sentence for each difference from the draft."""

    id: str
    title: str
    file_name: str
    size: int | None = None
    differences: tuple[str, ...] = ()
