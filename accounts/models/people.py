"""The tenant and its people."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from resolutionflow.lib.hours import TimeRules


class Account(models.Model):
    """One MSP. Everything else belongs to exactly one account."""

    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    # How time is measured and billed, see `resolutionflow.lib.hours.TimeRules`.
    round_minutes = models.PositiveSmallIntegerField(default=15, db_default=15, editable=False)
    minimum_minutes = models.PositiveSmallIntegerField(default=15, db_default=15, editable=False)
    idle_minutes = models.PositiveSmallIntegerField(default=30, db_default=30, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="account_name_unique",
                violation_error_message="An account with this name exists already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def time_rules(self) -> TimeRules:
        """How this account measures and bills time."""
        return TimeRules(
            round_minutes=self.round_minutes,
            minimum_minutes=self.minimum_minutes,
            idle_minutes=self.idle_minutes,
        )


class Role(models.TextChoices):
    """What a person may do inside the account, highest first."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    ENGINEER = "engineer", "Engineer"
    VIEWER = "viewer", "Viewer"


class UserManager(BaseUserManager["User"]):
    """Creates people; e-mail addresses are stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a saved user; without a password the user cannot log in yet."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a saved super admin, who stands outside all accounts."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this e-mail address, in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in by e-mail. A super admin is Django's superuser, without account."""

    email = models.EmailField("e-mail", unique=True, max_length=254)
    name = models.CharField(max_length=150)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="users", null=True, blank=True
    )
    role = models.CharField(max_length=20, choices=Role, default=Role.ENGINEER)
    is_active = models.BooleanField("active", default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    # Counted up to end every log-in there is; a later re-activation does not bring them back.
    log_in_epoch = models.PositiveIntegerField(default=0, editable=False)
    # As the tz database names it; where it is empty the person is shown UTC.
    time_zone = models.CharField(max_length=60, blank=True, default="", editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            # A super admin inside an account could be taken over by that account's admins.
            models.CheckConstraint(
                condition=models.Q(is_superuser=True, account__isnull=True)
                | models.Q(is_superuser=False, account__isnull=False),
                name="user_belongs_to_account_or_is_superuser",
                violation_error_message=(
                    "A person belongs to an account or is a super admin, never both."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the e-mail as it is stored."""
        return super().normalize_username(username).strip().lower()

    @classmethod
    def log_in_name(cls, typed: str) -> str:
        """Return the name under which attempts to log in count, however it was typed."""
        return cls.normalize_username(typed).casefold()

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin lets this person in at all (rows are scoped there)."""
        return self.is_superuser or self.role in (Role.OWNER, Role.ADMIN)

    def get_session_auth_hash(self) -> str:
        """Return what a log-in has to carry to count: it changes with password and epoch."""
        return f"{super().get_session_auth_hash()}.{self.log_in_epoch}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same under the secret keys that are still accepted."""
        for known in super().get_session_auth_fallback_hash():
            yield f"{known}.{self.log_in_epoch}"

    def get_full_name(self) -> str:
        """Return the name as people write it."""
        return self.name
