"""System checks: a wrong configuration is named before it does harm, with what to do.

Errors stop every start: of the web server (wsgi.py), and of each command by Django itself.
Checks for `check --deploy` alone judge what is right in a laboratory and wrong in production.
Who could reach a start, and what must hold then: checks_exposure.py.
"""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from resolutionflow.lib import ratelimit
from resolutionflow.lib.claude.client import SERVICE, service_origin
from resolutionflow.lib.sites import Origin, SiteNotAllowed, check_addresses
from resolutionflow.lib.trusted_sites import TrustedSite, parse_trusted_site

SHORTEST_CREDENTIAL_KEY = 32
_PRIVATE_NAME = re.compile(r"[^.]+|.*\.(?:localhost|local|internal|intranet|lan|home|corp|test)")


@register(Tags.security)
def check_credential_keys(**_kwargs: Any) -> list[CheckMessage]:
    """E002, W001: the keys that seal stored PSA credentials."""
    keys = settings.CREDENTIAL_KEYS
    if any(len(key.strip()) < SHORTEST_CREDENTIAL_KEY for key in keys):
        return [
            Error(
                f"An entry of CREDENTIAL_KEYS has fewer than {SHORTEST_CREDENTIAL_KEY} characters.",
                hint="Separate keys with single commas; make each with secrets.token_urlsafe(32).",
                id="resolutionflow.E002",
            )
        ]
    if keys or not settings.SECURE:
        return []
    return [
        Warning(
            "CREDENTIAL_KEYS is not set, so stored credentials are sealed with SECRET_KEY.",
            hint="Changing SECRET_KEY would lose them. Set CREDENTIAL_KEYS=<new>,<SECRET_KEY>, "
            "then run rotate_credentials.",
            id="resolutionflow.W001",
        )
    ]


@register(Tags.security)
def check_trusted_sites(**_kwargs: Any) -> list[CheckMessage]:
    """E003: an entry of PSA_TRUSTED_SITES that is not exactly one origin."""
    return [
        Error(
            f"PSA_TRUSTED_SITES: {text!r} is not a whole origin.",
            hint="Write scheme and host, and nothing after them: https://psa.example.com, or "
            "Account name=https://psa.example.com for one account.",
            id="resolutionflow.E003",
        )
        for text in settings.PSA_TRUSTED_SITES
        if _trusted(text) is None
    ]


@register(Tags.security, deploy=True)
def check_trusted_sites_are_public(**_kwargs: Any) -> list[CheckMessage]:
    """E004: a trusted site that credentials would reach in clear text or in a private network."""
    return [
        Error(
            f"PSA_TRUSTED_SITES: {text!r} is not https or leads into a private network.",
            hint="Right for a simulator or a laboratory only. Give the PSA a public https name.",
            id="resolutionflow.E004",
        )
        for text in settings.PSA_TRUSTED_SITES
        if (site := _trusted(text)) is not None and not _is_public(site.origin)
    ]


@register(Tags.security)
def check_claude_address(**_kwargs: Any) -> list[CheckMessage]:
    """E008: an ANTHROPIC_BASE_URL that does not name one place to ask."""
    try:
        service_origin(settings.ANTHROPIC_BASE_URL or SERVICE)
    except SiteNotAllowed:
        return [
            Error(
                f"ANTHROPIC_BASE_URL: {settings.ANTHROPIC_BASE_URL!r} is not an address to ask.",
                hint="Write it as https://gateway.example.com, or leave it empty for Anthropic.",
                id="resolutionflow.E008",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_claude_address_is_public(**_kwargs: Any) -> list[CheckMessage]:
    """W003: customers' words and the key that would leave in clear text."""
    if not settings.ANTHROPIC_BASE_URL.startswith("http://"):
        return []
    return [
        Warning(
            "ANTHROPIC_BASE_URL is not https: the key and what people write leave in clear text.",
            hint="Right for a gateway on this machine only.",
            id="resolutionflow.W003",
        )
    ]


@register(Tags.security, deploy=True)
def check_trusted_sites_name_their_account(**_kwargs: Any) -> list[CheckMessage]:
    """W004: a trusted site that every account could name as its own PSA."""
    return [
        Warning(
            f"PSA_TRUSTED_SITES: {text!r} is for every account.",
            hint="Give it to one: Account name=https://psa.example.com",
            id="resolutionflow.W004",
        )
        for text in settings.PSA_TRUSTED_SITES
        if (site := _trusted(text)) is not None and not site.account
    ]


def _trusted(text: str) -> TrustedSite | None:
    try:
        return parse_trusted_site(text)
    except SiteNotAllowed:
        return None


def _is_public(origin: Origin) -> bool:
    """Judge by the name alone: a check must not depend on today's DNS."""
    if origin.scheme != "https":
        return False
    if ":" not in origin.host and not origin.host.replace(".", "").isdigit():
        return _PRIVATE_NAME.fullmatch(origin.host) is None
    try:
        check_addresses([origin.host], trusted=False)
    except SiteNotAllowed:
        return False
    return True


@register(Tags.compatibility)
def check_rate_limits(**_kwargs: Any) -> list[CheckMessage]:
    """E006: a limit that cannot be read would fail at the first request that it counts."""
    return [
        Error(
            f"The rate limit {name!r} is {rate!r}, which cannot be read.",
            hint=f"Write RATE_LIMIT_{name.upper()} as a count per s, m, h or d: 10/m or 100/5m.",
            id="resolutionflow.E006",
        )
        for name, rate in settings.RATE_LIMITS.items()
        if not _is_rate(rate)
    ]


def _is_rate(text: str) -> bool:
    try:
        ratelimit.parse(text)
    except ValueError:
        return False
    return True


@register(Tags.caches, deploy=True)
def check_shared_cache(**_kwargs: Any) -> list[CheckMessage]:
    """W002, I001: counters that processes do not share, or that a full cache may evict."""
    if settings.REDIS_URL:
        return _check_counters()
    return [
        Warning(
            "REDIS_URL is not set: every process counts rate limits and caches by itself.",
            hint="Set REDIS_URL, or run a single web process.",
            id="resolutionflow.W002",
        )
    ]


def _check_counters() -> list[CheckMessage]:
    if settings.COUNTERS_REDIS_URL != settings.REDIS_URL:
        return []
    return [
        Info(
            "Rate limits are counted in the Redis that holds the cache.",
            hint="Set its maxmemory-policy to noeviction or volatile-ttl, or COUNTERS_REDIS_URL to "
            "a Redis of their own: a counter that is evicted lets more requests pass.",
            id="resolutionflow.I001",
        )
    ]
