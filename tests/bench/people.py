"""Engineers with sessions that are linked to tickets, beside the demo's own people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from psa.models import PsaConnection

SESSIONS, STEPS = 5, 6


@dataclass(frozen=True, slots=True)
class Engineer:
    """Somebody to log in as, and the addresses of their sessions."""

    email: str
    sessions: tuple[str, ...]


def hire(number: int, tickets: Sequence[str], password: str) -> list[Engineer]:
    """Create so many engineers in the demo's account, each with a few linked sessions.

    As many of them are mapped to a PSA member as there are members left.
    """
    from django.contrib.auth.hashers import make_password

    from accounts.models import Role, User
    from psa.models import PsaConnection

    connection = PsaConnection.objects.get()
    hashed = make_password(password)  # once: it is slow on purpose
    people = User.objects.bulk_create(
        User(
            email=f"engineer{each}@load.example",
            name=f"Engineer {each}",
            password=hashed,
            role=Role.ENGINEER,
            account=connection.account,
        )
        for each in range(number)
    )
    _map(people, connection)
    return [
        Engineer(person.email, _sessions(person, connection, tickets[place::number]))
        for place, person in enumerate(people)
    ]


def _map(people: Sequence["User"], connection: "PsaConnection") -> None:
    from psa.models import MemberMapping
    from psa.opened import open_provider

    taken = set(connection.member_mappings.values_list("external_member_id", flat=True))
    members = open_provider(connection).list_members()
    free = [each for each in members if each.is_active and not each.is_api and each.id not in taken]
    MemberMapping.objects.bulk_create(
        MemberMapping(
            connection=connection,
            user=person,
            external_member_id=member.id,
            external_member_name=member.name,
            matched_by=MemberMapping.MatchedBy.MANUAL_ADMIN,
        )
        for person, member in zip(people, free, strict=False)
    )


def _sessions(
    person: "User", connection: "PsaConnection", tickets: Sequence[str]
) -> tuple[str, ...]:
    """Return the addresses of the person's new sessions."""
    from sessions_app import lifecycle, linking

    addresses = []
    for ticket in tickets[:SESSIONS]:
        session = lifecycle.start(
            connection.account, person, title=f"Ticket {ticket}", client_name="", problem="Slow."
        )
        for number in range(STEPS):
            text = {"title": f"Check number {number}", "outcome": "as it should be"}
            lifecycle.add_step(
                session, {"kind": "check", "notes": "", "command_output": "", **text}
            )
        linking.link(session, ticket, person)
        addresses.append(session.get_absolute_url())
    return tuple(addresses)
