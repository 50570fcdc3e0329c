"""The log of what was tried for a post: evidence of when and how, beside its outcome."""

from django.db import models
from django.utils import timezone

from psa.models.post import Post


class PostAttempt(models.Model):
    """One try to bring a post forward: sending its note, looking for it, changing the status,
    booking the time, adding a file.

    Written with the claim, before anything leaves, and closed with the outcome; one that was
    never closed is under way, or its worker died. Nobody decides anything by these rows.
    """

    class Part(models.TextChoices):
        """What was tried."""

        SEND = "send", "Send the note"
        CHECK = "check", "Look whether the note arrived"
        STATUS = "status", "Change the status"
        TIME = "time", "Book the time"
        DOCUMENT = "document", "Add a file"

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="attempt_log")
    part = models.CharField(max_length=10, choices=Part)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The state of the part that it led to; empty while under way.
    outcome = models.CharField(max_length=10, blank=True)
    error_kind = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.outcome or 'under way'}"
