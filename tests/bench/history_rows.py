"""A post history to be measured: one large account among many small ones."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from accounts.models import Account, Role, User
from resolutionflow.lib.folding import fold

# Seeded: two measurements look at the same rows.
SEED = 4
PEOPLE = 60
SMALL_ACCOUNTS = 100
POSTS_OF_A_SMALL_ACCOUNT = 200
DAYS = 365
# As in real text, few words make up most of it; the rarest is in one note of 15,000.
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
VOCABULARY = random.Random(SEED).sample(
    ["".join(each) for each in product(_SYLLABLES, repeat=3)], 20_000
)
_WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))
COMMON_WORD, MIDDLE_WORD, RARE_WORD = VOCABULARY[0], VOCABULARY[400], VOCABULARY[-1]
WORDS_OF_A_NOTE = 45
_STATES = (["posted"] * 1920) + (["failed"] * 50) + (["unknown"] * 20) + (["queued"] * 10)
_TYPES = ["internal_analysis"] * 7 + ["resolution"] * 2 + ["description"]
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

COLUMNS = (  # noqa: SIM905
    "id account_id request_id ticket_id note_type content folded marker member_id state "
    "external_note_id warning error error_kind replaced queued_at attempts "
    "checks next_attempt_at posted_by_id posted_by_name posted_at created_at "
    "updated_at"
).split()


def fill(posts: int) -> User:
    """Begin anew with this many posts of a large account, whose admin is returned."""
    chance = random.Random(SEED)
    large, small, people = _accounts()
    ids = [person.pk for person in people]
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("TRUNCATE psa_post CASCADE")
        # Built afterwards in one go: row by row it takes ten times as long.
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'post_words'")
        index = cursor.fetchone()[0]
        cursor.execute("DROP INDEX post_words")
        _copy(cursor, _posts(chance, large.pk, ids, posts))
        for account in small:
            _copy(cursor, _posts(chance, account.pk, ids[:1], POSTS_OF_A_SMALL_ACCOUNT))
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(index)
        cursor.execute("VACUUM ANALYZE psa_post")
    return people[0]


def words_of_a_note(chance: random.Random) -> str:
    """Return so many words as a note has, the common ones as often as in real text."""
    return " ".join(chance.choices(VOCABULARY, cum_weights=_WEIGHTS, k=WORDS_OF_A_NOTE))


def _accounts() -> tuple[Account, list[Account], list[User]]:
    """Return the large account, the small ones, and the people of the large one."""
    large, is_new = Account.objects.get_or_create(name="Large MSP")
    if is_new:
        Account.objects.bulk_create(Account(name=f"Small {n}") for n in range(SMALL_ACCOUNTS))
        _people(large)
    small = list(Account.objects.exclude(pk=large.pk))
    return large, small, list(large.users.order_by("pk"))


def _people(account: Account) -> None:
    User.objects.bulk_create(
        User(
            email=f"p{number}@large.example",
            name=f"Person {number}",
            account=account,
            role=Role.ADMIN if number == 0 else Role.ENGINEER,
        )
        for number in range(PEOPLE)
    )


def _copy(cursor: Any, rows: Iterator[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY psa_post ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _posts(
    chance: random.Random, account: int, people: list[int], posts: int
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a year, the oldest first, as they come about."""
    now = datetime.now(UTC)
    for number in range(posts):
        moment = now - timedelta(days=DAYS) * (1 - number / posts)
        # Some people post a hundred times as much as others.
        author = people[int(len(people) * chance.random() ** 2)]
        yield _row(chance, account, author, moment, number)


def _row(
    chance: random.Random, account: int, author: int, moment: datetime, number: int
) -> tuple[Any, ...]:
    marker = "RF-" + "".join(chance.choices(_ALPHABET, k=6)) + "-" + _ALPHABET[number % 30] * 4
    words = words_of_a_note(chance)
    content = f"**Session Analysis — {words}**\n\nResolutionFlow · {marker}"
    state = chance.choice(_STATES)
    is_posted = state == "posted"
    ticket = str(chance.randrange(40_000, 90_000))
    note_id = str(number) if is_posted else ""
    error = "" if is_posted else "ConnectWise did not answer in time."
    return (
        uuid4(), account, UUID(int=chance.getrandbits(128)), ticket,
        chance.choice(_TYPES), content, fold(f"{content}\n{ticket}"), marker, "", state, note_id,
        "", error, "", False, moment, 1, 0, moment, author, "Person",
        moment if is_posted else None, moment, moment,
    )  # fmt: skip
