"""Which statuses are open ones, by board: lists of open tickets are bounded by them.

`closedFlag=false` alone can time out on hosted instances (django-connectwise). Inactive
statuses count too, since tickets may still have them.
"""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from functools import partial
from itertools import chain
from threading import Lock

from psa.providers.connectwise import response
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.errors import NotFound, PermissionMissing, PsaError
from resolutionflow.lib.side_by_side import later, settled

logger = logging.getLogger(__name__)

# Seconds. Older knowledge is used while it is renewed; a status that is added to a board shows
# its tickets after that time.
FRESH = 10 * 60.0
USABLE = 60 * 60.0
# Seconds that a list waits for what bounds it; the whole of it takes two calls one after the other.
PATIENCE = 3.0
# Boards that are asked at once: half of the places of a connection.
AT_ONCE = 4


class OpenStatuses:
    """The open statuses of one ConnectWise, learnt once and kept up to date.

    Never in the way of a list: what is not known soon bounds the next one.
    """

    def __init__(
        self, client: ConnectWiseClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self._learning = Lock()
        self._known: Mapping[str, tuple[int, ...]] = {}
        self._has_all = False
        self._learnt_at = float("-inf")

    def of(self, board_id: str = "") -> tuple[int, ...]:
        """Return the ids of the open statuses, of one board or of all.

        Empty where it is not known: without the right to see boards, and while ConnectWise
        takes longer than PATIENCE to tell, or fails.
        """
        learning = self._renew() if self._age() >= FRESH else None
        if learning and self._age() >= USABLE:
            wait([learning], timeout=PATIENCE)
        if self._age() >= USABLE:
            return ()
        if board_id:
            return self._known.get(board_id, ())
        # Tickets of a board that did not answer must not be missing among all.
        return tuple(chain(*self._known.values())) if self._has_all else ()

    def _age(self) -> float:
        return self._clock() - self._learnt_at

    def _renew(self) -> Future[object] | None:
        """Learn it on a thread of its own; None while that is under way already."""
        return later(self._learn) if self._learning.acquire(blocking=False) else None

    def _learn(self) -> None:
        """Ask ConnectWise; the caller holds the lock. What is known holds where that fails."""
        try:
            boards = self._boards()
            answers = self._statuses_of(boards)
            failed = [answer for answer in answers if answer.exception()]
            told = zip(boards, answers, strict=True)
            self._known = {board: a.result() for board, a in told if a not in failed}
            self._has_all = not failed
            # What is missing is asked for with the next list.
            self._learnt_at = self._clock() - (FRESH if failed else 0.0)
        except PermissionMissing:
            self._known, self._has_all, self._learnt_at = {}, True, self._clock()
        except PsaError as problem:
            logger.warning("Open statuses are unknown: %s", problem.sentence)
        except Exception:  # nobody asks how this ended
            logger.exception("Open statuses could not be learnt")
        finally:
            self._learning.release()

    def _boards(self) -> list[str]:
        fields = {"fields": "id,projectFlag", "orderBy": "id asc"}
        pages = self._client.read_pages("/service/boards", fields)
        return [
            str(row["id"]) for page in pages for row in page if row.get("projectFlag") is not True
        ]

    def _statuses_of(self, boards: list[str]) -> list[Future[tuple[int, ...]]]:
        """Return the boards' answers, some asked for at once. Raises PermissionMissing."""
        answers: list[Future[tuple[int, ...]]] = []
        for start in range(0, len(boards), AT_ONCE):
            asked = boards[start : start + AT_ONCE]
            answers += settled(*(partial(self._of_board, board) for board in asked))
        for answer in answers:
            if isinstance(problem := answer.exception(), PermissionMissing):
                raise problem
        return answers

    def _of_board(self, board_id: str) -> tuple[int, ...]:
        path = f"/service/boards/{board_id}/statuses"
        params = {"fields": "id,closedStatus", "pageSize": "1000"}
        try:
            rows = response.records(self._client.read(path, params))
        except NotFound:
            return ()
        return tuple(row["id"] for row in rows if row.get("closedStatus") is not True)
