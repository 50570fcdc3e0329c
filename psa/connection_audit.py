"""What the audit says of a connection that was made, changed or removed; never a secret."""

from datetime import datetime

from accounts import audit
from accounts.models import User
from psa.models import PsaConnection

Facts = dict[str, str]


def facts_of(connection: PsaConnection) -> Facts:
    """Return what there is to say about the connection, in words."""
    return {
        "PSA": connection.setup.product,
        "name": connection.display_name,
        "site": connection.site_url,
        "company": connection.company_id,
        "state": "active" if connection.is_active else "paused",
    }


def created(connection: PsaConnection, actor: User | None) -> None:
    """Record a new connection."""
    after = facts_of(connection)
    audit.record(connection.account, actor, "connection.created", str(connection), after=after)


def updated(
    connection: PsaConnection, before: Facts, keys_since: datetime, actor: User | None
) -> None:
    """Record what changed since these facts and this age of the keys; nothing if nothing did."""
    now = facts_of(connection)
    changed = {name for name, value in now.items() if before[name] != value}
    was, after = ({name: facts[name] for name in changed} for facts in (before, now))
    if connection.keys_since != keys_since:
        after["keys"] = "changed"
    if after:
        account, target = connection.account, str(connection)
        audit.record(account, actor, "connection.updated", target, before=was, after=after)


def deleted(connection: PsaConnection, actor: User | None) -> None:
    """Record that the connection was removed."""
    before = facts_of(connection)
    audit.record(connection.account, actor, "connection.deleted", str(connection), before=before)
