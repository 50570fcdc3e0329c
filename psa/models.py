"""What the product keeps about a PSA: the connection, who is who, and every write."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Account


class PsaConnection(models.Model):
    """An account's way into its PSA; at most one per account.

    Secrets live in `credentials_encrypted` only and are read by `psa.connections`.
    """

    class ProviderName(models.TextChoices):
        """The PSAs that the product speaks."""

        CONNECTWISE = "connectwise", "ConnectWise PSA"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="psa_connection")
    provider = models.CharField(
        max_length=20, choices=ProviderName, default=ProviderName.CONNECTWISE
    )
    display_name = models.CharField(max_length=100)
    site_url = models.CharField("site", max_length=255)
    company_id = models.CharField("company id", max_length=100)
    credentials_encrypted = models.TextField(editable=False)
    is_active = models.BooleanField("active", default=True)
    last_validated_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "PSA connection"

    def __str__(self) -> str:
        return self.display_name


class MemberMapping(models.Model):
    """One of our people is this member in the PSA; notes are signed accordingly."""

    class MatchedBy(models.TextChoices):
        """How the pair was found."""

        AUTO_EMAIL = "auto_email", "Matched by e-mail"
        MANUAL_ADMIN = "manual_admin", "Set by an administrator"
        MANUAL_SELF = "manual_self", "Set by the person"

    connection = models.ForeignKey(
        PsaConnection, on_delete=models.CASCADE, related_name="member_mappings"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member_mappings"
    )
    external_member_id = models.CharField("member id", max_length=100)
    external_member_name = models.CharField("member", max_length=200)
    matched_by = models.CharField(max_length=20, choices=MatchedBy)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "user"], name="mapping_one_member_per_user"
            ),
            models.UniqueConstraint(
                fields=["connection", "external_member_id"], name="mapping_one_user_per_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.external_member_name}"


class Post(models.Model):
    """One intended write to the PSA, and what became of it: outbox and post log in one.

    The note and the status change have outcomes of their own. Rows are written before
    anything leaves, and are never deleted. See docs/write-path.md for the state machine.
    """

    class State(models.TextChoices):
        """Outcome of the note."""

        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        POSTED = "posted", "Posted"
        FAILED = "failed", "Not posted"
        UNKNOWN = "unknown", "Being checked"

    class StatusState(models.TextChoices):
        """Outcome of the status change."""

        NONE = "none", "No status change"
        QUEUED = "queued", "Waiting to be changed"
        SENDING = "sending", "Being changed"
        APPLIED = "applied", "Changed"
        FAILED = "failed", "Not changed"
        UNKNOWN = "unknown", "Being checked"

    class NoteType(models.TextChoices):
        """Where the note goes; `psa.providers.types.NoteType` holds who can see it."""

        INTERNAL_ANALYSIS = "internal_analysis", "Internal analysis"
        RESOLUTION = "resolution", "Resolution"
        DESCRIPTION = "description", "Description"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    connection = models.ForeignKey(
        PsaConnection, on_delete=models.SET_NULL, null=True, blank=True, related_name="posts"
    )
    request_id = models.UUIDField()
    ticket_id = models.CharField("ticket", max_length=100)
    note_type = models.CharField(max_length=20, choices=NoteType)
    content = models.TextField()
    marker = models.CharField(max_length=40, blank=True)
    member_id = models.CharField(max_length=100, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    external_note_id = models.CharField(max_length=100, blank=True)
    warning = models.TextField(blank=True)
    error = models.TextField(blank=True)
    error_kind = models.CharField(max_length=40, blank=True)
    # A failed note that was edited and posted anew: retrying it too would post it twice.
    replaced = models.BooleanField(default=False, editable=False)

    status_state = models.CharField(max_length=10, choices=StatusState, default=StatusState.NONE)
    seen_status_id = models.CharField(max_length=100, blank=True)
    update_status_id = models.CharField(max_length=100, blank=True)
    status_changed_from = models.CharField(max_length=100, blank=True)
    status_changed_to = models.CharField(max_length=100, blank=True)
    status_error = models.TextField(blank=True)

    # What the 24 hours of waiting are counted from: the posting, or a person's retry.
    queued_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    status_attempts = models.PositiveIntegerField(default=0)
    # Reads in a row that could not tell whether the note arrived.
    checks = models.PositiveIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    attempt_started_at = models.DateTimeField(null=True, blank=True)
    # When the note was last found surely absent after an uncertain attempt.
    checked_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
    )
    posted_by_name = models.CharField(max_length=150)
    posted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "request_id"], name="post_request_id_unique"
            ),
            models.UniqueConstraint(
                fields=["connection", "ticket_id", "external_note_id"],
                condition=~models.Q(external_note_id=""),
                name="post_adopts_a_note_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"])
                | models.Q(status_state__in=["queued", "sending", "unknown"]),
                name="post_outbox_due",
            ),
            models.Index(fields=["account", "-created_at"], name="post_history"),
            models.Index(fields=["ticket_id", "-created_at"], name="post_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.get_note_type_display()} on #{self.ticket_id} ({self.state})"

    @property
    def is_pending(self) -> bool:
        """Whether something is still going to happen without anybody doing anything."""
        waiting = (self.State.QUEUED, self.State.SENDING, self.State.UNKNOWN)
        return self.state in waiting or self.status_state in waiting

    @property
    def is_conflict(self) -> bool:
        """Whether nothing was posted because the ticket's status had moved meanwhile."""
        return self.state == self.State.FAILED and self.error_kind == "conflict"


class TicketChange(models.Model):
    """One intended change of a ticket that is no note: its status, or who works on it.

    Rows are written before anything leaves, and are never deleted. The change itself is
    sent at most once. See docs/write-path.md for the state machine.
    """

    class Kind(models.TextChoices):
        """What is changed."""

        STATUS = "status", "Change the status"
        ASSIGN = "assign", "Assign a member"
        UNASSIGN = "unassign", "Take a member off"

    class State(models.TextChoices):
        """Outcome of the change."""

        QUEUED = "queued", "About to be sent"
        SENDING = "sending", "Being sent"
        APPLIED = "applied", "Changed"
        FAILED = "failed", "Not changed"
        UNKNOWN = "unknown", "Being checked"

    PENDING = (State.QUEUED, State.SENDING, State.UNKNOWN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="ticket_changes")
    connection = models.ForeignKey(
        PsaConnection,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ticket_changes",
    )
    request_id = models.UUIDField()
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
    error = models.TextField(blank=True)
    error_kind = models.CharField(max_length=40, blank=True)

    # When the change left; empty if it never did, because it was not needed or not possible.
    sent_at = models.DateTimeField(null=True, blank=True)
    # Reads in a row that could not tell whether it arrived.
    checks = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ticket_changes",
    )
    made_by_name = models.CharField("by", max_length=150)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "request_id"], name="change_request_id_unique"
            ),
            # The PSA has no conditional write: two at once would overwrite each other unseen.
            models.UniqueConstraint(
                fields=["connection", "ticket_id"],
                condition=models.Q(kind="status", state__in=["queued", "sending", "unknown"]),
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
    def is_pending(self) -> bool:
        """Whether it is still open what becomes of it."""
        return self.state in self.PENDING

    @property
    def is_applied(self) -> bool:
        """Whether the ticket was read with the change in it."""
        return self.state == self.State.APPLIED

    @property
    def is_conflict(self) -> bool:
        """Whether it was left alone because somebody else changes or changed the same."""
        return self.state == self.State.FAILED and self.error_kind in ("conflict", "overlap")
