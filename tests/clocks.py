"""Clocks that tests move by hand."""


class Seconds:
    """A monotonic clock: `seconds` is what it shows until a test says otherwise."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds
