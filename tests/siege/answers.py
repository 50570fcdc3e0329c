"""Answers of a hostile PSA: what they cost a process, and what people see."""

import time
from collections import Counter

from tests.siege.attack import Found, attack, control
from tests.siege.installation import HostilePsa, Installation, email_of
from tests.siege.visitor import Visitor
from tests.staging import usage

# MiB: the door's bound on one answer, and what may come on top of it.
BOUND, ON_TOP = 16.0, 32.0
# Every one of them is tried at the door by its tests; here the dearest, in a whole installation.
BOMBS = (
    "gzip-twice", "gzip-five-times", "deflate", "coding-of-a-megabyte", "endless-body",
    "endless-header-line", "lists-in-lists", "records-that-differ", "emojis", "many-huge-numbers",
)  # fmt: skip
ODD = (
    "length-that-is-too-short", "length-of-a-terabyte", "two-lengths", "length-and-chunks",
    "chunk-of-an-exabyte", "switch-of-protocols", "status-of-999", "header-with-controls",
    "nothing-at-all", "no-http", "two-answers", "cut-in-the-middle", "reset-before-an-answer",
    "redirect-to-metadata", "redirect-to-loopback", "redirect-for-ever",
)  # fmt: skip
SECONDS = 90.0


def _notes(besieged: Installation) -> str:
    """Return the address of a page that asks the PSA for little else than a ticket's notes."""
    ticket = besieged.simulated.control("dump")["northwind"]["tickets"][0]["id"]
    return f"/tickets/{ticket}/notes/"


def _ask(engineer: Visitor, psa: HostilePsa, page: str, name: str) -> tuple[int, float]:
    """Ask for a ticket's notes while the PSA attacks; return status and seconds.

    An honest page before it closes the breaker that the attack before may have opened.
    """
    ends = time.monotonic() + 15
    while engineer.get(page).status_code != 200:
        control(time.monotonic() < ends, f"an honest page before {name}")
        time.sleep(0.5)
    before = len(psa.seen())
    psa.attack(name)
    try:
        answer = engineer.took(page)
    finally:
        psa.be_honest()
    control(len(psa.seen()) > before or before == 1000, f"{name} reached us")
    return answer


@attack("bombs")
def bombs(besieged: Installation) -> Found:
    """The most that a process grows by, over all of them."""
    engineer = besieged.logged_in(email_of("Aster", "colleague"))
    psa, page = besieged.psas["Aster"], _notes(besieged)
    worst, where = 0.0, ""
    took: dict[str, float] = {}
    statuses: Counter[int] = Counter()
    ends = time.monotonic() + SECONDS
    for name in BOMBS:
        before = besieged.web.memory()
        for pid in before:
            usage.forget_peak(pid)
        status, took[name] = _ask(engineer, psa, page, name)
        statuses[status] += 1
        after = besieged.web.workers()
        control(set(before) == set(after), f"no process died of {name}")
        more = max(usage.peak(pid) - before[pid] for pid in before)
        if more > worst:
            worst, where = more, name
        if time.monotonic() > ends:
            break
    slowest = max(took, key=lambda name: took[name])
    peak = max(usage.resident(pid) for pid in besieged.web.workers())
    return Found(
        f"{len(took)} of {len(BOMBS)} answers, {dict(statuses)}: at most +{worst:.0f} MiB "
        f"({where}), {peak:.0f} MiB afterwards; slowest {took[slowest]:.1f} s ({slowest})",
        holds=len(took) == len(BOMBS)
        and worst <= BOUND + ON_TOP
        and not statuses.keys() & {500, 599},
    )


@attack("odd-answers")
def odd_answers(besieged: Installation) -> Found:
    """No answer of a PSA breaks a page, and no redirect is followed."""
    engineer = besieged.logged_in(email_of("Aster", "colleague"))
    psa, page = besieged.psas["Aster"], _notes(besieged)
    statuses: Counter[int] = Counter()
    ends = time.monotonic() + SECONDS
    for name in ODD:
        status, _ = _ask(engineer, psa, page, name)
        statuses[status] += 1
        if time.monotonic() > ends:
            break
    return Found(
        f"{statuses.total()} of {len(ODD)} answers: {dict(statuses)}",
        holds=statuses.total() == len(ODD) and not statuses.keys() & {500, 599},
    )
