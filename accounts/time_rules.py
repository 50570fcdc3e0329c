"""An account's rules for time: how it is rounded, the least that is billed, when work rests."""

from django.db import transaction

from accounts import audit
from accounts.models import Account, User
from resolutionflow.lib.hours import TimeRules

# In minutes. Steps that fill an hour, so that a sum of rounded times stays on the steps.
STEPS = (1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60)
MOST_MINIMUM = 8 * 60
# Shorter, and reading a log would end the work; longer, and a forgotten session bills an evening.
LEAST_IDLE, MOST_IDLE = 5, 4 * 60


@transaction.atomic
def change(account: Account, rules: TimeRules, by: User) -> None:
    """Measure and bill by these rules from now on; what was measured or booked stays."""
    locked = Account.objects.select_for_update().get(pk=account.pk)
    before, after = _words(locked.time_rules), _words(rules)
    if before == after:
        return
    changed = [name for name in before if before[name] != after[name]]
    for name in changed:
        setattr(locked, name, getattr(rules, name))
    locked.save(update_fields=changed)
    audit.record(
        locked,
        by,
        "account.time_rules_changed",
        locked.name,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def _words(rules: TimeRules) -> dict[str, str]:
    names = ("round_minutes", "minimum_minutes", "idle_minutes")
    return {name: str(getattr(rules, name)) for name in names}
