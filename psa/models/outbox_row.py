"""The columns that every row of the outbox has."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from accounts.models import Account
from psa.models.connection import PsaConnection
from psa.providers import registry
from psa.providers.setup import Setup


class OutboxRow(models.Model):
    """One intended write to the PSA, and what became of it. docs/write-path.md explains it.

    Rows are written before anything leaves, and are never deleted. Each kind of row declares
    its own `State`, of which queued, sending, unknown and failed mean the same everywhere.
    """

    PENDING = ("queued", "sending", "unknown")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(
        PsaConnection, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Names what a person approved: the same id again writes nothing more.
    request_id = models.UUIDField()
    error = models.TextField(blank=True)
    error_kind = models.CharField(max_length=40, blank=True)

    # What the 24 hours of waiting are counted from: the approval, or a person's retry.
    queued_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    # Reads in a row that could not tell whether it arrived.
    checks = models.PositiveIntegerField(default=0)
    # Uncertain attempts in a row after which it was proven not to be there.
    absences = models.PositiveSmallIntegerField(default=0, db_default=0)
    # The attempts that a search has to cover begin here.
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    attempt_started_at = models.DateTimeField(null=True, blank=True)
    # When it was last found surely absent after an uncertain attempt.
    checked_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    if TYPE_CHECKING:
        state: models.CharField[str, str]
        ticket_id: models.CharField[str, str]

    class Meta:
        abstract = True

    @property
    def psa_setup(self) -> Setup | None:
        """How the PSA is set up; asks for the connection where several PSAs are known.

        None for a connection that is gone.
        """
        return registry.only_setup() or (self.connection.setup if self.connection else None)

    @property
    def psa_label(self) -> str:
        """What sentences call the PSA."""
        return self.psa_setup.label if self.psa_setup else registry.label("")

    @property
    def is_pending(self) -> bool:
        """Whether something is still going to happen without anybody doing anything."""
        return self.state in self.PENDING

    @property
    def status_given(self) -> str:
        """The name of the status that this write has given to the ticket; empty for none."""
        return ""
