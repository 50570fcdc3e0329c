"""Two MSPs made from a seed: the same seed gives the same records."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from ..store import Tenant
from .names import COMPANIES, MEMBERS, OTHER_MEMBERS
from .people import seed_companies, seed_members
from .setup import seed_boards, seed_tables
from .time import seed_agreements, seed_time
from .work import seed_tickets

DEMO_TICKET = 48291
OTHER_FIRST_TICKET = 70_001


def seeded_tenants(
    seed: int, tickets: int, clock: Callable[[], datetime], public_base: str | None
) -> dict[str, Tenant]:
    """Return the tenants by login company: the demo's "northwind", and "southside".

    `tickets` is the demo's number of tickets; southside has a tenth of it.
    """
    north = _tenant("northwind", "Northwind IT", seed, clock, public_base)
    seed_members(north, MEMBERS)
    seed_boards(north)
    seed_companies(north, COMPANIES)
    seed_agreements(north)
    first = max(1, min(DEMO_TICKET, DEMO_TICKET + 9 - tickets))
    seed_tickets(north, tickets, first, DEMO_TICKET)
    south = _tenant("southside", "Southside MSP", seed + 1, clock, public_base)
    south.public_key, south.private_key = "southPublicKey01", "southPrivateKey01"
    seed_members(south, OTHER_MEMBERS)
    seed_boards(south)
    seed_companies(south, COMPANIES[5:12])
    seed_agreements(south)
    seed_tickets(south, max(5, tickets // 10), OTHER_FIRST_TICKET, None)
    for tenant in (north, south):
        tenant.open_demo_key()
    # publicKey02: of a role that somebody has set up in a hurry.
    north.add_key(without=["Member Maintenance", "Resource Scheduling", "Service Tickets: Add"])
    return {tenant.company_id: tenant for tenant in (north, south)}


def _tenant(
    company_id: str,
    name: str,
    seed: int,
    clock: Callable[[], datetime],
    public_base: str | None,
) -> Tenant:
    base = public_base or f"https://psa.{company_id}.example/v4_6_release/apis/3.0"
    dice = Random(seed)  # noqa: S311 - made-up records, not secrets
    tenant = Tenant(company_id, name, clock, dice, base)
    seed_tables(tenant)
    seed_time(tenant)
    return tenant
