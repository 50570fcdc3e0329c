"""The storm on approvals with time: note, status and time under faults and kills.

    python -m tests.storm.times --approvals 2000 [--seed 1]

The storm of posts (`tests.storm.storm`) with forms that book time, too. People are mapped to
members, but for one, whose time must be refused. Some tickets get a status that forbids time, so
that the time has to be booked first; some have one, so that it has to wait; some work roles are
refused. In the end the PSA's time entries are counted by their markers, and its requests tell
whether one waited for the other. Needs a Redis beside PostgreSQL: which statuses forbid time is
what the web processes remember together. Prints a table; exit status 1 if anything is amiss.
"""

import argparse
import os
import sys
from itertools import cycle
from typing import Any

from tests.staging.stage import Simulated
from tests.storm import ground
from tests.storm.crew import Crew
from tests.storm.storm import Line, arguments, show, staged, tally_lines, tally_of, weather
from tests.storm.time_tally import TimeTally, Told, compare_times
from tests.storm.timed_ground import TimedPlace, change_for, members_of, role_refused
from tests.storm.timed_load import TimedLoad

TICKETS = 300


def main() -> int:
    """Raise the storm and return the exit status."""
    parser = arguments("Approvals with time under faults and kills.", tickets=TICKETS)
    parser.add_argument("--approvals", type=int, default=2000)
    options = parser.parse_args()
    redis = os.environ.get("REDIS_URL", "")
    if not redis:
        sys.exit("The storm on time needs Redis: set REDIS_URL.")
    return staged(
        "storm_time",
        lambda crew: _storm(crew, options),
        tickets=options.tickets,
        REDIS_URL=redis,
    )


def _storm(crew: Crew, options: argparse.Namespace) -> bool:
    simulated = crew.simulated
    tables = simulated.control("dump")["northwind"]
    places = _places(simulated, tables, options.tickets)
    load = TimedLoad(
        crew.web.url,
        places,
        options.approvals,
        options.seed,
        crew.is_up,
        members=_map_people(tables),
        role_refused=role_refused(tables),
    )
    raised = weather(crew, load, options)
    # What a form was refused with stands in that form: nothing was approved.
    for request_id in load.refused - _written():
        del load.approved[request_id]
    tally = tally_of(crew, load, options)
    times = _times(simulated, load)
    damages = {
        **tally.damages,
        **times.damages,
        "refused without a reason": sorted(load.refused_without_reason),
    }
    lines = [*raised.before(), *tally_lines(tally), *_lines(times, load), *raised.after()]
    show(lines, damages)
    return raised.is_complete and not any(damages.values())


def _places(simulated: Simulated, tables: Any, number: int) -> list[TimedPlace]:
    """Link sessions to tickets, some of which have a status that forbids time."""
    from psa import catalog
    from psa.models import PsaConnection

    tickets = {str(ticket["id"]): ticket for ticket in tables["tickets"]}
    found = []
    for index, place in enumerate(ground.places(simulated.url, number)):
        ticket = tickets[place.ticket]
        change = change_for(index, ticket, tables["statuses"])
        simulated.control(f"records/northwind/tickets/{place.ticket}", {"status": change.seen})
        found.append(
            TimedPlace(
                session_id=place.session_id,
                marker_of=place.marker_of,
                ticket=place.ticket,
                seen_status=str(change.seen["id"]),
                other_status=str(change.wanted["id"]),
                board=str(ticket["board"]["id"]),
                order=change.order,
            )
        )
    # As the first dialog of each board would have it remembered.
    catalog.statuses_by_board(PsaConnection.objects.get())
    return found


def _map_people(tables: Any) -> dict[str, str]:
    """Map all people but the last one to members; return the members' ids by e-mail."""
    from accounts.models import User
    from psa.models import PsaConnection
    from tests.builders import map_member

    connection = PsaConnection.objects.get()
    people = list(User.objects.order_by("pk"))
    members = dict.fromkeys((person.email for person in people), "")
    for person, member in zip(people[:-1], cycle(members_of(tables)), strict=False):
        members[person.email] = str(member["id"])
        map_member(person, connection, members[person.email], member["identifier"])
    return members


def _written() -> set[str]:
    from psa.models import Post

    return {str(key) for key in Post.objects.values_list("request_id", flat=True)}


def _times(simulated: Simulated, load: TimedLoad) -> TimeTally:
    from psa.models import TimeEntry

    told = (load.answered.keys() - load.refused) | _written()
    return compare_times(
        {key: wanted for key, wanted in load.wanted.items() if key in told},
        [Told.of(row) for row in TimeEntry.objects.all()],
        simulated.control("dump")["northwind"]["time_entries"],
        simulated.control("journal"),
    )


def _lines(times: TimeTally, load: TimedLoad) -> list[Line]:
    return [
        ("time: asked for", len(load.wanted)),
        ("time: refused in the form", len(load.refused)),
        ("time: booked once", times.booked),
        ("time: visibly failed", times.failed),
        ("time: sent in its order", times.ordered),
        *((name, len(damage)) for name, damage in times.damages.items()),
        ("refused without a reason", len(load.refused_without_reason)),
    ]


if __name__ == "__main__":
    sys.exit(main())
