"""Switches for everything on which the sources about the vendor disagree.

The defaults are the likelier reading. Tests turn a switch to see what the product does if
the other one is true.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Quirks:
    """One set for a whole simulator; change attributes at any time."""

    is_cloud: bool = False
    is_cloud_as_text: bool = False
    """companyinfo's IsCloud: "True" in the guide, a boolean in two clients."""
    codebase: str = "v4_6_release/"
    site_url: str | None = None
    """companyinfo's SiteUrl; None repeats the host that was asked, "" leaves it out."""
    require_api_host: bool = False
    """Refuse hosts without `api-` on the cloud; documented, not seen on one sandbox."""
    unknown_company: Literal["null", "not_found"] = "null"
    wrong_company: Literal["cannot_route", "unauthorized"] = "cannot_route"
    """API calls with an unknown company in the credentials."""
    bad_credentials_as_404: bool = False
    """The guide warns of this on the cloud."""
    unauthorized_body: Literal["Unauthorized", "UserNotAuthenticated"] = "Unauthorized"
    client_id_status: Literal[401, 403] = 401
    system_info_open: bool = False
    """One self-hosted instance answers /system/info without credentials."""
    like_wildcards: str = "%*_"
    iso_dates_match_nothing: bool = False
    """One self-hosted instance: a full date-time in conditions finds nothing."""
    closed_flag_scan_times_out: bool = False
    """Hosted instances: closedFlag=False on its own can end in a timeout."""
    unknown_names_in_fields: Literal["ignored", "refused"] = "ignored"
    note_newlines: Literal["kept", "crlf", "space"] = "kept"
    note_text_limit: int = 0
    """0: no limit is known. Otherwise longer texts are cut without a word."""
    sub_paths: Literal["ignored", "applied"] = "ignored"
    """PATCH of status/id and the like: the guide warns of a 200 that changes nothing."""
    deaf_to: frozenset[str] = frozenset()
    """Properties of tickets whose change is answered by 200 and not done, as `resources` is."""
    unknown_patch_paths: Literal["refused", "ignored"] = "refused"
    all_notes: bool = True
    """Older versions have no /allNotes."""
    null_custom_fields: bool = False
    """Custom fields without a value: value null (2026) or no value at all (2022)."""
    status_of_other_board: Literal["refused", "ignored"] = "refused"
    """Refused as seen live, or one more 200 that changes nothing."""
