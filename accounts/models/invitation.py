"""An invitation into an account, open until it is accepted, withdrawn or too old."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import Signer
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import Account, Role

VALID_FOR = timedelta(days=7)


def signer() -> Signer:
    """Return what signs links. A full stop, unlike Django's colon, stays in an address as it is."""
    return Signer(sep=".", salt="accounts.invitation")


def new_nonce() -> str:
    """Return what makes a link unlike the one before it."""
    return secrets.token_hex(8)


def a_week_from_now() -> datetime:
    """Return when a link that is made now expires."""
    return timezone.now() + VALID_FOR


class Invitation(models.Model):
    """Somebody may join the account under this address, with this role.

    The link is not stored: it is this row's id and nonce, signed with the secret key.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail", max_length=254)
    role = models.CharField(max_length=20, choices=Role, default=Role.ENGINEER)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="invitations"
    )
    nonce = models.CharField(max_length=16, default=new_nonce, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=a_week_from_now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.account}"

    @property
    def token(self) -> str:
        """The part of the link that only who was invited, and administrators, know."""
        return signer().sign(f"{self.pk}-{self.nonce}")

    @property
    def is_expired(self) -> bool:
        """Whether the link is too old; a renewed one works again."""
        return timezone.now() >= self.expires_at
