"""The columns of a write that may belong to an approval of several."""

from django.db import models

from psa.models.outbox_row import OutboxRow
from psa.models.post import Post

# A part whose note is not on the ticket yet.
WAITING = "waiting"


class ApprovalPart(OutboxRow):
    """A write that may follow a note: it starts when the note is on the ticket.

    `after` is empty for a write that stands alone.
    """

    after = models.OneToOneField(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)s_part"
    )

    class Meta:
        abstract = True
