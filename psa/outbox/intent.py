"""What writing down a wish has in common, whatever is wished for."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from psa.models import PsaConnection
from psa.models.outbox_row import OutboxRow
from psa.outbox.lease import Row

# The request that wrote the intent delivers it itself, so that the engineer sees the
# outcome; `deliver_posts` steps in when that request died.
HEAD_START = timedelta(seconds=5)


class RequestReused(Exception):
    """The request id belongs to a row that asks for something else; the message is for people."""

    def __init__(self, sentence: str, known: OutboxRow | None = None) -> None:
        self.known = known
        super().__init__(sentence)


class NotRetryable(Exception):
    """There is nothing to retry any more; the message says how it stands."""


def row_of(model: type[Row], connection: PsaConnection, request_id: UUID) -> QuerySet[Row]:
    """Return the row of this approval, if there is one."""
    return model._default_manager.filter(account_id=connection.account_id, request_id=request_id)


def find_or_insert(rows: QuerySet[Row], insert: Callable[[], Row]) -> tuple[Row, bool]:
    """Return the only row of `rows`, made by `insert` where there is none, and whether it is new.

    Two requests with the same id may come at once: the database lets one of them insert.
    """
    known = rows.first()
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            return insert(), True
    except IntegrityError:
        return rows.get(), False
