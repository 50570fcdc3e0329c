"""The log of what was tried: evidence for people, written with what the outbox decides by."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psa.models import PostAttempt
from psa.models.outbox_row import OutboxRow

_INTERRUPTED = "It was interrupted: the process that tried ended before the outcome was known."


def begin(post_id: UUID, part: PostAttempt.Part, now: datetime) -> None:
    """Log that something is being tried; what an earlier worker left open was interrupted."""
    PostAttempt.objects.filter(post_id=post_id, ended_at=None).update(
        ended_at=now, outcome="unknown", error_kind="interrupted", error=_INTERRUPTED
    )
    PostAttempt.objects.create(post_id=post_id, part=part, started_at=now)


def close(post_id: UUID, parts: Collection[PostAttempt.Part], row: OutboxRow) -> None:
    """Log what the row, as it was just written, says of the attempt that is under way."""
    under_way = PostAttempt.objects.filter(post_id=post_id, part__in=parts, ended_at=None)
    under_way.update(
        ended_at=row.updated_at, outcome=row.state, error_kind=row.error_kind, error=row.error
    )
