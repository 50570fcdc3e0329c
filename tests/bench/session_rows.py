"""Sessions to be searched: those of one large account, and as many of small ones."""

import random
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Account, User
from sessions_app.models import Step, WorkSession
from tests.bench.history_rows import SEED, VOCABULARY, words_of_a_note

STEPS_OF_A_SESSION = 8
_BATCH = 1000


def fill(admin: User, sessions: int) -> None:
    """Give the admin's account so many sessions, and the small accounts together as many."""
    chance = random.Random(SEED)
    small = list(Account.objects.exclude(users=admin))
    for start in range(0, sessions, _BATCH):
        rows = list(_sessions(chance, admin, small, range(start, min(start + _BATCH, sessions))))
        WorkSession.objects.bulk_create(rows)
        Step.objects.bulk_create(step for row in rows for step in _steps(chance, row))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sessions_app_worksession")
        cursor.execute("VACUUM ANALYZE sessions_app_step")


def _sessions(
    chance: random.Random, admin: User, small: list[Account], numbers: range
) -> Iterator[WorkSession]:
    for number in numbers:
        for place, account in enumerate((admin.account, small[number % len(small)])):
            yield WorkSession(
                account=account,
                engineer=admin,
                reference=f"RF-{2 * number + place:06}",
                title=" ".join(chance.choices(VOCABULARY, k=6)),
                client_name=chance.choice(VOCABULARY),
                problem=words_of_a_note(chance),
                started_at=timezone.now() - timedelta(minutes=number),
            )


def _steps(chance: random.Random, session: WorkSession) -> Iterator[Step]:
    for position in range(1, STEPS_OF_A_SESSION + 1):
        yield Step(
            session=session,
            position=position,
            kind="check",
            title=" ".join(chance.choices(VOCABULARY, k=8)),
            command_output=words_of_a_note(chance),
        )
