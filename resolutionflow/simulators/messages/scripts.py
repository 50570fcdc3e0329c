"""What the stand-in is to answer next, and how that is to go wrong."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Script:
    """One answer.

    text, calls       what it says: text, and tools with their input (streamed in pieces)
    stop_reason       "" for the usual one; "refusal", "max_tokens" …
    status, error     an error in the API's form instead: 529 with "overloaded_error"
    raw               these bytes instead of any answer, as `content_type`
    cut_after         the connection ends after so many events of the stream
    silent_end        … or the stream just ends there, as if it were whole
    error_after       an error event after so many events of the stream
    wait              seconds before the answer begins
    pause             seconds between the events of the stream
    """

    text: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    stop_reason: str = ""
    status: int = 200
    error: str = ""
    raw: str | None = None
    content_type: str = "application/json"
    cut_after: int | None = None
    silent_end: int | None = None
    error_after: int | None = None
    wait: float = 0.0
    pause: float = 0.0
