"""An account's way into its PSA, and who is who there."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Account
from psa.providers import registry
from psa.providers.setup import Setup


class PsaConnection(models.Model):
    """An account's way into its PSA; at most one per account.

    Secrets live in `credentials_encrypted` only and are read by `psa.connections`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="psa_connection")
    # A name of the registry (psa/providers/registry.py).
    provider = models.CharField("PSA", max_length=20)
    display_name = models.CharField(max_length=100)
    site_url = models.CharField("site", max_length=255)
    company_id = models.CharField("company id", max_length=100)
    credentials_encrypted = models.TextField(editable=False)
    # Since when these keys are in use; the reminder of their age counts from here.
    keys_since = models.DateTimeField(default=timezone.now, editable=False)
    # The pair that is to come, and the one that was in use before; see psa/keys.py.
    next_credentials_encrypted = models.TextField(blank=True, editable=False)
    next_entered_at = models.DateTimeField(null=True, blank=True, editable=False)
    former_credentials_encrypted = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField("active", default=True)
    last_validated_at = models.DateTimeField(null=True, blank=True, editable=False)
    # How long the PSA took to answer then, in milliseconds.
    last_latency_ms = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # Why the last test that failed did, in our words; a later success makes it history.
    last_failed_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_failure = models.TextField(blank=True, db_default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "PSA connection"

    def __str__(self) -> str:
        return self.display_name

    @property
    def psa_label(self) -> str:
        """What sentences call the PSA."""
        return registry.label(self.provider)

    @property
    def setup(self) -> Setup:
        """How its PSA is named and set up."""
        return registry.setup_of(self.provider)

    @property
    def is_failing(self) -> bool:
        """Whether the last test failed, and nothing has connected since."""
        if self.last_failed_at is None:
            return False
        return self.last_validated_at is None or self.last_failed_at > self.last_validated_at


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


class MemberRequest(models.Model):
    """One of our people says that they are this member; an administrator decides."""

    connection = models.ForeignKey(
        PsaConnection, on_delete=models.CASCADE, related_name="member_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member_requests"
    )
    external_member_id = models.CharField("member id", max_length=100)
    external_member_name = models.CharField("member", max_length=200)
    asked_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "user"], name="member_request_one_per_user"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.external_member_name}?"
