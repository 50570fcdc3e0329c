"""A ticket's history: its notes and its time entries, each of which may fail alone."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from psa.providers.connectwise import conditions as c
from psa.providers.connectwise import entries
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.response import Record
from psa.providers.connectwise.setup import SETUP
from psa.providers.errors import NotFound, PermissionMissing, PsaError
from psa.providers.memory import Recent
from psa.providers.types import Entry, Timeline
from resolutionflow.lib import safe_http
from resolutionflow.lib.side_by_side import both

logger = logging.getLogger(__name__)

# Seconds. Whether a member is a person or an API key does not change.
MEMBERS_TTL = 60 * 60.0
# So many members are asked about in one address.
MOST_MEMBERS = 100

# Both kinds: the links of a recorded ticket ask for them so.
_CHARGED = ("ServiceTicket", "ProjectTicket")


class History:
    """Reads what was written about a ticket."""

    def __init__(
        self, client: ConnectWiseClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._is_api: Recent[int, bool] = Recent(MEMBERS_TTL, clock=clock)

    def of(self, ticket_id: str) -> Timeline:
        """Return the history, newest first. Raises as reads of the notes do."""
        with safe_http.deadline():
            (notes, skipped), (times, rights, missing) = both(
                lambda: self._all(f"/service/tickets/{ticket_id}/notes"),
                lambda: self._times(int(ticket_id)),
            )
            api = self._api_members(notes)
        found = [entries.note_entry(row, api_members=api) for row in notes]
        found += [entry for row in times for entry in entries.time_entries(row)]
        if skipped:
            missing = (*missing, _unreadable(skipped, "note"))
        return Timeline(
            entries=tuple(sorted(found, key=_when, reverse=True)),
            missing_rights=rights,
            missing=missing,
        )

    def _times(self, ticket_id: int) -> tuple[list[Record], tuple[str, ...], tuple[str, ...]]:
        """Return the time entries, the right that is missing for them, and what else is."""
        charged = c.and_(
            c.equals(c.TIME_CHARGED_TO, ticket_id),
            c.or_(*(c.equals(c.TIME_CHARGED_KIND, kind) for kind in _CHARGED)),
        )
        try:
            rows, skipped = self._all("/time/entries", str(charged))
        except PermissionMissing as error:
            return [], (error.right,), ()
        except PsaError as error:
            # Its own sentence for NotFound would say that the ticket is gone.
            why = "" if isinstance(error, NotFound) else f" {error.of(SETUP.label).sentence}"
            return [], (), (f"Time entries could not be read and are left out.{why}",)
        return rows, (), (_unreadable(skipped, "time entry"),) if skipped else ()

    def _all(self, path: str, condition: str = "") -> tuple[list[Record], int]:
        """Return the records in the order of their ids, and how many could not be read."""
        params = {"orderBy": "id asc"} | ({"conditions": condition} if condition else {})
        pages = list(self._client.read_pages(path, params))
        found = {row["id"]: row for page in pages for row in page.records}
        return list(found.values()), sum(page.skipped for page in pages)

    def _api_members(self, notes: Iterable[Record]) -> frozenset[int]:
        """Return which members that stand on a note beside a contact are API keys.

        One call where there are such notes, and none is known; what fails leaves them unknown.
        """
        asked = {row["member"]["id"] for row in notes if entries.has_two_authors(row)}
        unknown = sorted(one for one in asked if self._is_api.get(one) is None)[:MOST_MEMBERS]
        if unknown:
            self._learn(unknown)
        return frozenset(one for one in asked if self._is_api.get(one))

    def _learn(self, members: list[int]) -> None:
        params = {"conditions": str(c.in_(c.MEMBER_ID, members)), "fields": "id,licenseClass"}
        try:
            for page in self._client.read_pages("/system/members", params):
                for row in page.records:
                    self._is_api.put(row["id"], row.get("licenseClass") == "A")
        except PsaError as error:
            logger.warning("API members are unknown: %s", error.sentence)


def _unreadable(count: int, what: str) -> str:
    many = f"{what.removesuffix('y')}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {what if count == 1 else many} could not be read. Look in ConnectWise."


def _when(entry: Entry) -> tuple[datetime, int]:
    """Order by time; what has none counts as oldest."""
    number = int(entry.id.partition("-")[0])
    return entry.created_at or datetime.min.replace(tzinfo=UTC), number
