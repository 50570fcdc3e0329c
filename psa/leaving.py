"""What becomes of a person's place in the PSA when they leave the account."""

from typing import Any

from accounts.models import User
from psa.models import MemberMapping, MemberRequest


def forget_member(*, person: User, **kwargs: Any) -> None:
    """Remove who the person is in the PSA; notes they posted keep their name there and here.

    A receiver of `accounts.signals.person_left`, in the transaction of the deactivation.
    """
    del kwargs
    MemberMapping.objects.filter(user=person).delete()
    MemberRequest.objects.filter(user=person).delete()
