"""Switches for everything on which the sources about the vendor disagree.

The defaults are the likelier reading. Tests turn a switch to see what the product does if
the other one is true.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Literal, get_args, get_type_hints


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
    clock_behind: timedelta = timedelta(0)
    """How far the PSA's clock is behind ours: records, conditions and the Date header have it."""
    tells_time: bool = True
    """Whether answers carry a Date header. A proxy may drop it or set its own."""
    most_per_page: int = 0
    """0: pages are as long as asked for, up to 1,000. Otherwise a lower limit that nobody tells:
    25 records came where 1,000 were asked for (HealthITAU/pyconnectwise issue 23)."""
    iso_dates_match_nothing: bool = False
    """One self-hosted instance: a full date-time in conditions finds nothing."""
    reference_is_null: Literal["refused", "accepted"] = "refused"
    """`owner = null` of a whole reference: no source shows it; clients ask `owner/id = null`."""
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
    document_limit: int = 20_000_000
    """Bytes of a document beyond which it is refused. That there is a limit is sure, its size is
    not told anywhere."""
    document_types_refused: frozenset[str] = frozenset()
    """Endings of file names, such as "exe", that are refused: each MSP sets its own."""
    note_changes_mail: bool = True
    """Whether a note that is changed is mailed if it asks for that, nobody says."""
    notes_of_others: Literal["changed", "refused"] = "changed"
    """Whether a key may change and delete notes that others entered, nobody says."""
    time_mails_unsaid: Literal["standing", "none"] = "standing"
    """A new time entry without the e-mail flags: as the ticket's automaticEmail…Flags have it,
    or nobody is mailed. The schema only calls them action flags."""
    time_hours_patched: Literal["ignored", "applied"] = "ignored"
    """PATCH of actualHours where an entry has start and end: one client says that it is the way
    to mend rounding, another has seen it ignored."""
    time_text_places: Literal["any", "exactly_one"] = "any"
    """How many of a time entry's addTo…Flags may be true: one client says exactly one, others
    work with none."""
    time_without_role: Literal["members", "refused"] = "members"
    """An entry without a work role takes its member's own; one client was refused for it."""
    time_overlaps: Literal["accepted", "refused"] = "accepted"
    """No source shows a refusal of entries that overlap."""
    time_defaults_know_agreements: bool = True
    """Whether /time/entries/defaults does, nobody says."""
    status_of_other_board: Literal["refused", "ignored"] = "refused"
    """Refused as seen live, or one more 200 that changes nothing."""

    def turn(self, switches: Mapping[str, Any]) -> None:
        """Set switches from JSON values; a length of time is given in seconds.

        Raises ValueError for an unknown switch or a value that it does not have; then none is set.
        """
        self.__dict__ |= {name: _value(name, value) for name, value in switches.items()}

    def reset(self) -> None:
        """Return all switches to their defaults."""
        self.__dict__ |= {switch.name: switch.default for switch in fields(self)}

    def as_json(self) -> dict[str, Any]:
        """Return all switches as `turn` takes them."""
        return {switch.name: _plain(getattr(self, switch.name)) for switch in fields(self)}


def _value(name: str, value: Any) -> Any:
    hint = get_type_hints(Quirks).get(name)
    if hint is timedelta and isinstance(value, int | float):
        return timedelta(seconds=value)
    if hint == frozenset[str] and isinstance(value, list):
        return frozenset(map(str, value))
    # Literal["one", "other"] has values, str | None has types.
    choices = get_args(hint)
    if type(value) in (hint, *choices) or value in choices:
        return value
    raise ValueError(f"{name} cannot be {value!r}.")


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return sorted(value) if isinstance(value, frozenset) else value
