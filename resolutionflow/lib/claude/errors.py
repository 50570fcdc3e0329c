"""What can go wrong with a question to Claude, by what the caller can do about it."""


class ClaudeError(Exception):
    """Base of all; `sentence` says to people what happened, `kind` names it to code.

    `is_free` is set where the call can cost nothing: it was not sent, or its status refused it.
    """

    kind = "failed"
    sentence = "Claude could not be asked."
    is_free = False

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or type(self).sentence
        super().__init__(self.sentence)


class Off(ClaudeError):
    """No key: the operator has not set Claude up. Nothing was sent."""

    kind = "off"
    sentence = "Claude is not set up here: your operator has not given it a key."


class CapReached(ClaudeError):
    """The account has used its share of the day. Nothing was sent."""

    kind = "cap"
    sentence = "Your account has used up today's share of Claude. It starts anew at midnight (UTC)."


class WrongKey(ClaudeError):
    """The service does not accept the key."""

    kind = "wrong_key"
    sentence = "Claude does not accept the key that your operator has set. Ask them to renew it."


class NotAccepted(ClaudeError):
    """The service does not take the request as it is: model, rights, billing or form."""

    kind = "not_accepted"
    sentence = "Claude did not take the question. Your operator finds the reason in the log."


class TooLong(ClaudeError):
    """More text than the model takes, or an answer that did not fit."""

    kind = "too_long"
    sentence = "This is more text than Claude takes at once. Shorten it, then ask again."


class Overloaded(ClaudeError):
    """Too much is asked of the service, or by us; later it may work."""

    kind = "overloaded"
    sentence = "Claude is overloaded at the moment. Try again in a minute."


class TimedOut(ClaudeError):
    """No whole answer within the time."""

    kind = "timeout"
    sentence = "Claude took too long to answer."


class Unreachable(ClaudeError):
    """The service cannot be reached, or fails by itself."""

    kind = "unreachable"
    sentence = "Claude cannot be reached at the moment."


class Refused(ClaudeError):
    """The model declined."""

    kind = "refused"
    sentence = "Claude declined to answer this."


class Malformed(ClaudeError):
    """An answer that is not what was asked for; nothing of it is used."""

    kind = "malformed"
    sentence = "Claude's answer could not be used."


class CutOff(ClaudeError):
    """A stream that ended half-way; what came before was handed on."""

    kind = "cut_off"
    sentence = "Claude's answer broke off half-way."
