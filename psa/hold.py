"""The right to work on one row of an outbox: at most one worker has it, for a limited time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model

Row = TypeVar("Row", bound=Model)

# The rest of a lease is left for what happens around the call.
_CALL_SHARE = 0.8


class LeaseLost(Exception):
    """Somebody else may work on the row by now; nothing more may be sent or written."""


class Hold(Generic[Row]):
    """A lease on a row that has `lease_token`, `lease_until` and `updated_at`.

    Only who holds the token writes. `now` is the clock that leases are compared with.
    """

    def __init__(self, row: Row, token: UUID, until: datetime, now: Callable[[], datetime]) -> None:
        self.row = row
        self.token = token
        self.until = until
        self.now = now

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

    def release(self, **fields: Any) -> None:
        """Store the outcome and give the row free; raises LeaseLost."""
        self.write(**fields, lease_token=None, lease_until=None)

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
