"""An account that is connected to a simulated ConnectWise, without asking that first."""

from typing import Any

from psa.simulators.connectwise import Simulator


def connect(account: Any, site: str, tenant: Any = None) -> Any:
    """Return a stored connection to this site; with the demo's keys where no tenant is given.

    Django must be set up.
    """
    from psa.credentials import seal
    from psa.models import PsaConnection
    from psa.providers.types import Credentials

    tenant = tenant or Simulator(tickets=0).tenants["northwind"]
    credentials = Credentials(
        site_url=site,
        company_id=tenant.company_id,
        public_key=tenant.public_key,
        private_key=tenant.private_key,
        client_id=tenant.client_id,
    )
    return PsaConnection.objects.create(
        provider="connectwise",
        account=account,
        display_name=f"ConnectWise of {account.name}",
        site_url=site,
        company_id=tenant.company_id,
        credentials_encrypted=seal(credentials),
    )
