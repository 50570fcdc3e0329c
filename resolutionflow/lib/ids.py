"""Ids as they come in: from a form, an address, or a text that was kept."""

from uuid import UUID


def uuid_of(text: object) -> UUID | None:
    """Return the id that the text is, None if it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
