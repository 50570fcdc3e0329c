"""What a search compares: texts without the differences that nobody means. Pure.

Both the stored texts and what is searched for pass through `fold`, so that every database compares
the same characters. A change of what it returns needs the stored texts to be folded anew.
"""

import re
import unicodedata

# Accents of Latin, Greek and Cyrillic letters, and points of Hebrew and Arabic. Signs of other
# scripts stay: there they are letters of their own.
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
# Soft hyphens, zero-width characters, and those that turn the direction of a text.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_QUOTES_AND_HYPHENS = str.maketrans(
    dict.fromkeys("‘’‚‛′´ʼ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Return the text in one case, without accents, with plain quotes, hyphens and blanks.

    Folding twice changes nothing more.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.translate(_QUOTES_AND_HYPHENS)).casefold()
    # Casefolding can bring new composed letters.
    text = _INVISIBLE.sub("", _MARKS.sub("", unicodedata.normalize("NFKD", text)))
    return unicodedata.normalize("NFKC", text.translate(_LETTERS))
