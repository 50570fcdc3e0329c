"""A stand-in for Anthropic's Messages API. It is no model, and says so in every answer.

It speaks the API's form: structured output, streaming, tools, refusals, overload, answers
that make no sense. Tests script what it says; unscripted it follows plain rules (`rules.py`).
"""

from .app import MODEL, ConnectionCut, MessagesStandIn
from .scripts import Script

__all__ = ["MODEL", "ConnectionCut", "MessagesStandIn", "Script"]
