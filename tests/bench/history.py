"""`make bench-history`: pages of the post history, with up to a million posts.

Needs PostgreSQL (TEST_DATABASE_URL or DATABASE_URL); builds a database there and drops it.
"""

import logging
import os
import random
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from tests.bench.report import Row, median, percentile
from tests.bench.stage import database
from tests.staging.database import let_go_of_the_database

SIZES = (1_000, 100_000, 1_000_000)
SESSIONS = 20_000
BOUND = 60.0
ADDRESS = "/account/admin/integrations/posts/"
# Of all combinations so many are asked for, each of them several times: its median counts.
COMBINATIONS = 300
TIMES = 3
_OWN = re.compile(r"app;dur=([\d.]+)")


def measure() -> list[Row]:
    """Return what pages took at each size, in milliseconds of the server's own time."""
    with tempfile.TemporaryDirectory() as directory, database(Path(directory)) as url:
        if not url.startswith("postgres"):
            raise SystemExit("Name a PostgreSQL server in TEST_DATABASE_URL.")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
            "DATABASE_URL": url,
            "STATIC_ROOT": f"{directory}/static",
            # As in production, without its https.
            "DEBUG": "0",
            "DEMO": "1",
        }
        import django

        django.setup()
        logging.disable(logging.CRITICAL)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        rows = [row for size in SIZES for row in _measured(size)]
        rows += _sessions_searched()
        let_go_of_the_database()
    return rows


def _measured(size: int) -> list[Row]:
    from django.test import Client

    from tests.bench.history_rows import fill

    admin = fill(size)
    browser = Client(headers={"Host": "localhost"})
    browser.force_login(admin)
    asked = random.Random(size).sample(list(_filters(admin)), COMBINATIONS)
    for wanted in asked[:20]:
        _own_time(browser, wanted)
    took = {each: _typical(browser, dict(wanted)) for each, wanted in enumerate(asked)}
    slowest = max(took, key=lambda each: took[each])
    name = f"{size:,} posts"
    return [
        Row(f"{name}: first page", _typical(browser, {}), "ms", BOUND),
        Row(f"{name}: last page", _typical(browser, {"page": "last"}), "ms", BOUND),
        Row(f"{name}: any filter, median", median(took.values()), "ms"),
        Row(f"{name}: any filter, 95 %", percentile(took.values(), 0.95), "ms", BOUND),
        Row(f"{name}: any filter, slowest", took[slowest], "ms", remark=str(asked[slowest])),
    ]


def _sessions_searched() -> list[Row]:
    """Return what a search in the texts of sessions and steps takes, by how rare its words are."""
    from django.test import Client

    from accounts.models import User
    from tests.bench import session_rows
    from tests.bench.history_rows import COMMON_WORD, MIDDLE_WORD, RARE_WORD

    admin = User.objects.get(email="p0@large.example")
    session_rows.fill(admin, SESSIONS)
    browser = Client(headers={"Host": "localhost"})
    browser.force_login(admin)
    searches = {
        "no words": "",
        "a rare word": RARE_WORD,
        "a word of some": MIDDLE_WORD,
        "a common word": COMMON_WORD,
        "rare and common": f"{COMMON_WORD} {RARE_WORD}",
        "two letters": RARE_WORD[:2],
        "a ticket": "CW #48291",
    }
    name = f"{SESSIONS:,} sessions with {SESSIONS * session_rows.STEPS_OF_A_SESSION:,} steps"
    return [
        Row(f"{name}: {what}", _typical(browser, {"who": "all", "q": words}, "/sessions/"), "ms")
        for what, words in searches.items()
    ]


def _typical(browser: Any, wanted: dict[str, Any], address: str = ADDRESS) -> float:
    return median(_own_time(browser, wanted, address) for _ in range(TIMES))


def _own_time(browser: Any, wanted: dict[str, Any], address: str = ADDRESS) -> float:
    answer = browser.get(address, wanted)
    found = _OWN.search(answer["Server-Timing"])
    if answer.status_code != 200 or not found:
        raise RuntimeError(f"{wanted} was answered {answer.status_code}")
    return float(found[1])


def _filters(admin: Any) -> Iterator[dict[str, Any]]:
    """Yield every combination of what each field of the filter may hold."""
    from tests.bench.history_rows import COMMON_WORD, MIDDLE_WORD, RARE_WORD, VOCABULARY

    today = datetime.now(UTC).date()
    people = list(admin.account.users.order_by("pk"))
    fields = {
        "q": [
            "", "Session", COMMON_WORD, MIDDLE_WORD, RARE_WORD, VOCABULARY[50],
            f"{COMMON_WORD} {VOCABULARY[10]}", "nowhere", "#41000", "41000",
            f"{COMMON_WORD[:4]}*", f"{MIDDLE_WORD[:4]}*", f"{COMMON_WORD[:4]}* {MIDDLE_WORD}",
            f"{MIDDLE_WORD[:4]}* {COMMON_WORD}",
        ],
        "status": ["", "posted", "failed", "unknown", "queued"],
        "note_type": ["", "internal_analysis", "resolution", "description"],
        "user": ["", people[1].pk, people[-2].pk],
        "since,until": [
            ("", ""),
            (today - timedelta(days=40), today - timedelta(days=40)),
            (today - timedelta(days=20), today - timedelta(days=13)),
            (today - timedelta(days=60), today - timedelta(days=30)),
            (today - timedelta(days=300), today - timedelta(days=120)),
        ],
        "page": ["1", "2", "last"],
    }  # fmt: skip
    for values in product(*fields.values()):
        wanted = dict(zip(fields, values, strict=True))
        wanted["since"], wanted["until"] = wanted.pop("since,until")
        yield {name: value for name, value in wanted.items() if value}
