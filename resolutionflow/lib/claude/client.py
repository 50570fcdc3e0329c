"""The SDK's client for the settings as they are, and its failures in our own words."""

import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from resolutionflow.lib.claude import errors
from resolutionflow.lib.side_by_side import later
from resolutionflow.lib.sites import Origin, Policy, SiteNotAllowed, parse_origin

if TYPE_CHECKING:
    from anthropic import Anthropic, APIStatusError

logger = logging.getLogger(__name__)

SERVICE = "https://api.anthropic.com"

_OVERLOADED = 529
_BY_STATUS: dict[int, type[errors.ClaudeError]] = {
    401: errors.WrongKey,
    408: errors.TimedOut,
    413: errors.TooLong,
    429: errors.Overloaded,
    503: errors.Overloaded,
    504: errors.TimedOut,
    _OVERLOADED: errors.Overloaded,
}


def is_on() -> bool:
    """Return whether the operator has given a key."""
    return bool(settings.ANTHROPIC_API_KEY)


def service_origin(base_url: str) -> Origin:
    """Return where this base URL leads, its path aside; raises SiteNotAllowed."""
    parts = urlsplit(base_url)
    if parts.query or parts.fragment:
        raise SiteNotAllowed("A base URL has no query.")
    return parse_origin(f"{parts.scheme}://{parts.netloc}")


def open_client() -> "Anthropic":
    """Return the process's client; raises Off without a key. Sends nothing by itself."""
    if not is_on():
        raise errors.Off
    return _client(settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL or SERVICE)


def prepare() -> None:
    """Load the SDK apart, where a key is set: it takes a second for which nobody should wait."""
    if is_on():
        later(open_client)


@functools.lru_cache(maxsize=1)
def _client(key: str, base_url: str) -> "Anthropic":
    # Here, because importing the SDK costs a second that only those pay who ask.
    import httpx2
    from anthropic import Anthropic

    from resolutionflow.lib.claude.bridge import DoorTransport

    origin = service_origin(base_url)
    trusted = () if base_url == SERVICE else (origin,)
    policy = Policy(suffixes=("anthropic.com",), trusted=trusted)
    carrier = httpx2.Client(
        transport=DoorTransport(origin, policy), follow_redirects=False, trust_env=False
    )
    # No second try of its own: a person waits, and there is a way without Claude.
    return Anthropic(api_key=key, base_url=base_url, http_client=carrier, max_retries=0)


@contextmanager
def failures() -> Iterator[None]:
    """Raise a ClaudeError for whatever the SDK raises inside; what it says goes to the log."""
    import anthropic
    import httpx2

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _refusal(error) from error
    except (anthropic.APITimeoutError, httpx2.TimeoutException) as error:
        raise _lost(errors.TimedOut(), error) from error
    except (anthropic.APIConnectionError, httpx2.HTTPError) as error:
        _log("no connection", error)
        raise _lost(errors.Unreachable(), error) from error
    except (anthropic.AnthropicError, ValueError, TypeError, AttributeError, LookupError) as error:
        # The SDK builds its objects from whatever arrives.
        _log("an answer that cannot be read", error)
        raise errors.Malformed from error


def _lost(told: errors.ClaudeError, error: Exception) -> errors.ClaudeError:
    """Return the same, free of charge if there was no connection to send anything over."""
    import httpx2

    before = (httpx2.ConnectError, httpx2.ConnectTimeout, SiteNotAllowed)
    told.is_free = isinstance(error.__cause__ or error, before)
    return told


def _refusal(error: "APIStatusError") -> errors.ClaudeError:
    """Return what a status means. The service's words may hold the text: they are not logged."""
    logger.warning("Claude answered %s (%s)", error.status_code, error.type)
    told = _meaning(error)
    # Any other status may come from something between, after the service began to work.
    told.is_free = 400 <= error.status_code < 500 or error.status_code == _OVERLOADED
    return told


def _meaning(error: "APIStatusError") -> errors.ClaudeError:
    if error.status_code in _BY_STATUS:
        return _BY_STATUS[error.status_code]()
    # In a stream the status was 200 when the error came.
    if error.type == "overloaded_error":
        return errors.Overloaded()
    return errors.Unreachable() if _is_theirs(error) else errors.NotAccepted()


def _is_theirs(error: "APIStatusError") -> bool:
    return error.status_code >= 500 or error.type == "api_error"


def _log(what: str, error: Exception) -> None:
    logger.warning("Claude: %s: %s", what, type(error.__cause__ or error).__name__)
