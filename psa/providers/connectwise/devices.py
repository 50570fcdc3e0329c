"""Configurations, as ConnectWise calls devices: what is attached to a ticket.

A ticket tells bare ids, and what they are takes a second call. Where the ticket's company is
known before, its devices are asked for beside the ids and kept for a while: then one is enough.
"""

import time
from collections.abc import Callable
from functools import partial

from psa.providers.connectwise import conditions, mapping, response, search
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.errors import PsaError
from psa.providers.memory import Recent
from psa.providers.types import Configuration
from resolutionflow.lib.side_by_side import both

# Seconds. What is attached changes while people work; what a device is does so rarely.
ATTACHED_TTL = 60.0
KNOWN_TTL = 15 * 60.0
# Of a company the newest so many; what is older is asked for by its id.
OF_COMPANY = 200
_FIELDS = "id,name,type/name,serialNumber,ipAddress,osType,osInfo,activeFlag"
_PATH = "/company/configurations"


class Devices:
    """What is known of one ConnectWise's devices."""

    def __init__(
        self, client: ConnectWiseClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._attached: Recent[str, list[int]] = Recent(ATTACHED_TTL, clock=clock)
        self._known: Recent[int, Configuration] = Recent(KNOWN_TTL, clock=clock)
        self._companies: Recent[str, bool] = Recent(KNOWN_TTL, clock=clock)

    def of_ticket(self, ticket_id: str, company_id: str) -> tuple[Configuration, ...]:
        """Return the devices on the ticket, by name. `company_id` may be "", or wrong."""
        ids, _ = both(partial(self._ids, ticket_id), partial(self._learn, company_id))
        found = {number: self._known.get(number) for number in ids}
        unknown = [number for number, device in found.items() if device is None]
        if unknown:
            wanted = str(conditions.in_(conditions.CONFIGURATION_ID, unknown))
            params = {"conditions": wanted, "orderBy": "id asc", "fields": _FIELDS}
            for page in self._client.read_pages(_PATH, params):
                found |= {row["id"]: self._keep(row) for row in page.records}
        devices = [device for device in found.values() if device is not None]
        return tuple(sorted(devices, key=lambda device: device.name.casefold()))

    def _ids(self, ticket_id: str) -> list[int]:
        known = self._attached.get(ticket_id)
        if known is not None:
            return known
        path = f"/service/tickets/{ticket_id}/configurations"
        pages = self._client.read_pages(path, {"orderBy": "id asc"})
        return self._attached.put(ticket_id, [row["id"] for page in pages for row in page.records])

    def _learn(self, company_id: str) -> None:
        """Get to know the company's newest devices; what fails here is asked for by id."""
        if not search.is_id(company_id) or self._companies.get(company_id):
            return
        # Told before it is known: whoever comes meanwhile does not ask for the same.
        self._companies.put(company_id, True)
        wanted = str(conditions.equals(conditions.CONFIGURATION_COMPANY, int(company_id)))
        params = {"conditions": wanted, "orderBy": "id desc", "fields": _FIELDS}
        params["pageSize"] = str(OF_COMPANY)
        try:
            rows = response.records(self._client.read(_PATH, params))
        except PsaError:
            return
        for row in rows:
            self._keep(row)

    def _keep(self, row: response.Record) -> Configuration:
        return self._known.put(row["id"], mapping.configuration(row))
