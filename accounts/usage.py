"""What an account uses of Claude, against its share of the day."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Account, ClaudeUsage
from resolutionflow.lib.claude.errors import CapReached

__all__ = ["AccountMeter", "meter"]


@dataclass(slots=True)
class AccountMeter:
    """Counts one call's tokens against the account's day; see `lib.claude.Meter`.

    The day is that in which the call began.
    """

    account: Account
    day: date

    def reserve(self, tokens: int) -> None:
        """Set tokens aside; raises CapReached when the day has not so many left."""
        ClaudeUsage.objects.get_or_create(account=self.account, day=self.day)
        # One statement decides, so that calls side by side cannot pass the cap together.
        admitted = (
            self._today()
            .annotate(taken=F("tokens_in") + F("tokens_out") + F("held") + tokens)
            .filter(taken__lte=settings.AI_DAILY_TOKENS)
            .update(held=F("held") + tokens, calls=F("calls") + 1)
        )
        if not admitted:
            raise CapReached

    def settle(self, reserved: int, used_in: int, used_out: int) -> None:
        """Count what was used in place of what was set aside."""
        self._today().update(
            held=Greatest(F("held") - reserved, Value(0)),
            tokens_in=F("tokens_in") + used_in,
            tokens_out=F("tokens_out") + used_out,
        )

    def _today(self) -> "QuerySet[ClaudeUsage]":
        return ClaudeUsage.objects.filter(account=self.account, day=self.day)


def meter(account: Account) -> AccountMeter:
    """Return what counts one call to Claude for this account."""
    return AccountMeter(account, timezone.now().date())
