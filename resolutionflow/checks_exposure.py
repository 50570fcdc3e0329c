"""System checks on what strangers could reach: a start that could be public must be safe.

They run at every start, whatever DEBUG says. A start could be public when a setting that
decides who may ask names more than this machine: a host that is answered (ALLOWED_HOSTS), the
address listened on (BIND), or the origin that people are sent to (PUBLIC_URL,
CSRF_TRUSTED_ORIGINS). Where the database lies tells nothing: developers use PostgreSQL, too.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from resolutionflow.lib.links import is_loopback
from resolutionflow.lib.sites import SiteNotAllowed, parse_origin

SHORTEST_SECRET_KEY = 50
# Keys that this repository or Django's templates print: everybody knows them.
_KNOWN_KEYS = ("development-only-", "django-insecure-", "check-only-", "only-for-collecting-")


def beyond_this_machine() -> list[str]:
    """Return the names of the settings that let in more than this machine."""
    reached = {
        "ALLOWED_HOSTS": settings.ALLOWED_HOSTS,
        "BIND": [_bound_host(address) for address in settings.BIND],
        "PUBLIC_URL": [_host(settings.PUBLIC_URL)],
        "CSRF_TRUSTED_ORIGINS": [_host(origin) for origin in settings.CSRF_TRUSTED_ORIGINS],
    }
    return [name for name, hosts in reached.items() if not all(map(is_loopback, hosts))]


def _bound_host(address: str) -> str:
    """Return the host of what gunicorn listens on; a socket file is this machine's alone."""
    if address.startswith(("unix:", "fd:")):
        return "localhost"
    return address.rpartition(":")[0] or address


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or origin


@register(Tags.security)
def check_secret_key(**_kwargs: Any) -> list[CheckMessage]:
    """E001: a SECRET_KEY that somebody could guess, where it guards more than a demo."""
    if not (settings.SECURE or beyond_this_machine()):
        return []
    hint = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    key = _secret_key()
    if not key:
        text = (
            "SECRET_KEY is not set. Production needs one: "
            f"{SHORTEST_SECRET_KEY} random characters or more, kept secret."
        )
        hint += ". For development on this machine set DEBUG=1 instead, as `make run` does."
        return [Error(text, hint=hint, id="resolutionflow.E001")]
    if len(key) >= SHORTEST_SECRET_KEY and len(set(key)) >= 5 and not key.startswith(_KNOWN_KEYS):
        return []
    text = f"SECRET_KEY is too weak: it needs {SHORTEST_SECRET_KEY} random characters or more."
    return [Error(text, hint=hint, id="resolutionflow.E001")]


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django does not hand out an empty one.
        return ""


@register(Tags.security)
def check_debug_and_demo(**_kwargs: Any) -> list[CheckMessage]:
    """E005, E007: tracebacks, or log-ins that everybody knows, open to the outside."""
    reached = " and ".join(beyond_this_machine())
    dangers = {
        ("DEBUG", "E005"): "Set DEBUG=0 in production; it shows settings and source to visitors.",
        ("DEMO", "E007"): "The demo's passwords stand on its log-in page. Unset DEMO.",
    }
    return [
        Error(
            f"{name} is on while {reached} names more than this machine.",
            hint=hint,
            id=f"resolutionflow.{code}",
        )
        for (name, code), hint in dangers.items()
        if reached and getattr(settings, name)
    ]


@register(Tags.security)
def check_allowed_hosts(**_kwargs: Any) -> list[CheckMessage]:
    """E010: every Host header is believed."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is '*': requests under any name are answered.",
            hint="Name the hosts that people type, separated by commas: app.example.com",
            id="resolutionflow.E010",
        )
    ]


@register(Tags.security)
def check_public_url(**_kwargs: Any) -> list[CheckMessage]:
    """E011 to E013: a PUBLIC_URL whose links would lead nowhere, or over an open wire."""
    return [
        Error(
            f"PUBLIC_URL: {settings.PUBLIC_URL!r} {wrong}", hint=hint, id=f"resolutionflow.{code}"
        )
        for code, wrong, hint in _wrong_with_public_url()
    ]


def _wrong_with_public_url() -> Iterator[tuple[str, str, str]]:
    example = "Write the origin that people type, and nothing after it: https://app.example.com"
    try:
        origin = parse_origin(settings.PUBLIC_URL if "://" in settings.PUBLIC_URL else "-")
    except SiteNotAllowed:
        yield "E011", "is not one whole origin.", example
        return
    if settings.SECURE and origin.scheme != "https" and beyond_this_machine():
        yield "E012", "is not https, so links in letters would be opened in clear text.", example
    if not is_loopback(origin.host) and not validate_host(origin.host, settings.ALLOWED_HOSTS):
        hint = "Its links would be refused. Add its host to ALLOWED_HOSTS, or correct PUBLIC_URL."
        yield "E013", "is not among ALLOWED_HOSTS.", hint
