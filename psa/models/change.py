"""A change of a ticket that is no note: its status, or who works on it."""

from django.conf import settings
from django.db import models

from psa.models.approval_part import WAITING, ApprovalPart


class TicketChange(ApprovalPart):
    """One intended change of a ticket that is no note: its status, or who works on it.

    Rows are written before anything leaves, and are never deleted. A change that stands alone
    is sent at most once, while a person waits; one that follows a note is sent later if need be.
    See docs/write-path.md for the state machines.
    """

    class Kind(models.TextChoices):
        """What is changed."""

        STATUS = "status", "Change the status"
        ASSIGN = "assign", "Assign a member"
        UNASSIGN = "unassign", "Take a member off"

    class State(models.TextChoices):
        """Outcome of the change."""

        WAITING = WAITING, "Waits for the note"
        QUEUED = "queued", "Waiting to be changed"
        SENDING = "sending", "Being changed"
        APPLIED = "applied", "Changed"
        FAILED = "failed", "Not changed"
        UNKNOWN = "unknown", "Being checked"

    ticket_id = models.CharField("ticket", max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    # The status, or the member.
    wanted_id = models.CharField(max_length=100)
    wanted_name = models.CharField("wanted", max_length=200)
    # The status that the person was shown, and the one that was last read in the PSA.
    seen_id = models.CharField(max_length=100, blank=True)
    seen_name = models.CharField("seen", max_length=200, blank=True)
    current_id = models.CharField(max_length=100, blank=True)
    current_name = models.CharField("read last", max_length=200, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)

    # When the change left; empty if it never did, because it was not needed or not possible.
    sent_at = models.DateTimeField(null=True, blank=True)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ticket_changes",
    )
    made_by_name = models.CharField("by", max_length=150)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "request_id"], name="change_request_id_unique"
            ),
            # The PSA has no conditional write: two at once would overwrite each other unseen. What
            # follows a note looks before it is sent, and is held up by nobody.
            models.UniqueConstraint(
                fields=["connection", "ticket_id"],
                condition=models.Q(
                    kind="status", after=None, state__in=["queued", "sending", "unknown"]
                ),
                name="change_one_status_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["connection", "ticket_id"],
                condition=models.Q(
                    kind__in=["assign", "unassign"], state__in=["queued", "sending", "unknown"]
                ),
                name="change_one_person_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="change_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of #{self.ticket_id}: {self.wanted_name} ({self.state})"

    @property
    def is_applied(self) -> bool:
        """Whether the ticket was read with the change in it."""
        return self.state == self.State.APPLIED

    @property
    def status_given(self) -> str:
        """The name of the status that this write has given to the ticket; empty for none."""
        return self.current_name if self.is_applied and self.kind == self.Kind.STATUS else ""

    @property
    def is_conflict(self) -> bool:
        """Whether it was left alone because somebody else changes or changed the same."""
        return self.state == self.State.FAILED and self.error_kind in ("conflict", "overlap")
