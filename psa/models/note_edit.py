"""A new text for a note that was posted, on its way to the PSA."""

from django.conf import settings
from django.db import models

from psa.models.outbox_row import OutboxRow
from psa.models.post import Post


class NoteEdit(OutboxRow):
    """One intended edit of a posted note, and what became of it.

    The post keeps the text that was posted: it is evidence. Rows are written before anything
    leaves, and are never deleted. See docs/write-path.md for the state machine.
    """

    class State(models.TextChoices):
        """Outcome of the edit."""

        QUEUED = "queued", "Waiting to be saved"
        SENDING = "sending", "Being saved"
        EDITED = "edited", "Edited"
        FAILED = "failed", "Not edited"
        UNKNOWN = "unknown", "Being checked"

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="edits")
    ticket_id = models.CharField("ticket", max_length=100)
    # What was read of the note last; this text is replaced, and no other.
    before = models.TextField()
    content = models.TextField()
    # What the note was found to say: what the PSA stored, or what somebody wrote there meanwhile.
    found_content = models.TextField(blank=True)
    warning = models.TextField(blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    edited_at = models.DateTimeField(null=True, blank=True)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="note_edits",
    )
    made_by_name = models.CharField("by", max_length=150)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "request_id"], name="note_edit_request_id_unique"
            ),
            # The PSA has no conditional write: two at once would overwrite each other unseen.
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="note_edit_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="note_edit_due",
            ),
        ]

    def __str__(self) -> str:
        return f"Edit of a note on #{self.ticket_id} ({self.state})"
