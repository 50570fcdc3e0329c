"""What the tests of the ticket pages share: Erin's browser, mapped to her member."""

import pytest

from psa import catalog
from tests.builders import map_member
from tests.new_tickets import browser, company, failed, sent

__all__ = ["browser", "company", "failed", "sent"]

ERIN = "ERuiz"


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def tenant(simulator, connection):
    return simulator.tenants["northwind"]


@pytest.fixture
def mapped(engineer, connection, tenant):
    """Map Erin to her member, as an administrator does."""
    member = next(each for each in tenant.members.values() if each["identifier"] == ERIN)
    return map_member(engineer, connection, str(member["id"]))


@pytest.fixture
def remembered(connection):
    """Have the lists to choose from in the cache, as on any day but the first minute."""
    for question in (catalog.boards, catalog.priorities, catalog.members, catalog.all_statuses):
        question(connection)
