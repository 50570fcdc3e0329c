"""What the database claims against what stands on the tickets. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """A post as the product tells it; `wanted_status` is empty without a status change."""

    request_id: str
    ticket: str
    content: str
    state: str
    note_id: str
    error: str
    status_state: str = "none"
    wanted_status: str = ""

    @classmethod
    def of(cls, post: Any) -> "Row":
        """Return what a Post tells."""
        return cls(
            request_id=str(post.request_id),
            ticket=post.ticket_id,
            content=post.content,
            state=post.state,
            note_id=post.external_note_id,
            error=post.error,
            status_state=post.status_state,
            wanted_status=post.update_status_id,
        )


@dataclass
class Tally:
    """What was found; everything but `posted` and `failed` must stay empty."""

    posted: int = 0
    failed: int = 0
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    wrong_status: list[str] = field(default_factory=list)

    @property
    def damages(self) -> dict[str, list[str]]:
        """Return what must stay empty, by name."""
        return {
            "duplicates": self.duplicates,
            "lost": self.lost,
            "altered": self.altered,
            "failed without a word": self.silent,
            "not settled": self.unsettled,
            "wrong status": self.wrong_status,
        }

    @property
    def holds(self) -> bool:
        """Whether nothing was duplicated, lost, altered or left open."""
        return not any(self.damages.values())


def compare(
    approved: Mapping[str, str],
    rows: Iterable[Row],
    notes: Mapping[str, Mapping[str, str]],
    statuses: Mapping[str, str],
    *,
    cut: int | None = None,
) -> Tally:
    """Return what holds and what does not.

    `approved`: request id → the text that was approved. `notes`: ticket → note id → text.
    `statuses`: ticket → the status id that it has at the end. `cut`: the number of characters
    after which the PSA cuts notes without a word, if it does.
    """
    tally = Tally()
    rows = list(rows)
    _rows_missing(approved, rows, tally)
    for row in rows:
        _judge(row, approved, tally)
    rows = [replace(row, content=row.content[:cut]) for row in rows]
    for row in rows:
        _judge_note(row, notes, tally)
        _judge_status(row, statuses, tally)
    _count(rows, notes, tally)
    return tally


def _rows_missing(approved: Mapping[str, str], rows: list[Row], tally: Tally) -> None:
    """Every approval must have left a row, and only one."""
    stored = Counter(row.request_id for row in rows)
    tally.lost += [f"no row of {request_id}" for request_id in approved if not stored[request_id]]
    tally.duplicates += [f"{n} rows of {request_id}" for request_id, n in stored.items() if n > 1]


def _judge(row: Row, approved: Mapping[str, str], tally: Tally) -> None:
    if approved.get(row.request_id) != row.content:
        tally.altered.append(f"the row of {row.request_id} holds another text than was approved")
    if row.state == "failed":
        tally.failed += 1
        if not row.error:
            tally.silent.append(f"{row.request_id} failed without a sentence")
    elif row.state != "posted":
        tally.unsettled.append(f"{row.request_id} is {row.state}")


def _judge_note(row: Row, notes: Mapping[str, Mapping[str, str]], tally: Tally) -> None:
    if row.state != "posted":
        return
    tally.posted += 1
    text = notes[row.ticket].get(row.note_id)
    if text is None:
        tally.lost.append(f"{row.request_id} is called posted, but is not on {row.ticket}")
    elif text != row.content:
        tally.altered.append(f"{row.request_id} stands on {row.ticket} with another text")


def _judge_status(row: Row, statuses: Mapping[str, str], tally: Tally) -> None:
    if row.status_state in ("queued", "sending", "unknown"):
        tally.unsettled.append(f"the status of {row.request_id} is {row.status_state}")
    if row.status_state == "applied" and statuses[row.ticket] != row.wanted_status:
        tally.wrong_status.append(f"{row.ticket} does not have the status that was applied")


def _count(rows: list[Row], notes: Mapping[str, Mapping[str, str]], tally: Tally) -> None:
    """Count each text on each ticket: as often as it is called posted, no more, no less."""
    wanted = Counter((row.ticket, row.content) for row in rows if row.state == "posted")
    ours = {(row.ticket, row.content) for row in rows}
    there = Counter((ticket, text) for ticket, found in notes.items() for text in found.values())
    for key in ours:
        extra = there[key] - wanted[key]
        if extra > 0:
            tally.duplicates.append(f"{extra} too many on {key[0]}: {key[1][-40:]!r}")
        elif extra < 0:
            tally.lost.append(f"{-extra} missing on {key[0]}: {key[1][-40:]!r}")
