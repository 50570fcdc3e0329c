"""Sites that an account may connect to, and how often it may try."""

from tests.siege.attack import Found, attack, control
from tests.siege.installation import METADATA, Installation, email_of
from tests.siege.visitor import Visitor

SAVE = "/account/admin/integrations/connection/"
# The rule `connection` of settings.RATE_LIMITS.
MOST = 10


def _form(site: str) -> dict[str, str]:
    from psa.simulators.connectwise import Simulator

    tenant = Simulator(tickets=0).tenants["northwind"]
    return {
        "provider": "connectwise",
        "display_name": "ConnectWise",
        "site_url": site,
        "company_id": tenant.company_id,
        "public_key": tenant.public_key,
        "private_key": tenant.private_key,
        "client_id": tenant.client_id,
    }


def _saved(owner: Visitor, site: str) -> int:
    return owner.post(SAVE, _form(site)).status_code


@attack("others-site")
def others_site(besieged: Installation) -> Found:
    """Clover's origin, by Borage; and by Clover."""
    site = besieged.psas["Clover"].url
    clover = besieged.logged_in(email_of("Clover", "owner"))
    control(_saved(clover, site) == 302, "the account whose origin it is may connect to it")
    before = len(besieged.psas["Clover"].seen())
    status = _saved(besieged.logged_in(email_of("Borage", "owner")), site)
    asked = len(besieged.psas["Clover"].seen()) - before
    return Found(f"{status}, {asked} requests sent there", holds=status == 422 and not asked)


@attack("metadata")
def metadata(besieged: Installation) -> Found:
    """Addresses of metadata, each trusted by the operator by mistake."""
    owner = besieged.logged_in(email_of("Borage", "owner"))
    control(_saved(owner, besieged.psas["Borage"].url) == 302, "a trusted site on loopback")
    statuses = {site: _saved(owner, site) for site in METADATA}
    passed = [f"{site}: {status}" for site, status in statuses.items() if status != 422]
    return Found(
        f"{len(METADATA) - len(passed)} of {len(METADATA)} refused with 422 {' '.join(passed)}",
        holds=not passed,
    )


@attack("test-for-ever")
def test_for_ever(besieged: Installation) -> Found:
    """Ask the PSA with the stored keys, 15 times in a minute."""
    owner = besieged.logged_in(email_of("Aster", "owner"))
    statuses = [owner.post(f"{SAVE}test/", {}).status_code for _ in range(MOST + 5)]
    control(statuses[0] == 302, "a test of the connection")
    tested = sum(status != 429 for status in statuses)
    return Found(f"{tested} of {MOST + 5} went through, then 429", holds=tested <= MOST)
