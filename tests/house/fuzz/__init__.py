"""Fuzzing of every endpoint: in the suite a sample, with FUZZ=all (`make fuzz`) everything."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from tests.house.fuzz.endpoints import Endpoint
    from tests.house.fuzz.prober import Answer

IS_FULL = os.environ.get("FUZZ") == "all"
# What the endpoints are divided into, so that a full run uses all processors.
SHARDS = range(16 if IS_FULL else 1)


def of_shard(endpoints: "Iterable[Endpoint]", shard: int) -> "list[Endpoint]":
    """Return the endpoints that belong to one of the SHARDS."""
    return [each for each in endpoints if crc32(str(each).encode()) % len(SHARDS) == shard]


class Report:
    """Counts the answers, and keeps which were wrong: by place and error, the kinds of values."""

    def __init__(self) -> None:
        self.asked = 0
        self.wrong: dict[str, list[str]] = {}

    def see(self, where: str, kind: str, answer: "Answer", is_wrong: bool) -> None:
        """Count an answer, and note it if it is wrong."""
        self.asked += 1
        if is_wrong:
            self.wrong.setdefault(f"{where}: {answer.status} {answer.error}", []).append(kind)
