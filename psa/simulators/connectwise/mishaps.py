"""What a fault does to a request: before the work, instead of it, or to its answer."""

import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.wrappers import Response

from . import errors
from .answers import refusal
from .errors import ApiError
from .faults import ConnectionCut, ConnectionRefused, Fault

Work = Callable[[], Response]
Environ = dict[str, Any]
Later = Callable[[Work, float], None]
_DROPS = 10
_PROXY_PAGE = "<html><head><title>Please wait</title></head><body>Signing you in…</body></html>"


def suffer(
    fault: Fault, work: Work, environ: Environ, sleep: Callable[[float], None], later: Later
) -> Response:
    """Return the answer that is left of a request that this fault befalls.

    Raises ConnectionCut or ConnectionRefused where no answer comes. `later` does work after
    the caller has gone; `sleep` may raise to say that the caller has gone.
    """
    match fault.kind:
        case "latency":
            return _late(fault, work, sleep, later)
        case "hang_then_store":
            return _never_in_time(fault, work, environ, sleep, later)
        case "refuse":
            raise cut(environ, ConnectionRefused("connection refused"))
        case "cut_before":
            raise cut(environ, ConnectionCut("cut before the work was done"))
        case "cut_after" | "error_after" | "not_json" | "slow_body":
            return _after(fault, work(), environ, sleep)
    return refusal(_refused(fault))


def _late(fault: Fault, work: Work, sleep: Callable[[float], None], later: Later) -> Response:
    try:
        sleep(fault.seconds)
    except BaseException:
        # The caller gave up waiting; that does not stop the vendor.
        later(work, fault.seconds)
        raise
    return work()


def _never_in_time(
    fault: Fault, work: Work, environ: Environ, sleep: Callable[[float], None], later: Later
) -> Response:
    if "werkzeug.socket" in environ:
        sleep(fault.seconds)
        work()
    else:
        later(work, fault.seconds)
        sleep(fault.seconds)
    raise cut(environ, ConnectionCut("no answer came in time"))


def _after(
    fault: Fault, response: Response, environ: Environ, sleep: Callable[[float], None]
) -> Response:
    if fault.kind == "cut_after":
        raise cut(environ, ConnectionCut("cut after the work was done"))
    if fault.kind == "error_after":
        return refusal(errors.server_error(fault.status))
    if fault.kind == "not_json":
        return Response(_PROXY_PAGE, 200, content_type="text/html; charset=utf-8")
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    response.response = _drops(body, fault.seconds, sleep)
    return response


def _drops(body: bytes, seconds: float, sleep: Callable[[float], None]) -> Iterator[bytes]:
    size = max(1, -(-len(body) // _DROPS))
    for start in range(0, len(body), size):
        sleep(seconds / _DROPS)
        yield body[start : start + size]


def _refused(fault: Fault) -> ApiError:
    match fault.kind:
        case "rate_limited":
            return errors.rate_limited(fault.retry_after)
        case "unauthorized":
            return errors.unauthorized()
        case "forbidden":
            return errors.forbidden()
    return errors.server_error(fault.status)


def cut(environ: Environ, error: ConnectionError) -> ConnectionError:
    """Close the request's socket, if it has one, and return the error to raise.

    A refusal cannot be had after the connection was taken: a reset comes nearest.
    """
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        if isinstance(error, ConnectionRefused):
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        else:
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    return error
