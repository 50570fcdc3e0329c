"""What people type as their PSA's site, as one origin."""

import re

from resolutionflow.lib.safe_http import Origin, SiteNotAllowed, parse_origin

# A path as it stands in an address bar. Anything odder is refused with the whole address.
_TYPED = re.compile(r"(?P<origin>(?:https?://)?[^/?#\\]+)(?:/[\w.~/-]*)?", re.ASCII | re.IGNORECASE)


def normalise(text: str) -> Origin:
    """Return the origin of what was typed; https where no scheme is given, without a path.

    Raises SiteNotAllowed. Whether the origin may be connected to is decided at the HTTP
    door, each time.
    """
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        raise SiteNotAllowed("Give only the address of the site, such as https://psa.example.com.")
    return parse_origin(match["origin"])
