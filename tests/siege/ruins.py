"""What is broken on purpose, and therefore comes last: the cache's contents, and Redis."""

import pickle
from pathlib import Path
from typing import Any

from tests.siege.attack import Found, attack, control
from tests.siege.guesses import MOST, guesses
from tests.siege.installation import Installation, email_of
from tests.staging.stage import WEB_PROCESSES

ATTEMPTS = 30


class _Command:
    """Runs a command in whoever unpickles it."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._marker,)


@attack("pickle")
def pickled(besieged: Installation) -> Found:
    """Put a pickle in place of every value of the cache, and look at the pages that read it."""
    from redis import Redis

    engineer = besieged.logged_in(email_of("Aster", "colleague"))
    control(engineer.get("/tickets/?q=pickle").status_code == 200, "a page that fills the cache")
    marker = besieged.letters.parent / "ran"
    cache = Redis.from_url(besieged.cache.url)
    keys = [key for key in cache.scan_iter() if cache.type(key) == b"string"]
    control(keys, "the cache holds something")
    for key in keys:
        for _ in range(2):
            cache.set(key, pickle.dumps(_Command(marker)), keepttl=True)
    statuses = [
        engineer.get(path).status_code
        for path in ("/tickets/?q=pickled", "/", "/tickets/new/", "/account/me/") * 2
    ]
    ran = marker.exists()
    return Found(
        f"{len(keys)} values replaced; the command {'RAN' if ran else 'did not run'}, pages "
        f"{sorted(set(statuses))}",
        holds=not ran and set(statuses) == {200},
    )


@attack("guess-without-redis")
def guess_without_redis(besieged: Installation) -> Found:
    """Take the Redis of the counters away, and guess."""
    besieged.counters.stop()
    try:
        control(besieged.logged_in(email_of("Borage", "owner")), "people come in without it")
        looked_at = guesses(besieged, [email_of("Borage", "viewer")] * ATTEMPTS)
    finally:
        besieged.counters.start()
    most = MOST * WEB_PROCESSES
    return Found(
        f"{looked_at} of {ATTEMPTS} looked at, then 429 (each process counts for itself)",
        holds=looked_at <= most,
    )
