"""Bodies that are small on the wire and large, or unreadable, behind their coding."""

import functools
import gzip
import zlib
from collections.abc import Callable

from tests.hostile.attack import Attack, Honest, Request, Wire, head

# What the bombs hold once they are decoded, in bytes: far beyond any limit of ours.
UNPACKED = 512 * 1024 * 1024
_BLOCK = 1024 * 1024


@functools.cache
def _packed(container: int) -> bytes:
    """Return so many blanks, packed: zlib's window bits choose gzip (31), zlib (15) or raw."""
    packer = zlib.compressobj(9, zlib.DEFLATED, container)
    pieces = [packer.compress(b" " * _BLOCK) for _ in range(UNPACKED // _BLOCK)]
    return b"".join(pieces) + packer.flush()


@functools.cache
def gzip_bomb(times: int) -> bytes:
    """Return a body of 512 MiB of blanks, packed so often."""
    body = _packed(31)
    for _ in range(times - 1):
        body = gzip.compress(body)
    return body


def _coded(name: str, body: Callable[[], bytes], *lines: str) -> Attack:
    def write(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
        packed = body()
        length = f"Content-Length: {len(packed)}"
        wire.send(head("200 OK", "Content-Type: application/json", length, *lines), packed)

    return Attack(name, "encodings", write)


def _label(coding: str) -> str:
    return f"Content-Encoding: {coding}"


ENCODINGS = (
    _coded("gzip", lambda: gzip_bomb(1), _label("gzip")),
    _coded("gzip-twice", lambda: gzip_bomb(2), _label("gzip, gzip")),
    _coded("gzip-five-times", lambda: gzip_bomb(5), _label("gzip, gzip, gzip, gzip, gzip")),
    _coded("gzip-in-two-headers", lambda: gzip_bomb(2), _label("gzip"), _label("gzip")),
    _coded("gzip-after-identity", lambda: gzip_bomb(1), _label("identity, gzip")),
    _coded("gzip-in-capitals", lambda: gzip_bomb(1), "CONTENT-ENCODING:  X-GZIP "),
    _coded("gzip-of-an-honest-answer", lambda: gzip.compress(b"[]"), _label("gzip")),
    _coded("deflate", lambda: _packed(15), _label("deflate")),
    _coded("deflate-raw", lambda: _packed(-15), _label("deflate")),
    _coded("brotli", lambda: b"\x0b\x02\x80[]\x03", _label("br")),
    _coded("zstd", lambda: b"(\xb5/\xfd\x04\x00\x11\x00\x00[]\xee\xa4", _label("zstd")),
    _coded("coding-that-nobody-knows", lambda: b"[]", _label("rot13")),
    _coded("coding-of-a-megabyte", lambda: b"[]", _label("gzip," * 200_000)),
)
