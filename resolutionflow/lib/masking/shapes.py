"""Secrets that are known by their shape alone, whatever stands around them. Pure."""

import re

HIDDEN = "[hidden]"

# Nothing else looks like these: also logs hide them.
CERTAIN = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"(?i)\b(?:basic|bearer)\s+[a-z0-9+/=._~-]{16,}",
    r"\bsk-[\w-]{16,}",  # an API key of an AI service
    r"\bgAAAAA[\w=-]{20,}",  # a Fernet token
    r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",  # user and password of a URL
    r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abpors]-|xapp-|AIza|ya29\.|SG\.|npm_|dop_v1_|hvs\.|"
    r"hf_|shpat_|shpss_|tskey-|dckr_pat_|pypi-|glsa_|sntrys_|PMAK-|NRAK-|ATATT3x|figd_|rubygems_)"
    r"[\w.=-]{16,}",
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"\b(?:[sr]k_live|[sr]k_test|whsec)_\w{10,}",
    r"\bAGE-SECRET-KEY-1[0-9A-Z]{20,}",
    r"\b\d{8,10}:AA[\w-]{30,}",  # a Telegram bot
    r"(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}",  # a client secret of Entra ID
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",  # a JSON web token
    r"\$(?:1|2[abxy]|5|6|7|8|9|14|y|gy|apr1|argon2\w{0,2}|scrypt|sha512)\$[^\s:,;\"'<>]{8,}",
    r"(?i)\b\d{6}(?:-\d{6}){7}\b",  # a BitLocker recovery key
    r"\b[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}\b",  # a product key of Windows
)
# An id may look like these, too.
LIKELY = (
    r"\b[0-9a-fA-F]{32,}\b",
    r"(?<![\w/+])(?=[\w/+]*[a-z])(?=[\w/+]*[A-Z])(?=[\w/+]*\d)[A-Za-z0-9+/]{40,}={0,2}",
)


def compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return the patterns, whose dots are any character."""
    return tuple(re.compile(pattern, re.DOTALL) for pattern in patterns)
