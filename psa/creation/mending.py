"""What a person does about a creation that failed."""

from typing import Any

from psa.models import TicketCreation
from psa.posting.world import World

State = TicketCreation.State


class NotRetryable(Exception):
    """There is nothing to retry any more; the message says how it stands."""


def retry(creation: TicketCreation, world: World | None = None) -> None:
    """Queue a failed creation again; sends nothing.

    Raises NotRetryable if it is not failed (any more), or has no connection left.
    """
    if creation.connection_id is None:
        raise NotRetryable(
            "The connection that this ticket was meant for is removed. Open it for editing to "
            "create it through the new connection."
        )
    if not again(creation, world):
        raise NotRetryable("This ticket was retried already. Look at how it stands now.")


def again(creation: TicketCreation, world: World | None = None, **fields: Any) -> bool:
    """Queue a failed creation again, with other content if given; False if it is not failed.

    It is looked for before it is sent: however it failed, there is no second ticket.
    """
    now = (world or World()).now()
    failed = TicketCreation.objects.filter(pk=creation.pk, state=State.FAILED)
    unknown = {"state": State.UNKNOWN, "queued_at": now, "next_attempt_at": now}
    return bool(failed.update(**unknown, updated_at=now, **fields))
