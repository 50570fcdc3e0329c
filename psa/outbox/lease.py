"""The lease on one row of the outbox: at most one worker has it, for a limited time."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction

from psa.models.outbox_row import OutboxRow
from psa.outbox.runtime import Runtime
from psa.outbox.settled import settled
from psa.providers.errors import PsaError

if TYPE_CHECKING:
    from psa.outbox.kinds.base import Kind

Row = TypeVar("Row", bound=OutboxRow)

# The rest of a lease is left for what happens around the call.
_CALL_SHARE = 0.8


class LeaseLost(Exception):
    """Somebody else may work on the row by now; nothing more may be sent or written."""


class Lease(Generic[Row]):
    """The right to work on `row` until it expires or is released.

    Only who holds the token writes. `before` holds what the claim found in the columns that it
    decided by. `errors` collects what went wrong while the lease was held.
    """

    def __init__(
        self,
        kind: "Kind[Row]",
        row: Row,
        *,
        token: UUID,
        until: datetime,
        runtime: Runtime,
        before: dict[str, Any] | None = None,
    ) -> None:
        self.kind = kind
        self.row = row
        self.token = token
        self.until = until
        self.runtime = runtime
        self.before = before or {}
        self.errors: list[Exception] = []
        # What was read in the PSA just before, by an earlier part of the same approval.
        self.known: Any = None

    def now(self) -> datetime:
        """Return the time by the clock that leases are compared with."""
        return self.runtime.now()

    def write(self, **fields: Any) -> None:
        """Store fields of the row; raises LeaseLost if the lease went to somebody else."""
        fields["updated_at"] = self.now()
        held = type(self.row)._default_manager.filter(pk=self.row.pk, lease_token=self.token)
        # A savepoint of its own: what is written may break a constraint.
        with transaction.atomic():
            if not held.update(**fields):
                raise LeaseLost
            for name, value in fields.items():
                setattr(self.row, name, value)
            self.kind.written(self, fields)

    def release(self, **fields: Any) -> None:
        """Store the outcome and give the row free; raises LeaseLost.

        Where that ends the write, `settled` tells the rest of the product.
        """
        self.write(**fields, lease_token=None, lease_until=None)
        if self.row.state not in self.row.PENDING:
            settled.send_robust(sender=type(self.row), row=self.row)

    def cover(self) -> float:
        """Return for how many seconds, from now on, one call to the PSA is covered.

        A caller bounds the call by that (`safe_http.deadline`): when the lease ends, the call
        has ended too. Renewed when little is left; raises LeaseLost if it was taken over.
        """
        enough = settings.POST_LEASE * _CALL_SHARE
        if self._remaining() < enough:
            until = self.now() + settings.POST_LEASE
            self.write(lease_until=until)
            self.until = until
        covered = min(enough, self._remaining())
        if covered <= timedelta(0):
            raise LeaseLost
        return covered.total_seconds()

    def _remaining(self) -> timedelta:
        return self.until - self.now()

    def log(self, event: str) -> None:
        """Write one line of what became of the row; never its text."""
        self.kind.log(self.row, event)

    def report(self, error: Exception) -> None:
        """Note an error; log what nobody expected with its trace.

        A PSA's failure is told by the row's state.
        """
        self.errors.append(error)
        if not isinstance(error, PsaError):
            extra = {self.kind.name: str(self.row.pk)}
            self.kind.logger.error(f"{self.kind.name}.unexpected", exc_info=error, extra=extra)
