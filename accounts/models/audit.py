"""What administrators did, row by row, each tied to the one before by its hash."""

import hashlib
import json
from typing import Any, NoReturn

from django.db import models

from accounts.models.people import Account

# What stands before the first entry of an account.
BEGINNING = "0" * 64


def in_words(action: str) -> str:
    """Return an action as people read it: "user.role_changed" is "User role changed"."""
    return action.replace(".", " ").replace("_", " ").capitalize()


class AuditFinal(Exception):
    """The audit is only ever added to (`accounts.audit.record`), never changed or removed."""


class AuditChain(models.Model):
    """How long an account's audit is and how it ends, so that a missing end shows as well.

    Its row is what writers lock, one after the other; the account's own row stays free.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="audit_chain")
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default=BEGINNING)

    def __str__(self) -> str:
        return f"audit of {self.account}"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Entries, which no query changes or deletes."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        del kwargs
        raise AuditFinal

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AuditFinal


class AuditEntry(models.Model):
    """One administrative change: who, when, what, before and after; never a secret.

    The person is kept as text, so that the entry says the same when the person is gone.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="audit_entries")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_email = models.CharField(max_length=254, blank=True)
    actor_name = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=50)
    target = models.CharField(max_length=255)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "audit entries"
        constraints = [
            # Two writers can never both follow the same entry.
            models.UniqueConstraint(fields=["account", "number"], name="audit_number_once")
        ]
        indexes = [
            models.Index(fields=["account", "at"], name="audit_by_time"),
            models.Index(fields=["account", "actor_email", "number"], name="audit_by_person"),
            models.Index(fields=["account", "action", "number"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; raises AuditFinal for one that stands already."""
        if not self._state.adding:
            raise AuditFinal
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        del args, kwargs
        raise AuditFinal

    @property
    def label(self) -> str:
        """The action as people read it."""
        return in_words(self.action)

    @property
    def changes(self) -> list[dict[str, str]]:
        """What was changed, field by field: name, before, after."""
        return [
            {"name": name, "before": self.before.get(name, ""), "after": self.after.get(name, "")}
            for name in dict.fromkeys([*self.before, *self.after])
        ]

    def digest(self) -> str:
        """Return the hash of this entry's content and of the entry before it."""
        content = [
            self.previous_hash,
            self.account_id,
            self.number,
            self.at.isoformat(),
            self.actor_email,
            self.actor_name,
            self.action,
            self.target,
            self.before,
            self.after,
        ]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
