"""What a person is told about their own log-in."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """A sentence on somebody's own page, which an e-mail told as well where there is a server."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text
