"""What the outbox takes from outside, so that a test can control it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.base import PsaProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The clock, the jitter (0 to 1, spreads retries) and how a connection's provider is opened."""

    now: Callable[[], datetime] = timezone.now
    jitter: Callable[[], float] = random.random
    provider_of: Callable[[PsaConnection], PsaProvider] = open_provider
