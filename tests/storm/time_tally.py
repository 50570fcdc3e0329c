"""What we claim about time against the PSA's own table of time entries. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Record = Mapping[str, Any]
# The values of `psa.models.time_entry.Order`, which needs Django set up.
FREE, BEFORE_STATUS, AFTER_STATUS = "free", "before_status", "after_status"
_MARK = "RF-T"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Time as a person approved it with a note.

    `order` is which has to go first where a status is changed with it, by the PSA's own rules.
    `member` is empty for a person who is nobody there: nothing may be booked.
    """

    ticket: str
    member: str
    hours: Decimal
    text: str
    order: str = FREE


@dataclass(frozen=True, kw_only=True)
class Told:
    """A time entry as the product tells it."""

    request_id: str
    marker: str
    state: str
    external_id: str
    error: str

    @classmethod
    def of(cls, row: Any) -> "Told":
        """Return what a TimeEntry tells."""
        return cls(
            request_id=str(row.request_id),
            marker=row.marker,
            state=row.state,
            external_id=row.external_id,
            error=row.error,
        )


@dataclass
class TimeTally:
    """What was found; all lists must stay empty.

    `ordered` counts the approvals whose time and status were both sent, one before the other.
    """

    booked: int = 0
    failed: int = 0
    ordered: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    called_done_but_not: list[str] = field(default_factory=list)
    called_failed_but_there: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def damages(self) -> dict[str, list[str]]:
        """Return what must stay empty, by name."""
        return {
            "time: lost": self.lost,
            "time: booked twice": self.twice,
            "time: called booked, was not": self.called_done_but_not,
            "time: called failed, is there": self.called_failed_but_there,
            "time: hours, member altered": self.altered,
            "time: status did not wait": self.out_of_order,
            "time: nobody approved it": self.unasked,
            "time: failed without a word": self.silent,
            "time: not settled": self.unsettled,
        }

    @property
    def holds(self) -> bool:
        """Whether nothing is amiss."""
        return not any(self.damages.values())


def compare_times(
    wanted: Mapping[str, Wanted],
    rows: Iterable[Told],
    entries: Iterable[Record],
    journal: Iterable[Record],
) -> TimeTally:
    """Return what holds and what does not.

    `wanted`: request id → the time that was approved. `entries`: the PSA's table.
    `journal`: the PSA's requests in the order in which they arrived.
    """
    tally = TimeTally()
    known = {row.request_id: row for row in rows}
    there = _by_marker(entries)
    tally.lost += [f"no row of {request_id}" for request_id in wanted.keys() - known.keys()]
    for row in known.values():
        want = wanted.get(row.request_id)
        if want is None or not want.member:
            tally.unasked.append(f"the row of {row.request_id}")
            continue
        _judge(row, want, there.get(row.marker, []), tally)
    ours = {row.marker for row in known.values()}
    tally.unasked += [f"an entry with {marker or 'no marker'}" for marker in there.keys() - ours]
    _judge_order(wanted, known, journal, tally)
    return tally


def _by_marker(entries: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the entries that came from us, by their markers."""
    found: dict[str, list[Record]] = defaultdict(list)
    for entry in entries:
        text = entry.get("internalNotes") or ""
        if "ResolutionFlow" in text:
            _, mark, code = text.partition(_MARK)
            found[mark + code].append(entry)
    return found


def _judge(row: Told, want: Wanted, found: list[Record], tally: TimeTally) -> None:
    what = f"{row.request_id} ({row.marker} on {want.ticket})"
    is_failed, is_booked = row.state == "failed", row.state == "booked"
    tally.failed += is_failed
    tally.booked += is_booked
    ids = [str(entry["id"]) for entry in found]
    for is_so, damage in (
        (len(found) > 1, tally.twice),
        (is_booked and row.external_id not in ids, tally.called_done_but_not),
        (is_failed and bool(found), tally.called_failed_but_there),
        (is_failed and not row.error, tally.silent),
        (not is_failed and not is_booked, tally.unsettled),
    ):
        if is_so:
            damage.append(f"{what} is {row.state}; there: {', '.join(ids) or 'nothing'}")
    tally.altered += [
        f"{what} has {name} {is_now}, not {was}"
        for entry in found
        for name, was, is_now in _differences(want, entry)
    ]


def _differences(want: Wanted, entry: Record) -> Iterator[tuple[str, object, object]]:
    for name, was, is_now in (
        ("ticket", want.ticket, str(entry["chargeToId"])),
        ("member", want.member, str(entry["member"]["id"])),
        ("hours", want.hours, Decimal(str(entry["actualHours"]))),
        ("text", want.text, entry.get("notes") or ""),
    ):
        if was != is_now:
            yield name, was, is_now


def _judge_order(
    wanted: Mapping[str, Wanted],
    rows: Mapping[str, Told],
    journal: Iterable[Record],
    tally: TimeTally,
) -> None:
    """Where a status forbids time, one of the two is sent only after the other one is over.

    Only one approval changes the status of a ticket with such an order.
    """
    bookings: dict[str, list[int]] = defaultdict(list)
    changes: dict[str, list[int]] = defaultdict(list)
    for place, request in enumerate(journal):
        if request["method"] == "POST" and request["path"].endswith("/time/entries"):
            _, mark, code = str((request["body"] or {}).get("internalNotes")).partition(_MARK)
            bookings[mark + code].append(place)
        elif request["method"] == "PATCH" and "/service/tickets/" in request["path"]:
            changes[request["path"].rpartition("/")[2]].append(place)
    for request_id, row in rows.items():
        want = wanted.get(request_id)
        sent = bookings[row.marker]
        if want is None or want.order == FREE or not sent or not changes[want.ticket]:
            continue
        tally.ordered += 1
        first, last = changes[want.ticket][0], changes[want.ticket][-1]
        if (want.order == BEFORE_STATUS and first < sent[-1]) or (
            want.order == AFTER_STATUS and sent[0] < last
        ):
            tally.out_of_order.append(f"{request_id} ({row.marker} on {want.ticket})")
