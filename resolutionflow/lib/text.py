"""Characters that stand in no text, wherever text comes in. Pure."""

import re

# NUL and the other control characters but tab and line ends. PostgreSQL neither stores nor
# compares a text with NUL; the others have no meaning on a page.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def has_controls(text: str) -> bool:
    """Return whether the text holds a control character that means nothing in a text."""
    return _CONTROLS.search(text) is not None


def without_controls(text: str) -> str:
    """Return the text without control characters; tab and line ends stay."""
    return _CONTROLS.sub("", text)
