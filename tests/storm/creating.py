"""A process of the storm on new tickets: makes ready, creates one, tidies up, or tells.

python -m tests.storm.creating prepare SITE | create | settle | tell
"""

import json
import sys
import time
from collections.abc import Callable
from uuid import uuid4

from tests.staging.connected import connect

TOLD = ("reference", "summary", "state", "ticket_id", "error", "error_kind", "warning")
SETTLED_WITHIN = 60.0


def prepare(site: str) -> None:
    """Make the database, an account, an engineer and the connection."""
    from django.core.management import call_command

    from accounts.models import Account, User

    call_command("migrate", verbosity=0)
    account = Account.objects.create(name="Storm")
    User.objects.create_user("erin@storm.example", "x", name="Erin", account=account)
    connect(account, site)


def create() -> None:
    """Create one ticket, as a request does; say so right before."""
    from accounts.models import User
    from psa.models import PsaConnection
    from psa.outbox import tickets
    from psa.providers.types import Reference

    intent = tickets.TicketIntent(
        connection=PsaConnection.objects.get(),
        author=User.objects.get(),
        request_id=uuid4(),
        summary=f"Printer jams {uuid4().hex[:12]}",
        chosen={"company": Reference(id="250", name="Acme Dental Group")},
    )
    print("now", flush=True)
    queued = tickets.queue(intent)
    tickets.deliver(queued.creation.pk, at_once=True)


def settle() -> None:
    """Do what the dead left, as `deliver_posts` does."""
    from psa.models import TicketCreation
    from psa.outbox import worker
    from psa.outbox.kinds import TICKET

    ends = time.monotonic() + SETTLED_WITHIN
    pending = TicketCreation.objects.filter(state__in=TicketCreation.PENDING)
    while pending.exists() and time.monotonic() < ends:
        if not worker.run_batch(TICKET):
            time.sleep(0.2)


def tell() -> None:
    """Print the rows."""
    from psa.models import TicketCreation

    rows = [
        {name: getattr(row, name) for name in TOLD}
        | {"is_created": row.is_created, "is_pending": row.is_pending}
        for row in TicketCreation.objects.all()
    ]
    print(json.dumps(rows))


def main() -> None:
    """Do what the first argument names."""
    import django

    django.setup()
    what, *more = sys.argv[1:]
    works: dict[str, Callable[..., None]] = {
        "prepare": prepare,
        "create": create,
        "settle": settle,
        "tell": tell,
    }
    works[what](*more)


if __name__ == "__main__":
    main()
