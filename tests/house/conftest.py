"""What tests of every endpoint share."""

import logging
from collections.abc import Iterator

import pytest

from psa.models import PsaConnection
from tests.house.fuzz import IS_FULL
from tests.house.fuzz.prober import Prober
from tests.house.test_access_matrix import world  # noqa: F401
from tests.house.test_admin_matrix import fill


@pytest.fixture
def prober(world, account, connection, settings) -> Iterator[Prober]:  # noqa: F811
    """Return what calls every endpoint, of an account that has something of everything."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/m")
    fill(account, connection, [world.session.engineer], "Own")
    PsaConnection.objects.update(company_id="northwind")  # as the simulator knows it
    logging.disable(logging.CRITICAL if IS_FULL else logging.NOTSET)
    yield Prober(world, account)
    logging.disable(logging.NOTSET)
