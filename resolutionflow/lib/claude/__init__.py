"""The one way to Claude: questions with an answer of a given shape, and streamed answers.

Every call names the meter that counts it, masks secrets before anything leaves, goes out
through `lib/safe_http.py`, holds no database connection meanwhile, and raises ClaudeError
for whatever goes wrong. What comes back is a proposal, never an order.
"""

from resolutionflow.lib.claude.asking import Answer, ask, is_stand_in
from resolutionflow.lib.claude.client import is_on, prepare
from resolutionflow.lib.claude.errors import (
    CapReached,
    ClaudeError,
    CutOff,
    Malformed,
    NotAccepted,
    Off,
    Overloaded,
    Refused,
    TimedOut,
    TooLong,
    Unreachable,
    WrongKey,
)
from resolutionflow.lib.claude.metering import Meter
from resolutionflow.lib.claude.streaming import (
    Call,
    Dropped,
    End,
    Event,
    Text,
    Tool,
    Turn,
    stream,
)

__all__ = [
    "Answer",
    "Call",
    "CapReached",
    "ClaudeError",
    "CutOff",
    "Dropped",
    "End",
    "Event",
    "Malformed",
    "Meter",
    "NotAccepted",
    "Off",
    "Overloaded",
    "Refused",
    "Text",
    "TimedOut",
    "TooLong",
    "Tool",
    "Turn",
    "Unreachable",
    "WrongKey",
    "ask",
    "is_on",
    "is_stand_in",
    "prepare",
    "stream",
]
