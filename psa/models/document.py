"""Files of a note's approval, on their way to the ticket."""

from django.conf import settings
from django.db import models

from psa.models.approval_part import WAITING
from psa.models.outbox_row import OutboxRow
from psa.models.post import DOCUMENTS, Post


class TicketDocument(OutboxRow):
    """One file that goes to the ticket with a note, and what became of it.

    Rows are written before anything leaves, and are never deleted. The bytes stay where they are
    kept until it is sent. See docs/write-path.md for the state machine.
    """

    class State(models.TextChoices):
        """Outcome of the file."""

        WAITING = WAITING, "Waits for the note"
        QUEUED = "queued", "Waiting to be added"
        SENDING = "sending", "Being added"
        ATTACHED = "attached", "Added"
        FAILED = "failed", "Not added"
        UNKNOWN = "unknown", "Being checked"

    after = models.ForeignKey(Post, on_delete=models.PROTECT, related_name=DOCUMENTS)
    # Which of the note's files it is, from 0.
    place = models.PositiveSmallIntegerField(default=0)
    ticket_id = models.CharField("ticket", max_length=100)
    # Which file it is where files are kept.
    source_id = models.UUIDField()
    file_name = models.CharField("file", max_length=120)
    content_type = models.CharField(max_length=50)
    title = models.CharField(max_length=200, blank=True)
    # In bytes.
    size = models.PositiveIntegerField()
    is_private = models.BooleanField(default=True)
    marker = models.CharField(max_length=40)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    external_id = models.CharField(max_length=100, blank=True)
    attached_at = models.DateTimeField(null=True, blank=True)
    warning = models.TextField(blank=True)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ticket_documents",
    )
    made_by_name = models.CharField("by", max_length=150)

    class Meta:
        ordering = ["-created_at", "place"]
        constraints = [
            models.UniqueConstraint(fields=["after", "source_id"], name="document_once_per_note"),
            models.UniqueConstraint(
                fields=["connection", "external_id"],
                condition=~models.Q(external_id=""),
                name="document_adopts_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="document_due",
            ),
            models.Index(fields=["account", "ticket_id"], name="document_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} on #{self.ticket_id} ({self.state})"
