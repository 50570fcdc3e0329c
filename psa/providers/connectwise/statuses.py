"""Which statuses are open ones, by board: lists of open tickets are bounded by them.

`closedFlag=false` alone can time out on hosted instances (django-connectwise). Inactive
statuses count too, since tickets may still have them.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock

from psa.providers.connectwise import response
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.errors import NotFound, PermissionMissing, PsaError
from resolutionflow.lib.side_by_side import each, later

# Seconds. Older knowledge is used while it is renewed; a status that is added to a board shows
# its tickets after that time.
FRESH = 10 * 60.0
USABLE = 60 * 60.0
# Boards that are asked at once: half of the places of a connection.
AT_ONCE = 4


class OpenStatuses:
    """The open statuses of one ConnectWise, learnt once and kept up to date."""

    def __init__(
        self, client: ConnectWiseClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self._learning = Lock()
        self._known: Mapping[str, tuple[int, ...]] = {}
        self._learnt_at = float("-inf")

    def of(self, board_id: str = "") -> tuple[int, ...]:
        """Return the ids of the open statuses, of one board or of all; raises as reads do.

        Empty where nothing can be known: without the right to see boards, and while somebody
        else is learning it for the first time.
        """
        age = self._clock() - self._learnt_at
        if age >= USABLE:
            self._learn()
        elif age >= FRESH:
            later(self._renew)
        if board_id:
            return self._known.get(board_id, ())
        return tuple(status for ids in self._known.values() for status in ids)

    def _renew(self) -> None:
        try:
            self._learn()
        except PsaError:
            # What is known still holds; the next list tries again.
            return

    def _learn(self) -> None:
        if not self._learning.acquire(blocking=False):
            return
        try:
            self._known = self._ask()
            self._learnt_at = self._clock()
        finally:
            self._learning.release()

    def _ask(self) -> dict[str, tuple[int, ...]]:
        fields = {"fields": "id,projectFlag", "orderBy": "id asc"}
        try:
            rows = [
                row for page in self._client.read_pages("/service/boards", fields) for row in page
            ]
            boards = [str(row["id"]) for row in rows if row.get("projectFlag") is not True]
            found: list[tuple[int, ...]] = []
            for start in range(0, len(boards), AT_ONCE):
                found += each(partial(self._of_board, b) for b in boards[start : start + AT_ONCE])
        except PermissionMissing:
            return {}
        return dict(zip(boards, found, strict=True))

    def _of_board(self, board_id: str) -> tuple[int, ...]:
        path = f"/service/boards/{board_id}/statuses"
        params = {"fields": "id,closedStatus", "pageSize": "1000"}
        try:
            rows = response.records(self._client.read(path, params))
        except NotFound:
            return ()
        return tuple(row["id"] for row in rows if row.get("closedStatus") is not True)
