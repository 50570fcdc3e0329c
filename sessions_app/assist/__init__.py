"""ResolutionAssist: a conversation that knows the session and its ticket.

It proposes; nothing is done without a click. A question is written down before it is asked,
and the answer as it comes, so that a page that was left finds it again.
"""

from sessions_app.assist.cards import Card, cards_of, steps_behind
from sessions_app.assist.conversation import (
    TOLD,
    Asked,
    NothingToContinue,
    NothingToTell,
    QuestionReused,
    StillAnswering,
    ask,
    end_lost,
    resume,
    stop,
    tell,
    turns_of,
)

__all__ = [
    "TOLD",
    "Asked",
    "Card",
    "NothingToContinue",
    "NothingToTell",
    "QuestionReused",
    "StillAnswering",
    "ask",
    "cards_of",
    "end_lost",
    "resume",
    "steps_behind",
    "stop",
    "tell",
    "turns_of",
]
