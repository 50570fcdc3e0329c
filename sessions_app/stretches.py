"""Which steps a page shows: the newest, and an older stretch where one was asked for."""

from dataclasses import dataclass

from sessions_app.models import Step, WorkSession

# At once. A stretch has one step at least, however large that is.
MOST_STEPS = 50
MOST_BYTES = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Steps that stand between others and are not shown.

    `before` is the id of the step below the gap, `after` of the one above, 0 where there is none.
    """

    count: int
    before: int
    after: int = 0


# What a page shows in order.
Row = Step | Gap


def newest(session: WorkSession, *, up_to: int = 0, before: int = 0) -> list[Row]:
    """Return the newest steps, and above them an older stretch where one is asked for.

    `up_to` is the id of its last step, `before` of the one after it.
    """
    last = _below(session, None)
    asked = _place(session, up_to) or _place(session, before) - 1
    if not last or asked < 1 or asked >= last[0].position:
        return _with_gap(last)
    older = _below(session, asked + 1)
    return [*_with_gap(older), *_with_gap(last, older[-1])]


def earlier(session: WorkSession, *, before: int, after: int = 0) -> list[Row]:
    """Return the steps right before the one, down to another; both are ids.

    Empty where the first is none of the session's.
    """
    place = _place(session, before)
    above = session.steps.filter(pk=after, removed_at=None).first() if after else None
    return _with_gap(_below(session, place, above), above) if place else []


def _with_gap(steps: list[Step], above: Step | None = None) -> list[Row]:
    """Return the steps, and before them the gap down to the step above, if there is one."""
    floor = above.position if above else 0
    count = steps[0].position - floor - 1 if steps else 0
    after = above.pk if above else 0
    return [Gap(count=count, before=steps[0].pk, after=after), *steps] if count > 0 else [*steps]


def _place(session: WorkSession, step_id: int) -> int:
    """Return the position of a step that stands in the session, else 0."""
    standing = session.steps.filter(pk=step_id, removed_at=None)
    return (standing.values_list("position", flat=True).first() or 0) if step_id else 0


def _below(session: WorkSession, place: int | None, above: Step | None = None) -> list[Step]:
    """Return the last steps before the place and after the one above, as many as go, in order."""
    floor = above.position if above else 0
    steps = session.steps.filter(removed_at=None, position__gt=floor).order_by("-position", "-pk")
    if place is not None:
        steps = steps.filter(position__lt=place)
    if session.step_bytes > MOST_BYTES:
        # Their sizes first: the texts of those that do not go are never read.
        total = 0
        fitting: list[int] = []
        for step_id, size in steps.values_list("pk", "size")[:MOST_STEPS]:
            total += size
            if fitting and total > MOST_BYTES:
                break
            fitting.append(step_id)
        steps = steps.filter(pk__in=fitting)
    return [*reversed(steps.prefetch_related("files")[:MOST_STEPS])]
