"""What vendors answered, as others recorded it; the sources stand beside the files."""

import json
from pathlib import Path
from typing import Any

CONNECTWISE = Path(__file__).parent / "connectwise"


def body_of(name: str) -> bytes:
    """Return a recorded body of ConnectWise's, such as "ticket_get"."""
    return (CONNECTWISE / f"{name}.json").read_bytes()


def recorded(name: str) -> Any:
    """Return the JSON value of a recorded body."""
    return json.loads(body_of(name))
