"""The one door to the network: which sites we ask, for how long, and how much they may answer.

`sites.py` says which sites are allowed, `pinned_sockets.py` connects to checked addresses of one
of them, `call_bounds.py` keeps the deadline. Redirects are not followed, cookies are not kept,
proxies and .netrc of the environment are ignored.

An answer is bounded before it costs anything: its head, its bytes as they arrive, the number of
pieces they arrive in. It comes uncompressed or not at all: what 800 bytes of gzip hold is known
only once it has filled the memory.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from resolutionflow.lib.call_bounds import TOTAL, Bounds, deadline, time_left
from resolutionflow.lib.pinned_sockets import AnswerTooLarge, pinned_transport
from resolutionflow.lib.sites import Origin, Policy, SiteNotAllowed, parse_origin

__all__ = [
    "TOTAL",
    "Answer",
    "AnswerEncoded",
    "AnswerTooLarge",
    "Origin",
    "Policy",
    "SiteNotAllowed",
    "Stream",
    "Upload",
    "deadline",
    "exchange",
    "open_client",
    "parse_origin",
    "stream",
    "time_left",
]

# Seconds. Their sum, and TOTAL, stay below settings.POST_LEASE: when a lease ends, the
# call that it covered has ended too.
TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=5.0, pool=3.0)
MAX_BODY = 16 * 1024 * 1024
# Bytes on the socket beside the body: h11 reads heads of up to 100 KiB, and a chunk has a frame.
_HEAD = 256 * 1024
_FRAMES = 2 * 1024 * 1024
# A body in chunks of one byte takes a processor a minute: each piece costs what 10 KB cost.
MOST_PIECES = 100_000


class AnswerEncoded(httpx.TransportError):
    """The answer is compressed, though we asked for `identity`; its body was not read."""


# Tests put an in-process PSA here; called as transport_factory(origin, trusted=...).
transport_factory: Callable[..., httpx.BaseTransport] = pinned_transport


def open_client(origin: Origin, *, policy: Policy) -> httpx.Client:
    """Return a pooled client for one origin; the caller closes it.

    Connects to nothing yet. Raises SiteNotAllowed when the policy refuses the origin.
    """
    trusted = policy.admit(origin)
    return httpx.Client(
        base_url=str(origin),
        transport=transport_factory(origin, trusted=trusted),
        timeout=TIMEOUT,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; header names are in lower case. Whoever reads the body may empty it."""

    status: int
    headers: Mapping[str, str]
    body: bytearray


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A form with one file, `file`, that is sent as multipart/form-data."""

    fields: Mapping[str, str]
    name: str
    content_type: str
    content: bytes


def exchange(
    client: httpx.Client,
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request and read the whole answer, within the deadline.

    `body` is sent as JSON in ASCII, which no proxy can misread, an Upload as a form. Raises
    SiteNotAllowed before anything is sent, and httpx.RequestError for whatever happens on the way.
    """
    request = _request(client, method, path, params, body, headers or {})
    bounds = Bounds(TOTAL, _HEAD)
    with bounds.applied():
        if time_left() <= 0:
            raise httpx.ConnectTimeout("The deadline of the call has passed.", request=request)
        response = _sent(client, request, bounds)
        received = bytearray()
        for piece in _pieces(response):
            received += piece
    return Answer(status=response.status_code, headers=_lowered(response), body=received)


def _request(
    client: httpx.Client,
    method: str,
    path: str,
    params: Mapping[str, str] | None,
    body: object,
    headers: Mapping[str, str],
) -> httpx.Request:
    if body is None:
        return client.build_request(method, path, params=params, headers=headers)
    if isinstance(body, Upload):
        file = (body.name, body.content, body.content_type)
        return client.build_request(
            method, path, params=params, data=body.fields, files={"file": file}, headers=headers
        )
    typed = {**headers, "Content-Type": "application/json"}
    content = json.dumps(body).encode("ascii")
    return client.build_request(method, path, params=params, content=content, headers=typed)


def _sent(client: httpx.Client, request: httpx.Request, bounds: Bounds) -> httpx.Response:
    """Send, and return the answer once its head is there and found good."""
    request.headers["Accept-Encoding"] = "identity"
    response = client.send(request, stream=True)
    codings = response.headers.get_list("Content-Encoding", split_commas=True)
    if any(coding.strip().lower() not in ("", "identity") for coding in codings):
        response.close()
        raise AnswerEncoded("The answer is compressed, which was not asked for.", request=request)
    bounds.allow(MAX_BODY + _FRAMES)
    return response


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    """Yield the body, which is not encoded (see `_sent`), and close the answer."""
    size = 0
    try:
        for number, piece in enumerate(response.iter_bytes()):
            size += len(piece)
            if size > MAX_BODY or number > MOST_PIECES:
                raise AnswerTooLarge("The answer is larger than any we expect.")
            yield piece
    finally:
        response.close()


def _lowered(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


# --- Answers that are read while they arrive -----------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An answer under way. Whoever does not read `pieces` to the end calls `close`."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]
    close: Callable[[], None]


def stream(
    client: httpx.Client,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
    seconds: float,
) -> Stream:
    """Send one request and hand its answer on as it arrives.

    `seconds` bounds all of it. Raises SiteNotAllowed before anything is sent, and
    httpx.RequestError for whatever happens on the way, also while the pieces are read.
    """
    bounds = Bounds(seconds, _HEAD)
    timeout = httpx.Timeout(
        connect=TIMEOUT.connect, read=seconds, write=TIMEOUT.write, pool=TIMEOUT.pool
    )
    request = client.build_request(
        method, path, headers=dict(headers), content=content, timeout=timeout
    )
    with bounds.applied():
        response = _sent(client, request, bounds)
    return Stream(
        status=response.status_code,
        headers=_lowered(response),
        pieces=_in_steps(_pieces(response), bounds),
        close=response.close,
    )


def _in_steps(pieces: Iterator[bytes], bounds: Bounds) -> Iterator[bytes]:
    """Yield the pieces. The bounds are set for each step: a reader may stop between."""
    while True:
        with bounds.applied():
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
