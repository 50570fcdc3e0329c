"""What the write path takes from outside, so that a test can hold it in its hands."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.base import PsaProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The clock, chance (0 to 1, spreads retries) and the door to the PSA."""

    now: Callable[[], datetime] = timezone.now
    jitter: Callable[[], float] = random.random
    provider_of: Callable[[PsaConnection], PsaProvider] = open_provider
