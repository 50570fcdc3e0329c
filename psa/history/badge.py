"""The smallest thing that tells an outcome."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Badge:
    """Two words in a colour."""

    text: str
    tone: str
    icon: str = ""
