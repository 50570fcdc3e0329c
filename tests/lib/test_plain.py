"""The shared cache holds plain values: what went in comes out, and nothing in it is ever run."""

import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from psa import catalog
from psa.providers.types import Board, FunctionCheck, Member, RightCheck, RightsReport, Write
from resolutionflow.lib import plain
from resolutionflow.lib.plain import PlainSerializer

serializer = PlainSerializer()

KEPT = [
    None,
    True,
    7,
    "Käse 👩‍🔧",
    (),
    [1, "two", (3,)],
    {"open": True, ("a", 1): [None]},
    (Board(id="1", name="Help"), Board(id="2", name="")),
    Member(id="1", identifier="erin", name="E", emails=("e@x.test",), is_active=True, is_api=False),
    RightsReport(
        functions=(
            FunctionCheck(
                name="Post", rights=(RightCheck(area="A", verb="Add", shown_by=Write.NOTE),)
            ),
        )
    ),
    catalog._Missing("Service Tickets: Inquire"),
]


@pytest.mark.parametrize("value", KEPT)
def test_what_went_in_comes_out(value):
    found = serializer.loads(serializer.dumps(value))
    assert found == value
    assert type(found) is type(value)


def _mentioned(hint: object) -> Iterator[object]:
    """Yield the types that a type hint is made of."""
    yield hint
    for each in get_args(hint):
        yield from _mentioned(each)


@pytest.mark.parametrize("kind", plain._types.values(), ids=lambda kind: kind.__name__)
def test_the_cache_knows_what_its_records_hold(kind):
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    held = {each for hint in hints.values() for each in _mentioned(hint)}
    ours = {e for e in held if is_dataclass(e) or (isinstance(e, type) and issubclass(e, Enum))}
    assert ours <= set(plain._types.values())


@dataclass(frozen=True)
class Stranger:
    name: str


@pytest.mark.parametrize("value", [Stranger("x"), object(), b"bytes", {1, 2}, Path("/")])
def test_what_is_not_known_does_not_go_in(value):
    with pytest.raises(TypeError):
        serializer.dumps(value)


class Command:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


def test_a_pickle_is_not_run_and_is_as_good_as_absent(tmp_path):
    marker = tmp_path / "ran"
    assert serializer.loads(pickle.dumps(Command(marker))) is None
    assert not marker.exists()


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"\xff\xfe",
        b"[",
        b"[" * 5000 + b"]" * 5000,
        json.dumps(["record", ["Path", {"path": "/"}]]).encode(),
        json.dumps(["record", ["Board", {"id": "1"}]]).encode(),
        json.dumps(["record", ["Board", []]]).encode(),
        json.dumps(["enum", ["Write", "everything"]]).encode(),
        json.dumps(["set", [1]]).encode(),
        json.dumps([1, 2, 3]).encode(),
        json.dumps(["dict", [[["list", []], 1]]]).encode(),
    ],
)
def test_what_is_forged_is_as_good_as_absent(forged):
    assert serializer.loads(forged) is None


def test_two_types_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Board"):
        plain.remember(type("Board", (), {}))


def test_the_settings_use_it_wherever_redis_is_the_cache():
    written = Path("resolutionflow/settings.py").read_text()
    backends = written.count("django.core.cache.backends.redis")
    assert backends == written.count("resolutionflow.lib.plain.PlainSerializer") == 1
