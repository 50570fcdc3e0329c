"""Which passwords are too easy to guess, and why, in words for the person who chose one.

Three judges, each of which is enough to refuse (docs/decisions/0006): a list of common
passwords, zxcvbn's estimate of the guesses that a password takes, and a password that holds
nothing but a few words that everybody would try here. Digits, years and marks around a word
count little, and nobody is told to add any.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn_rs_py import zxcvbn

from accounts.common_passwords import fold, is_common
from accounts.models import User
from accounts.signals import password_context

# Decimal orders of guesses. Fewer than 10^8 are too few against who has stolen the hashes,
# says zxcvbn; three words taken at random have 10^9 at least.
_ENOUGH = 8.0
# zxcvbn's time grows steeply with the length: 0.09 s at worst for 24 characters, 0.8 s for 64.
_READ = 24
# The other judges look at a beginning, too; what follows would have to be worse than it.
_LOOKED_AT = 64

_PRODUCT = ("resolutionflow", "resolution", "flow", "resolutionassist", "connectwise", "autotask")
# What people take where they are asked for a password: few enough to be tried in any order.
_USUAL = (
    *("password", "passwort", "passwd", "passcode", "pass", "word", "kennwort", "contraseña"),
    *("admin", "administrator", "root", "user", "login", "logon", "welcome", "hello", "secret"),
    *("letmein", "changeme", "change", "please", "default", "temp", "test", "demo", "guest"),
    *("secure", "strong", "long", "company", "office", "network", "server", "helpdesk", "desk"),
    *("service", "support", "msp", "psa", "cw", "the", "this", "that", "what", "is", "my", "our"),
    *(
        "your",
        "me",
        "to",
        "i",
        "a",
        "in",
        "for",
        "it",
        "new",
        "love",
        "you",
        "qwerty",
        "abc",
        "dragon",
        "monkey",
    ),
    *("spring", "summer", "autumn", "fall", "winter", "frühling", "sommer", "herbst", "estate"),
    *("printemps", "été", "automne", "hiver", "primavera", "verano", "otoño", "invierno"),
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday"),
    *("saturday", "sunday"),
)
# More words than this together are a phrase, however usual each of them is.
_FEW = 4
_SEPARATORS = re.compile(r"[\s._,/+@-]+")
# A word with what people put around it: a few marks or digits, a year, a date, 12345.
_DECORATED = re.compile(
    r"[\W\d_]{0,6}?(?P<core>[^\W\d_].{2,}?)"
    r"[\W_]*(?:\d{1,4}|0?1234\d*|\d{2}[\W_]?\d{2}[\W_]?(?:\d{2}){1,2})?[\W_]*",
    re.DOTALL,
)
# Letters as marks and digits that look like them, and digits as the marks above their keys.
_PLAIN = [
    *(str.maketrans("@4305$7!1", f"aaeosst{one}{one}") for one in "il"),
    str.maketrans("!@#$%^&*()", "1234567890"),
]

_LISTED = "This password is on public lists, which guessers try first."
_CONTEXT = (
    "This password is made of your name, your e-mail address, your company or this product, "
    "which guessers try first."
)
_USUAL_WORDS = (
    "This password is a usual word or two; digits and marks around them, or in the place of "
    "letters, help little."
)
_BY_WARNING = {
    "StraightRowsOfKeysAreEasyToGuess": "This password follows the keys of the keyboard.",
    "ShortKeyboardPatternsAreEasyToGuess": "This password follows the keys of the keyboard.",
    "RepeatsLikeAaaAreEasyToGuess": "This password repeats itself.",
    "RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess": "This password repeats itself.",
    "SequencesLikeAbcAreEasyToGuess": "This password is a run like 1234 or abcd.",
    "RecentYearsAreEasyToGuess": "This password is little more than a year or a date.",
    "DatesAreOftenEasyToGuess": "This password is little more than a year or a date.",
}
_WHAT_TO_DO = (
    "Take four words that have nothing to do with each other or with you, or let a password "
    "manager make one."
)


class GuessableValidator:
    """Django's way to `weakness`, for forms and commands."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that is too easy to guess."""
        if problem := weakness(password, context_of(user) if user else ()):
            raise ValidationError(f"{problem} {_WHAT_TO_DO}", code="password_guessable")

    def get_help_text(self) -> str:
        """Return what to do, for Django's own forms."""
        return _WHAT_TO_DO


def context_of(user: User) -> list[str]:
    """Return the words that somebody would try who knows this person or their company."""
    texts = [user.name, user.email, user.email.partition("@")[0]]
    if user.account is not None:
        texts.append(user.account.name)
        answers: Any = password_context.send(sender=User, account=user.account)
        texts += [text for _receiver, told in answers for text in told]
    return list(dict.fromkeys(word for text in texts for word in _words_of(text)))


def weakness(password: str, context: Iterable[str] = ()) -> str:
    """Return what makes the password too easy to guess, as a sentence; empty if nothing does."""
    text = fold(password)[:_LOOKED_AT]
    if is_common(password) or any(map(is_common, _spellings(text))):
        return _LISTED
    own = [*context, *_PRODUCT]
    if _is_made_of(text, _USUAL):
        return _USUAL_WORDS
    if _is_made_of(text, [*own, *_USUAL]):
        return _CONTEXT
    if _guesses(text, [*own, *_USUAL]) >= _ENOUGH:
        return ""
    return _CONTEXT if _guesses(text, list(_USUAL)) >= _ENOUGH else _reason(text)


def _words_of(text: str) -> list[str]:
    """Return the text as one word, and its parts of three letters and more."""
    parts = re.split(r"[\W_]+", fold(text))
    return [word for word in ("".join(parts), *parts) if len(word) > 2]


def _spellings(text: str) -> list[str]:
    """Return the text, what is left without what is put around it, and both without disguise."""
    plain = [text, _core(text)]
    return [*plain, *(each.translate(table) for each in plain for table in _PLAIN)]


def _core(text: str) -> str:
    found = _DECORATED.fullmatch(text)
    return found["core"] if found else text


def _is_made_of(text: str, words: Iterable[str]) -> bool:
    """Return whether a few of these words, and digits between them, are all that there is."""
    known = "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))
    few = re.compile(rf"(?:\d{{0,4}}(?:{known})){{1,{_FEW}}}")
    return any(few.fullmatch(_SEPARATORS.sub("", each)) for each in _spellings(text))


def _guesses(text: str, words: list[str]) -> float:
    """Return the decimal order of guesses that the better end of the password takes."""
    return max(_guesses_of(end, words) for end in {text[:_READ], text[-_READ:]})


def _guesses_of(text: str, words: list[str]) -> float:
    core = _core(text)
    around = min(4, len(text) - len(core))
    joined = _SEPARATORS.sub("", core)
    return min(
        zxcvbn(text, words).guesses_log10,
        zxcvbn(core, words).guesses_log10 + around,
        zxcvbn(joined, words).guesses_log10 + around + (joined != core),
    )


def _reason(text: str) -> str:
    feedback = zxcvbn(text[:_READ], list(_USUAL)).feedback
    warning = feedback.warning if feedback else None
    return _BY_WARNING.get(repr(warning).removeprefix("Warning."), _USUAL_WORDS)
