"""A ticket on its way into the PSA: the outbox of new tickets, and their log."""

from django.conf import settings
from django.db import models

from psa.models.outbox_row import OutboxRow


class TicketCreation(OutboxRow):
    """One intended ticket, and what became of it.

    Rows are written before anything leaves, and are never deleted. See docs/write-path.md
    for the state machine.
    """

    class State(models.TextChoices):
        """Outcome of the creation."""

        QUEUED = "queued", "Waiting to be created"
        SENDING = "sending", "Being created"
        CREATED = "created", "Created"
        FAILED = "failed", "Not created"
        UNKNOWN = "unknown", "Being checked"

    # What the ticket is found by when the answer is lost; it stands on the ticket.
    reference = models.CharField(max_length=100, unique=True)
    summary = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    # What was chosen for it, by what it is for the ticket: {"board": {"id": …, "name": …}, …}.
    chosen = models.JSONField(default=dict)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    ticket_id = models.CharField("ticket", max_length=100, blank=True)
    warning = models.TextField(blank=True)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ticket_creations",
    )
    made_by_name = models.CharField("by", max_length=150)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "request_id"], name="creation_request_id_unique"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="creation_due",
            ),
            models.Index(
                fields=["made_by", "-created_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown", "failed"]),
                name="creation_needs",
            ),
        ]

    def __str__(self) -> str:
        number = f"#{self.ticket_id}" if self.ticket_id else "New ticket"
        return f"{number}: {self.summary} ({self.state})"

    @property
    def is_created(self) -> bool:
        """Whether the ticket is there."""
        return self.state == self.State.CREATED

    @property
    def company(self) -> str:
        """The company's name."""
        return self.name_of("company")

    @property
    def board(self) -> str:
        """The board's name."""
        return self.name_of("board")

    def id_of(self, what: str) -> str:
        """Return the id of what was chosen: "board", "company" …; empty for nothing."""
        return str(self.chosen.get(what, {}).get("id", ""))

    def name_of(self, what: str) -> str:
        """Return what was chosen as people call it; empty for nothing."""
        return str(self.chosen.get(what, {}).get("name", ""))
