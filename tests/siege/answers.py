"""Answers of a hostile PSA: what they cost a process, and what people see."""

import time
from collections import Counter

from tests.hostile import ATTACKS
from tests.siege.attack import Found, attack, control
from tests.siege.installation import HostilePsa, Installation, email_of
from tests.siege.visitor import Visitor
from tests.staging import usage

# MiB: the door's bound on one answer, and what may come on top of it.
BOUND, ON_TOP = 16.0, 32.0
BOMBS = (
    *(name for name, each in ATTACKS.items() if each.group == "encodings"),
    "endless-body", "endless-chunks", "endless-header-line", "endless-header-lines",
    "endless-interim-answers", "headers-by-the-thousand", "lists-in-lists", "records",
    "short-texts", "records-that-differ", "keys-that-differ", "emojis", "half-pairs",
    "many-huge-numbers", "text-that-never-ends",
)  # fmt: skip
ODD = tuple(
    name for name, each in ATTACKS.items() if each.group in ("framing", "redirects")
    and name not in ("length-that-is-too-long",)
)  # fmt: skip
SECONDS = 75.0


def _ask(engineer: Visitor, psa: HostilePsa, name: str) -> tuple[int, float]:
    """Ask for a list of tickets while the PSA attacks; return status and seconds.

    An honest page before it closes the breaker that the attack before may have opened.
    """
    ends = time.monotonic() + 15
    while engineer.get(f"/tickets/?q={name}-calm").status_code != 200:
        control(time.monotonic() < ends, f"an honest list before {name}")
        time.sleep(0.5)
    before = len(psa.seen())
    psa.attack(name)
    try:
        answer = engineer.took(f"/tickets/?q={name}")
    finally:
        psa.be_honest()
    control(len(psa.seen()) > before or before == 1000, f"{name} reached us")
    return answer


@attack("bombs")
def bombs(besieged: Installation) -> Found:
    """The most that a process grows by, over all of them."""
    engineer = besieged.logged_in(email_of("Aster", "colleague"))
    psa = besieged.psas["Aster"]
    worst, where, made = 0.0, "", 0
    statuses: Counter[int] = Counter()
    ends = time.monotonic() + SECONDS
    for name in BOMBS:
        before = besieged.web.memory()
        for pid in before:
            usage.forget_peak(pid)
        status, _ = _ask(engineer, psa, name)
        statuses[status] += 1
        made += 1
        after = besieged.web.workers()
        control(set(before) == set(after), f"no process died of {name}")
        more = max(usage.peak(pid) - before[pid] for pid in before)
        if more > worst:
            worst, where = more, name
        if time.monotonic() > ends:
            break
    control(made == len(BOMBS), f"all {len(BOMBS)} answers in {SECONDS:.0f} s, not {made}")
    peak = max(usage.resident(pid) for pid in besieged.web.workers())
    return Found(
        f"{made} answers, {dict(statuses)}: at most +{worst:.0f} MiB ({where}), "
        f"{peak:.0f} MiB afterwards",
        holds=worst <= BOUND + ON_TOP and not statuses.keys() & {500, 599},
    )


@attack("odd-answers")
def odd_answers(besieged: Installation) -> Found:
    """No answer of a PSA breaks a page, and no redirect is followed."""
    engineer = besieged.logged_in(email_of("Aster", "colleague"))
    psa = besieged.psas["Aster"]
    statuses: Counter[int] = Counter()
    ends = time.monotonic() + SECONDS
    for name in ODD:
        status, _ = _ask(engineer, psa, name)
        statuses[status] += 1
        if time.monotonic() > ends:
            break
    return Found(
        f"{statuses.total()} of {len(ODD)} answers: {dict(statuses)}",
        holds=statuses.total() == len(ODD) and not statuses.keys() & {500, 599},
    )
