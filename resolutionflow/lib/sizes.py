"""How large texts may be: counted as UTF-8 bytes, said in KB and MB of a thousand. Pure."""

# The texts of one form together, a step's for instance.
FORM_BYTES = 200_000
# A note on a ticket: a step of full size, and what stands around it.
NOTE_BYTES = 250_000


def size_of(*texts: str) -> int:
    """Return how many bytes the texts are together, encoded as UTF-8."""
    return sum(
        len(text) if text.isascii() else len(text.encode(errors="surrogatepass")) for text in texts
    )


def in_words(size: int) -> str:
    """Return a size as people say it, rounded up so that too much is never said to be enough.

    1 is "1 KB", 200,000 "200 KB", 200,001 "201 KB", 5,000,000 "5 MB", 5,000,001 "5.1 MB".
    """
    if size <= 999_000:
        return f"{-(-size // 1_000)} KB"
    tenths = -(-size // 100_000)
    return f"{tenths / 10:g} MB"


def too_large(size: int, most: int) -> str:
    """Return what to do about texts of this size where this much goes; they are kept."""
    return (
        f"This is {in_words(size)}, and up to {in_words(most)} go. Shorten it, then try again: "
        "your text is kept here."
    )
