"""Passwords that are on public lists, as a file of shortened hashes.

`accounts/data/README.md` says where the list comes from. Make the file anew with
`python -m accounts.common_passwords LIST`.
"""

import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

FILE = Path(__file__).parent / "data" / "common_passwords.bin"
# Shorter ones are refused for their length.
SHORTEST = 12
# Of 44,000 entries one in 25 million other passwords shares such a beginning of its hash.
_SIZE = 5


def fold(text: str) -> str:
    """Return the text as the list has it: compatibility forms and case make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def is_common(password: str) -> bool:
    """Return whether a public list has this password, in any case."""
    table, digest = _table(), _digest(password)
    place = bisect_left(range(len(table) // _SIZE), digest, key=lambda at: _entry(table, at))
    return _entry(table, place) == digest


def pack(passwords: Iterable[str]) -> bytes:
    """Return the file's content for these passwords: sorted beginnings of their hashes."""
    digests = {_digest(password) for password in passwords if len(password) >= SHORTEST}
    return b"".join(sorted(digests))


def _digest(password: str) -> bytes:
    return sha256(fold(password).encode("utf-8", "surrogatepass")).digest()[:_SIZE]


def _entry(table: bytes, at: int) -> bytes:
    return table[at * _SIZE : (at + 1) * _SIZE]


@cache
def _table() -> bytes:
    return FILE.read_bytes()


if __name__ == "__main__":
    FILE.write_bytes(pack(Path(sys.argv[1]).read_text(errors="ignore").splitlines()))
