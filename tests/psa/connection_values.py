"""What an administrator types into the connection form."""


def values_of(simulator, tenant_id="northwind", /, **changes) -> dict[str, str]:
    """Return the connection form's values for a tenant of the simulator."""
    tenant = simulator.tenants[tenant_id]
    return {
        "provider": "connectwise",
        "display_name": "Our ConnectWise",
        "site_url": "https://cw.northwind.example",
        "company_id": tenant_id,
        "public_key": tenant.public_key,
        "private_key": tenant.private_key,
        "client_id": tenant.client_id,
        **changes,
    }
