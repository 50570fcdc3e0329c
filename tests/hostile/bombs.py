"""JSON that costs far more memory or time than its bytes say."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.hostile.attack import Attack, Honest, Request, Wire, send_body

# Bytes of each bomb: a little less than the door lets in.
SIZE = 16 * 1024 * 1024 - 4096
_BLOCK = 65_536


def filled(before: bytes, unit: bytes, after: bytes) -> Iterator[bytes]:
    """Yield `unit` between two texts, so often that the whole is about SIZE bytes."""
    yield before
    each = max(1, _BLOCK // len(unit))
    whole, rest = divmod((SIZE - len(before) - len(after)) // len(unit), each)
    block = unit * each
    for _ in range(whole):
        yield block
    yield unit * rest + after


def numbered(before: bytes, unit: str, after: bytes) -> Iterator[bytes]:
    """Yield `unit` with a new number in place of % each time, about SIZE bytes in all."""
    yield before
    sent, number = len(before) + len(after), 0
    while True:
        block = "".join(unit.replace("%", f"{n:x}") for n in range(number, number + 4096))
        if sent + len(block) > SIZE:
            break
        yield block.encode()
        sent, number = sent + len(block), number + 4096
    yield after


def nested(opened: bytes, closed: bytes) -> Iterator[bytes]:
    """Yield so many openings, and as many ends."""
    times = SIZE // (len(opened) + len(closed))
    each = _BLOCK
    for part in (opened, closed):
        for _ in range(times // each):
            yield part * each
        yield part * (times % each)


def _bomb(name: str, pieces: Callable[[], Iterator[bytes]]) -> Attack:
    def write(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
        send_body(wire, pieces())

    return Attack(name, "bombs", write)


def _filled(name: str, before: bytes, unit: bytes, after: bytes) -> Attack:
    return _bomb(name, partial(filled, before, unit, after))


def _text(name: str, unit: bytes, last: bytes = b"") -> Attack:
    """Return a record with one long text, as a note's."""
    return _filled(name, b'[{"id":1,"text":"', unit, last + b'"}]')


def _line(name: str, unit: bytes, last: bytes = b"") -> Attack:
    """Return a record with one long line, as a ticket's summary."""
    return _filled(name, b'[{"id":1,"summary":"', unit, last + b'"}]')


BOMBS = (
    _bomb("lists-in-lists", partial(nested, b"[", b"]")),
    _bomb("objects-in-objects", partial(nested, b'{"a":', b"}")),
    _filled("lists-that-never-end", b"", b"[", b""),
    _filled("empty-lists", b"[", b"[],", b"0]"),
    _filled("empty-objects", b"[", b"{},", b"0]"),
    _filled("objects-of-one-key", b"[", b'{"a":0},', b"0]"),
    _filled("records", b"[", b'{"id":1},', b'{"id":1}]'),
    _filled("lists-of-one-number", b"[", b"[0],", b"0]"),
    _filled("numbers", b"[", b"0,", b"0]"),
    _filled("fractions", b"[", b"1.5,", b"0]"),
    _filled("nulls-in-an-object", b'{"id":1,"custom":[', b"null,", b"0]}"),
    _filled("short-texts", b"[", b'"ab",', b"0]"),
    _bomb("texts-that-differ", partial(numbered, b"[", '"%",', b"0]")),
    _bomb("keys-that-differ", partial(numbered, b'{"id":1', ',"%":0', b"}")),
    _bomb("records-that-differ", partial(numbered, b"[", '{"id":1,"%":"%"},', b'{"id":1}]')),
    _filled("one-key-again-and-again", b'{"id":1', b',"a":"bc"', b"}"),
    _filled("one-huge-number", b'[{"id":', b"9", b"}]"),
    _filled("many-huge-numbers", b"[", b"9" * 4300 + b",", b"0]"),
    _filled("a-huge-fraction", b'[{"id":1,"hours":0.', b"9", b"}]"),
    _filled("a-huge-exponent", b'[{"id":1,"hours":1e', b"9", b"}]"),
    _filled("blanks", b"", b" ", b"[]"),
    _text("long-text", b"a"),
    _line("long-line", b"a"),
    _text("long-text-and-an-emoji", b"a", "\U0001f600".encode()),
    _line("long-line-and-an-emoji", b"a", "\U0001f600".encode()),
    _text("long-text-and-an-escaped-emoji", b"a", b"\\ud83d\\ude00"),
    _line("long-line-and-an-escaped-emoji", b"a", b"\\ud83d\\ude00"),
    _text("long-text-and-a-dash", b"a", "–".encode()),
    _text("escaped-dashes", b"\\u2013"),
    _text("emojis", "\U0001f600".encode()),
    _text("half-pairs", b"\\ud83d"),
    _line("half-pairs-in-a-line", b"\\ud83d"),
    _line("half-pairs-between-emojis", b"\\ud83d", "\U0001f600".encode()),
    _text("backslashes", b"\\\\"),
    _text("controls", b"\\u0001"),
    _line("line-ends", b"\\n"),
    _line("short-lines", b"ab\\n"),
    _line("directions", "\u202e".encode()),
    _filled("text-that-never-ends", b'[{"id":1,"text":"', b"a", b""),
    _filled("text-of-escapes-that-never-ends", b'[{"id":1,"text":"', b'\\"', b""),
    _bomb("utf-16", lambda: (piece.decode().encode("utf-16-le") for piece in _utf_16())),
    _bomb("utf-32", lambda: (piece.decode().encode("utf-32-le") for piece in _utf_32())),
    _filled("no-json-at-all", b"<html>", b"<p>Not here.</p>", b"</html>"),
    _filled("bytes-of-no-alphabet", b'["', b"\xff", b'"]'),
)


def _utf_16() -> Iterator[bytes]:
    yield b"["
    yield from (b"[]," * 2048 for _ in range(SIZE // 12_288 - 1))
    yield b"0]"


def _utf_32() -> Iterator[bytes]:
    yield b"["
    yield from (b"[]," * 2048 for _ in range(SIZE // 24_576 - 1))
    yield b"0]"
