"""What an account has used of Claude, day by day."""

from django.db import models

from accounts.models.people import Account


class ClaudeUsage(models.Model):
    """One account's day (UTC), in tokens.

    `held` is set aside for calls under way. What a process that died had set aside stays so
    until the day is over: the cap is never passed by what nobody counted.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="claude_usage")
    day = models.DateField()
    calls = models.PositiveIntegerField(default=0)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        verbose_name_plural = "Claude usage"
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="claude_usage_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.account} on {self.day}: {self.tokens_in + self.tokens_out} tokens"
