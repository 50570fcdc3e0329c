"""How much a session may hold. The totals stand in its row, so that asking costs no count."""

from collections.abc import Mapping

from resolutionflow.lib.sizes import in_words, size_of
from sessions_app.models import WorkSession

# Removed steps count: they are kept, and can be restored.
MOST_STEPS = 2_000
# The texts of all steps together.
MOST_BYTES = 5_000_000

_TEXTS = ("title", "outcome", "notes", "command_output")


class SessionFull(Exception):
    """The session takes no more; the sentence says which bound was reached."""

    def __init__(self, bound: str) -> None:
        self.sentence = (
            f"A session holds {bound}, and this one is full. Your text is kept here: copy it, "
            "complete this session, and go on in a new one."
        )
        super().__init__(self.sentence)


def of_step(values: Mapping[str, str]) -> int:
    """Return how many bytes the texts of a step are together; `values` as `add_step` has them."""
    return size_of(*(values.get(name, "") for name in _TEXTS))


def grow(locked: WorkSession, *, steps: int = 0, size: int) -> None:
    """Add to the totals of a session whose row is locked; the caller writes the row.

    Raises SessionFull, and leaves the totals as they were then. What makes a session smaller is
    never refused.
    """
    if locked.step_count + steps > MOST_STEPS and steps > 0:
        raise SessionFull(f"up to {MOST_STEPS:,} steps")
    if locked.step_bytes + size > MOST_BYTES and size > 0:
        raise SessionFull(f"up to {in_words(MOST_BYTES)} of steps")
    locked.step_count += steps
    locked.step_bytes += size
