"""What a kind of write declares, so that claims and the worker treat all kinds alike."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic
from uuid import UUID

from django.db.models import Q, QuerySet

from psa.models import PsaConnection
from psa.outbox.lease import Lease, Row

Work = Callable[[Lease[Row]], None]


class Kind(ABC, Generic[Row]):
    """One kind of write: which rows have something to do, and what that is.

    `name` begins the log's events. `decides_by` are the columns that `step_of` looks at: a claim
    is a compare-and-set on them. `threads` is how many of the worker's threads it gets.
    """

    name: ClassVar[str]
    model: type[Row]
    logger: ClassVar[logging.Logger]
    decides_by: ClassVar[tuple[str, ...]] = ("state",)
    threads: ClassVar[int] = 1
    # Whether parts of an approval follow rows of this kind.
    has_parts: ClassVar[bool] = False
    # How the worker's report calls rows of this kind.
    singular: ClassVar[str]
    plural: ClassVar[str]
    done: ClassVar[str] = "worked on"
    # Whether the worker's report names the kind when it had nothing to do.
    always_told: ClassVar[bool] = False
    # The columns by which people know a row in a list of Django admin.
    listed: ClassVar[tuple[str, ...]] = ()

    def counted(self, count: int) -> str:
        """Return a number of rows as people say it: "1 post", "3 posts"."""
        return f"{count} {self.singular if count == 1 else self.plural}"

    # --- Which rows --------------------------------------------------------------------

    def unsettled(self) -> Q:
        """Return the condition of rows whose outcome is open."""
        return Q(state__in=self.model.PENDING)

    def workable(self) -> Q:
        """Return the condition of rows that a worker may claim when they are due."""
        return self.unsettled()

    def free(self, now: datetime) -> QuerySet[Row]:
        """Return the workable rows that nobody holds a lease on."""
        unheld = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.rows().filter(self.workable(), unheld)

    def due(self, now: datetime) -> QuerySet[Row]:
        """Return the rows that something is to be done for now, in the order they became due."""
        return self.free(now).filter(next_attempt_at__lte=now).order_by("next_attempt_at")

    def rows(self) -> QuerySet[Row]:
        """Return the rows of this kind."""
        return self.model._default_manager.all()

    def ready_after(self, note_id: UUID) -> QuerySet[Row]:
        """Return the rows that may start now, because the note that they follow is there."""
        del note_id
        return self.rows().none()

    # --- Claiming one ------------------------------------------------------------------

    def locked(self, row_id: UUID) -> Row | None:
        """Return the row to decide about, with what must not change meanwhile locked."""
        return self.rows().select_related("connection").filter(pk=row_id).first()

    @abstractmethod
    def step_of(self, row: Row, now: datetime) -> str:
        """Return what is to be done next: a name in `steps`."""

    @property
    @abstractmethod
    def steps(self) -> Mapping[str, Work[Row]]:
        """Return the work of each step."""

    def must_wait(self, row: Row, step: str) -> bool:
        """Return whether another row has to be settled before this step."""
        del row, step
        return False

    def marks(self, row: Row, step: str, now: datetime) -> dict[str, Any]:
        """Return what the claim itself records, so that a crash right after it is understood."""
        del row, step, now
        return {}

    def claimed(self, lease: Lease[Row], step: str) -> None:
        """Act on a claim, in its transaction and before the row's fields follow."""
        del lease, step

    def written(self, lease: Lease[Row], fields: dict[str, Any]) -> None:
        """Act on fields that were just written, in their transaction."""
        del lease, fields

    def goes_on(self, lease: Lease[Row], step: str) -> bool:
        """Return whether the row is to be delivered again at once after this step."""
        del lease, step
        return False

    # --- What else happens to rows -----------------------------------------------------

    def again(self, now: datetime) -> dict[str, Any]:
        """Return what a person's retry writes onto a failed row; nothing where none is possible."""
        del now
        return {}

    def expire(self, now: datetime) -> int:
        """Mark what a worker left behind as uncertain; return how many rows that were."""
        del now
        return 0

    @abstractmethod
    def abandon(self, connection: PsaConnection, now: datetime) -> None:
        """Settle the rows of a connection that is about to be removed, held ones aside."""

    @abstractmethod
    def log(self, row: Row, event: str) -> None:
        """Write one line of what became of the row; never its text."""
