"""What the storm of posts begins with: people, and sessions that are linked to tickets."""

import os
from typing import Any

from tests.staging.connected import connect
from tests.staging.stage import ROOT, Simulated
from tests.storm.load import Place

PASSWORD = "a storm is coming 1"
PEOPLE = 6
EMAIL = "engineer{}@storm.example"


def prepare_database() -> None:
    """Migrate, and create the people."""
    import django
    from django.core.management import call_command

    os.chdir(ROOT)
    django.setup()
    call_command("migrate", verbosity=0)
    from accounts.models import Account, User

    account = Account.objects.create(name="Storm")
    for number in range(PEOPLE):
        email = EMAIL.format(number)
        User.objects.create_user(email, PASSWORD, name=f"Eng {number}", account=account)


def log_ins() -> list[tuple[str, str]]:
    """Return the people's names and passwords."""
    return [(EMAIL.format(number), PASSWORD) for number in range(PEOPLE)]


def places(site: str, number: int) -> list[Place]:
    """Link one session to each of so many tickets."""
    from accounts.models import Account, User
    from sessions_app.models import WorkSession

    account = Account.objects.get()
    connection = connect(account, site)
    tables = Simulated(site).control("dump")["northwind"]
    found = []
    for ticket in tables["tickets"][:number]:
        session = WorkSession.objects.create(
            account=account,
            engineer=User.objects.order_by("pk")[0],
            title=f"Storm on {ticket['id']}",
            psa_connection=connection,
            psa_ticket_id=str(ticket["id"]),
        )
        found.append(_place(session, ticket, tables["statuses"]))
    return found


def _place(session: Any, ticket: dict[str, Any], statuses: list[dict[str, Any]]) -> Place:
    from sessions_app.note_identity import marker_of

    other = next(
        status["id"]
        for status in statuses
        if status["board"]["id"] == ticket["board"]["id"]
        and status["id"] != ticket["status"]["id"]
        and not status.get("inactive")
    )
    return Place(
        session_id=str(session.pk),
        marker_of=lambda request_id: marker_of(session, request_id),
        ticket=str(ticket["id"]),
        seen_status=str(ticket["status"]["id"]),
        other_status=str(other),
    )
