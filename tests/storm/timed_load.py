"""Engineers who approve a note, mostly with time, and now and then with a status."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.storm.load import Load, Place
from tests.storm.time_tally import FREE, Wanted
from tests.storm.timed_ground import TimedPlace, some_time

# What a form is refused with: told to the person, and nothing is written down.
REFUSED = 422
# How often time is approved with a note, and how often by somebody who is nobody in the PSA.
WITH_TIME, NO_MEMBERS_TIME = 0.75, 0.1


@dataclass
class TimedLoad(Load):
    """Remembers the time that was approved, too.

    `members` are the people's ids in the PSA, by e-mail; empty for one who is nobody there.
    """

    members: Mapping[str, str] = field(default_factory=dict)
    role_refused: str = ""
    wanted: dict[str, Wanted] = field(default_factory=dict)

    def _fields(
        self, place: Place, request_id: UUID, dice: random.Random, email: str
    ) -> dict[str, str]:
        """Return a note's form with time; the ticket's one status change is sent with its order."""
        assert isinstance(place, TimedPlace)
        fields = super()._fields(place, request_id, dice, email)
        changes_status = "update_status_id" in fields
        if changes_status:
            fields["board_id"] = place.board
        member = self.members[email]
        often = WITH_TIME if member else NO_MEMBERS_TIME
        if not (changes_status and member) and dice.random() > often:
            return fields
        order = place.order if changes_status else FREE
        name = request_id.hex
        wanted = some_time(dice, place.ticket, member, order, name)
        with self._lock:
            self.wanted[str(request_id)] = wanted
        return fields | self._time(wanted, dice)

    def _time(self, wanted: Wanted, dice: random.Random) -> dict[str, str]:
        day = datetime.now(UTC).date() - timedelta(days=dice.choice([0, 1, 2]))
        return {
            "time_hours": str(wanted.hours),
            "time_date": str(day),
            "time_start": dice.choice(["", "09:00", "13:30"]),
            "time_work_role": self.role_refused if dice.random() < 0.05 else "",
            "time_work_type": dice.choice(["", "3"]),
            "time_billable": "",
            "time_text": wanted.text,
            "confirm_overlap": "1",
        }

    @property
    def refused(self) -> set[str]:
        """The request ids whose forms were refused."""
        return {request_id for request_id, status in self.answered.items() if status == REFUSED}

    @property
    def refused_without_reason(self) -> set[str]:
        """Those of them that are not time of somebody who is nobody in the PSA."""
        return {
            request_id
            for request_id in self.refused
            if request_id not in self.wanted or self.wanted[request_id].member
        }
