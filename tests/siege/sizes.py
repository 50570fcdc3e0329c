"""What one engineer may write, and what the largest of it costs everybody."""

import time
from collections import Counter
from typing import Any

from tests.bench.report import median
from tests.siege.attack import Found, attack, control
from tests.siege.installation import Installation, email_of
from tests.siege.visitor import Visitor
from tests.staging import usage

REFUSED = (413, 422)
# Of a session (contract and docs/limits.md): steps, and bytes of all their texts.
STEPS, BYTES = 2_000, 5_000_000
# More than the newest 50 steps need; far less than the session.
LARGEST_PAGE = 3_000_000
TIMES_A_NORMAL_VIEW = 10.0
MOST_MORE = 64.0
VIEWS = 7
FLOOD = 400


def _session(person: Visitor, title: str) -> str:
    """Start a session and return its address."""
    answer = person.post("/sessions/new/", {"title": title, "client_name": "", "problem": "Slow."})
    return str(answer.headers["Location"])


def _step(text: str) -> dict[str, str]:
    return {"kind": "note", "title": "A step", "outcome": "", "notes": text, "command_output": ""}


@attack("big-step")
def big_step(besieged: Installation) -> Found:
    """One step whose texts are far beyond a step's."""
    engineer = besieged.logged_in(email_of("Borage", "engineer"))
    session = _session(engineer, "A big step")
    control(
        engineer.post(f"{session}steps/", _step("x" * 150_000)).status_code in (200, 302),
        "a step of 150 KB",
    )
    statuses = [
        engineer.post(f"{session}steps/", _step("x" * size)).status_code
        for size in (250_000, 2_300_000)
    ]
    return Found(
        f"250 KB: {statuses[0]}, 2.3 MB: {statuses[1]}",
        holds=all(status in REFUSED for status in statuses),
    )


@attack("body-too-large")
def body_too_large(besieged: Installation) -> Found:
    """A whole body that is larger than any form."""
    engineer = besieged.logged_in(email_of("Borage", "engineer"))
    session = _session(engineer, "A big body")
    status = engineer.post(f"{session}steps/", _step("x" * 12_000_000)).status_code
    control(engineer.post(f"{session}steps/", _step("x")).status_code in (200, 302), "a small one")
    return Found(f"{status}", holds=status == 413)


@attack("odd-drafts")
def odd_drafts(besieged: Installation) -> Found:
    """Drafts of forms that do not exist, and of steps that do not."""
    engineer = besieged.logged_in(email_of("Borage", "engineer"))
    session = _session(engineer, "Drafts")
    draft = {"title": "Typed", "notes": "x" * 1000}
    control(
        engineer.post(f"{session}drafts/step/", draft).status_code == 204, "a draft of a known form"
    )
    odd = [f"{session}drafts/made-up-{n}/" for n in range(5)]
    odd += [f"{session}drafts/edit-{n}/" for n in (999_999_999, "x")]
    odd += [f"/drafts/made-up-{n}/" for n in range(5)]
    statuses = Counter(engineer.post(path, draft).status_code for path in odd)
    return Found(f"{dict(statuses)}", holds=set(statuses) == {404})


@attack("write-flood")
def write_flood(besieged: Installation) -> Found:
    """Drafts without a pause, by one person; a colleague writes on."""
    engineer = besieged.logged_in(email_of("Borage", "colleague"))
    colleague = besieged.logged_in(email_of("Borage", "engineer"))
    session = _session(engineer, "A flood")
    statuses: Counter[int] = Counter()
    for number in range(FLOOD):
        draft = {"title": f"Typed {number}"}
        statuses[engineer.post(f"{session}drafts/step/", draft).status_code] += 1
        if statuses[429]:
            break
    control(statuses[204] >= 60, "so many that nobody meets the limit by hand")
    control(_session(colleague, "Beside a flood"), "a colleague writes on")
    return Found(f"{statuses[204]} in a row, then {dict(statuses)}", holds=bool(statuses[429]))


@attack("big-session")
def big_session(besieged: Installation) -> Found:
    """A session of 2,000 steps and 5 MB beside one of 5 short steps: time, page, memory."""
    engineer = besieged.logged_in(email_of("Aster", "colleague"))
    small, big = (_session(engineer, title) for title in ("Small", "Big"))
    _fill(small, 5, 100)
    _fill(big, STEPS, BYTES // STEPS)
    normal, before = _views(engineer, small), besieged.web.memory()
    for pid in before:
        usage.forget_peak(pid)
    page = engineer.get(big)
    control(page.status_code == 200, "the big session opens")
    control("composer" in page.text or "steps/" in page.text, "a step can be added to it")
    times = _views(engineer, big) / normal
    more = max(usage.peak(pid) - before[pid] for pid in before)
    size = len(page.content)
    return Found(
        f"page {size / 1000:.0f} KB, {times:.1f} times a normal view ({normal * 1000:.0f} ms), "
        f"a process's peak +{more:.0f} MiB",
        holds=size <= LARGEST_PAGE and times <= TIMES_A_NORMAL_VIEW and more <= MOST_MORE,
    )


def _views(person: Visitor, path: str) -> float:
    """Return the median of the seconds that the page takes."""
    return median(person.took(path)[1] for _ in range(VIEWS))


def _fill(address: str, steps: int, size: int) -> None:
    """Give the session so many steps with so many bytes each, as if they had been added."""
    from sessions_app.models import Step, WorkSession

    session: Any = WorkSession.objects.get(pk=address.rstrip("/").rpartition("/")[2])
    text = ("Checked the spooler & the <queue>.\n" * (size // 34 + 1))[: size - 20]
    Step.objects.bulk_create(
        Step(
            session=session,
            kind="note",
            title=f"Step {number}",
            notes=text,
            position=number + 1,
            size=size,
        )
        for number in range(steps)
    )
    # What is kept of the record is made anew for the next view.
    WorkSession.objects.filter(pk=session.pk).update(
        step_count=steps, step_bytes=steps * size, version=session.version + 1
    )
    time.sleep(0)
