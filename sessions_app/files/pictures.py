"""Pictures made anew: by a process of its own for each, one at a time, within a bounded time."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from sessions_app.files import bounds
from sessions_app.files.kinds import JPEG, PNG, Kind, NotTaken
from sessions_app.models import StepFile

_PROGRAM = str(Path(__file__).with_name("reencode.py"))
# Of one process of ours: what a picture costs in memory, it costs once.
_TURN = BoundedSemaphore(1)
_SLOW = NotTaken(
    "These pictures took too long to prepare. Add fewer or smaller ones at once, or try again in a "
    "moment."
)
_REFUSED = {
    "too_many_pixels": (
        f"This picture has too many pixels: up to {bounds.MOST_PIXELS // 1_000_000} million go, "
        f"{bounds.MOST_WIDTH:,} wide and {bounds.MOST_HEIGHT:,} tall. Make it smaller."
    ),
    "too_large": (
        f"This picture would take more than {bounds.MOST_BYTES // bounds.MIB} MB as a PNG. Save it "
        "as JPEG, or smaller."
    ),
}
_BROKEN = "This picture cannot be read; it may be damaged. Take a screenshot of it, and add that."


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is kept, and its thumbnail; nothing of the first file but its pixels."""

    kind: Kind
    width: int
    height: int
    data: bytes
    thumbnail: bytes


def made_anew(data: bytes, kind: Kind, until: float) -> Picture:
    """Return the picture, upright, as PNG or JPEG. Raises NotTaken.

    `until` is the moment of `time.monotonic()` by which it must be done.
    """
    if not _TURN.acquire(timeout=max(0.0, until - time.monotonic())):
        raise _SLOW
    try:
        answer = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", _PROGRAM, json.dumps(_bounds(kind))],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},  # no secret of ours
            timeout=max(0.1, until - time.monotonic()),
            check=False,
        ).stdout
    except subprocess.TimeoutExpired:
        raise _SLOW from None
    finally:
        _TURN.release()
    return _read(answer)


def _bounds(kind: Kind) -> dict[str, str | int]:
    return {
        "format": kind.format,
        "pixels": bounds.MOST_PIXELS,
        "width": bounds.MOST_WIDTH,
        "height": bounds.MOST_HEIGHT,
        "thumbnail": StepFile.THUMBNAIL,
        "bytes": bounds.MOST_BYTES,
    }


def _read(answer: bytes) -> Picture:
    head, _, body = answer.partition(b"\n")
    # None at all where the system ended the process, for its memory or its time.
    said: dict[str, Any] = json.loads(head) if head else {"refused": "broken"}
    if "refused" in said:
        raise NotTaken(_REFUSED.get(said["refused"], _BROKEN))
    first, second = said["sizes"]
    return Picture(
        kind=PNG if said["type"] == PNG.content_type else JPEG,
        width=said["width"],
        height=said["height"],
        data=body[:first],
        thumbnail=body[first : first + second],
    )
