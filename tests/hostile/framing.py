"""Heads and frames that are endless, huge, slow, or two things at once; and other sites."""

from collections.abc import Callable, Iterator

from tests.hostile.attack import JSON, Attack, Honest, Request, Wire, head, send_body, send_value

_PIECE = b" " * 65_536
_CLOSE = "Connection: close"


def _attack(group: str, name: str, act: Callable[[Wire], None]) -> Attack:
    def write(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
        act(wire)

    return Attack(name, group, write)


def _bytes(group: str, name: str, *pieces: bytes) -> Attack:
    return _attack(group, name, lambda wire: wire.send(*pieces))


def _for_ever(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


# --- Sizes ---------------------------------------------------------------------------


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


_CHUNKED = head("200 OK", JSON, "Transfer-Encoding: chunked")


def _endless_chunks(wire: Wire) -> None:
    wire.send(_CHUNKED)
    wire.stream(_for_ever(_chunk(_PIECE)))


def _endless_small_chunks(wire: Wire) -> None:
    wire.send(_CHUNKED)
    wire.stream(_for_ever(_chunk(b" ") * 4096))


def _endless_extension(wire: Wire) -> None:
    wire.send(_CHUNKED, b"1;")
    wire.stream(_for_ever(b"x" * 65_536))


def _endless_trailers(wire: Wire) -> None:
    wire.send(_CHUNKED, b"2\r\n[]\r\n0\r\n")
    wire.stream(_for_ever(b"X-More: more\r\n" * 1024))


def _endless_header_line(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    wire.stream(_for_ever(b"x" * 65_536))


def _endless_header_lines(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\n")
    wire.stream(_for_ever(b"X-More: more\r\n" * 4096))


def _endless_interim_answers(wire: Wire) -> None:
    wire.stream(_for_ever(head("103 Early Hints", "Link: </x>; rel=preload") * 1024))


SIZES = (
    _attack("sizes", "endless-body", lambda wire: send_body(wire, _for_ever(_PIECE))),
    _attack("sizes", "endless-chunks", _endless_chunks),
    _attack("sizes", "endless-small-chunks", _endless_small_chunks),
    _attack("sizes", "endless-chunk-extension", _endless_extension),
    _attack("sizes", "endless-trailers", _endless_trailers),
    _attack("sizes", "endless-header-line", _endless_header_line),
    _attack("sizes", "endless-header-lines", _endless_header_lines),
    _attack("sizes", "endless-interim-answers", _endless_interim_answers),
    _attack(
        "sizes",
        "header-of-90-kilobytes",
        lambda wire: send_value(wire, [], "X-Long: " + "x" * 90_000),
    ),
    _attack(
        "sizes",
        "headers-by-the-thousand",
        lambda wire: send_value(wire, [], *(f"X-{number}: {number}" for number in range(4000))),
    ),
    _attack(
        "sizes",
        "status-line-of-a-megabyte",
        lambda wire: wire.send(b"HTTP/1.1 200 " + b"x" * 1_000_000 + b"\r\n\r\n[]"),
    ),
)


# --- Framing -------------------------------------------------------------------------


def _framed(name: str, *lines: str, body: bytes = b"[]", status: str = "200 OK") -> Attack:
    return _bytes("framing", name, head(status, JSON, _CLOSE, *lines), body)


def _cut(wire: Wire) -> None:
    wire.send(head("200 OK", JSON, "Content-Length: 1000"), b'[{"id": 1')
    wire.reset()


def _reset(wire: Wire) -> None:
    wire.reset()


FRAMING = (
    _framed("length-that-is-too-long", "Content-Length: 1000"),
    _framed("length-that-is-too-short", "Content-Length: 1"),
    _framed("length-of-a-terabyte", "Content-Length: 1099511627776"),
    _framed("length-of-forty-digits", "Content-Length: " + "9" * 40),
    _framed("length-below-nothing", "Content-Length: -1"),
    _framed("length-that-is-no-number", "Content-Length: 0x2"),
    _framed("two-lengths", "Content-Length: 2", "Content-Length: 20"),
    _framed("length-and-chunks", "Content-Length: 2", "Transfer-Encoding: chunked"),
    _framed("two-transfer-codings", "Transfer-Encoding: gzip, chunked"),
    _framed("chunk-of-no-size", "Transfer-Encoding: chunked", body=b"zz\r\n[]\r\n0\r\n\r\n"),
    _framed("chunk-of-an-exabyte", "Transfer-Encoding: chunked", body=b"fffffffffffffff\r\n[]\r\n"),
    _framed("chunks-without-an-end", "Transfer-Encoding: chunked", body=b"2\r\n[]\r\n"),
    _framed("no-content-with-content", "Content-Length: 2", status="204 No Content"),
    _framed("switch-of-protocols", "Upgrade: websocket", status="101 Switching Protocols"),
    _framed("status-of-999", status="999 Whatever"),
    _framed("status-of-000", status="000 Nothing"),
    _framed("header-without-a-name", ": nothing"),
    _framed("header-with-controls", "X-Odd: a\x00b\x0bc"),
    _framed("header-in-no-alphabet", "X-Odd: \xff\xfe\x80"),
    _bytes("framing", "nothing-at-all"),
    _bytes("framing", "no-http", b"SSH-2.0-OpenSSH_9.2\r\n"),
    _bytes("framing", "body-without-a-head", b"[]"),
    _bytes("framing", "two-answers", head("200 OK", "Content-Length: 2"), b"[]" * 2),
    _bytes("framing", "http-of-tomorrow", b"HTTP/9.9 200 OK\r\n\r\n[]"),
    _attack("framing", "cut-in-the-middle", _cut),
    _attack("framing", "reset-before-an-answer", _reset),
)


# --- Slowness ------------------------------------------------------------------------


def _trickle(wire: Wire, text: bytes) -> None:
    for at in range(len(text)):
        wire.send(text[at : at + 1])
        wire.wait(1.0)


def _silent(wire: Wire) -> None:
    wire.wait(float("inf"))


def _slow_head(wire: Wire) -> None:
    _trickle(wire, head("200 OK", *(f"X-{number}: slow" for number in range(1000))))


def _slow_body(wire: Wire) -> None:
    wire.send(head("200 OK", JSON, "Content-Length: 100000"))
    _trickle(wire, b" " * 100_000)


def _slow_chunks(wire: Wire) -> None:
    wire.send(_CHUNKED)
    for _ in range(100_000):
        wire.send(_chunk(b" "))
        wire.wait(1.0)


def _silent_body(wire: Wire) -> None:
    wire.send(head("200 OK", JSON, "Content-Length: 100"), b"[")
    _silent(wire)


def _late_success(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
    wire.wait(12.0)
    answer = honest()
    send_value(wire, answer.value, status=f"{answer.status} Late")


SLOWNESS = (
    _attack("slowness", "silence", _silent),
    _attack("slowness", "silence-after-the-head", _silent_body),
    _attack("slowness", "a-byte-a-second-of-the-head", _slow_head),
    _attack("slowness", "a-byte-a-second-of-the-body", _slow_body),
    _attack("slowness", "a-chunk-a-second", _slow_chunks),
    Attack("success-after-12-seconds", "slowness", _late_success),
)


# --- Redirects -----------------------------------------------------------------------


def _redirect(name: str, where: str, status: str = "302 Found") -> Attack:
    return _attack(
        "redirects", name, lambda wire: send_value(wire, [], f"Location: {where}", status=status)
    )


REDIRECTS = (
    _redirect("redirect-to-metadata", "http://169.254.169.254/latest/meta-data/"),
    _redirect("redirect-to-metadata-by-v6", "http://[fd00:ec2::254]/latest/meta-data/"),
    _redirect("redirect-to-loopback", "http://127.0.0.1:6379/"),
    _redirect("redirect-to-a-file", "file:///etc/passwd"),
    _redirect("redirect-to-itself", "/v4_6_release/apis/3.0/system/info", "307 Temporary Redirect"),
    _redirect("redirect-for-ever", "https://elsewhere.example/", "308 Permanent Redirect"),
    _redirect("redirect-to-nowhere", "", "301 Moved Permanently"),
)
