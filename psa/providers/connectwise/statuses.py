"""Which statuses are open ones, by board: what bounds a list of open tickets that times out.

`closedFlag=false` alone can time out on hosted instances (django-connectwise). Inactive
statuses and boards count too, since tickets may still have them, and so do project boards.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from itertools import chain
from threading import Lock

from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.errors import PsaError
from psa.providers.memory import Recent
from resolutionflow.lib.side_by_side import settled

logger = logging.getLogger(__name__)

# Seconds. A status that is added to a board shows its tickets after that time.
FRESH = 10 * 60.0
# Seconds for which a list that timed out is not asked for without a bound again.
SLOW = 60 * 60.0
# Seconds that a list waits for another one that is learning the same.
PATIENCE = 5.0
# Boards that are asked at once: half of the places of a connection.
AT_ONCE = 4

_ALL = ""


class OpenStatuses:
    """The open statuses of one ConnectWise, and whether its lists need them."""

    def __init__(
        self, client: ConnectWiseClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._learning = Lock()
        self._known: Recent[str, tuple[int, ...]] = Recent(FRESH, clock=clock)
        self._slow: Recent[str, bool] = Recent(SLOW, clock=clock)

    @property
    def are_needed(self) -> bool:
        """Whether a list of open tickets had to be bounded within the last hour."""
        return bool(self._slow.get(_ALL))

    def of(self, board_id: str = _ALL) -> tuple[int, ...]:
        """Return the ids of the open statuses, of one board or of all that answer.

        Empty where none can be learnt. From the first that are, lists are bounded at once.
        """
        known = self._known.get(board_id)
        if known is None and self._learning.acquire(timeout=PATIENCE):
            try:
                known = self._known.get(board_id) or self._learnt(board_id)
            finally:
                self._learning.release()
        if known:
            self._slow.put(_ALL, True)
        return known or ()

    def _learnt(self, board_id: str) -> tuple[int, ...]:
        try:
            boards = [board_id] if board_id else self._boards()
        except PsaError as problem:
            logger.warning("Open statuses are unknown: %s", problem.sentence)
            return ()
        return self._known.put(board_id, tuple(chain(*self._statuses_of(boards))))

    def _boards(self) -> list[str]:
        pages = self._client.read_pages("/service/boards", {"fields": "id", "orderBy": "id asc"})
        return [str(row["id"]) for page in pages for row in page.records]

    def _statuses_of(self, boards: list[str]) -> list[tuple[int, ...]]:
        """Return the open statuses of the boards that answer, some asked at once."""
        found: list[tuple[int, ...]] = []
        for start in range(0, len(boards), AT_ONCE):
            asked = [partial(self._of_board, board) for board in boards[start : start + AT_ONCE]]
            for answer in settled(*asked):
                problem = answer.exception()
                if problem is None:
                    found.append(answer.result())
                elif not isinstance(problem, PsaError):
                    raise problem
        return found

    def _of_board(self, board_id: str) -> tuple[int, ...]:
        path = f"/service/boards/{board_id}/statuses"
        pages = self._client.read_pages(path, {"fields": "id,closedStatus", "orderBy": "id asc"})
        return tuple(
            row["id"]
            for page in pages
            for row in page.records
            if row.get("closedStatus") is not True
        )
