"""Engineers who log in over HTTP and post, each note approved once, some clicked twice."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from uuid import UUID, uuid4

import httpx

PATIENCE = 180.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A session that is linked to a ticket."""

    session_id: str
    marker_of: Callable[[UUID], str]
    ticket: str
    seen_status: str
    other_status: str


@dataclass
class Load:
    """How many notes are to be posted where; remembers what was approved and answered."""

    base_url: str
    places: list[Place]
    posts: int
    seed: int
    is_up: Callable[[], bool]
    approved: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    gave_up: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _changed: set[str] = field(default_factory=set)
    _next: int = 0

    def run(self, log_ins: list[tuple[str, str]], tabs: int) -> None:
        """Post everything; every engineer works in so many tabs at once."""
        threads = [
            Thread(target=self._tab, args=(email, password, self.seed + number))
            for number, (email, password) in enumerate(log_ins * tabs)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _tab(self, email: str, password: str, seed: int) -> None:
        dice = random.Random(seed)
        with httpx.Client(base_url=self.base_url, timeout=90.0, trust_env=False) as browser:
            self._insist(lambda: _log_in(browser, email, password))
            while self._take():
                self._post(browser, dice)

    def _take(self) -> bool:
        with self._lock:
            self._next += 1
            return self._next <= self.posts and self.is_up()

    def _post(self, browser: httpx.Client, dice: random.Random) -> None:
        place, request_id = dice.choice(self.places), uuid4()
        fields = self._fields(place, request_id, dice)
        with self._lock:
            self.approved[str(request_id)] = fields["content"]
        for _ in range(2 if dice.random() < 0.05 else 1):
            status = self._insist(lambda: _send(browser, place, fields))
            with self._lock:
                self.answers[str(status)] += 1
                if status is None:
                    self.gave_up.append(str(request_id))

    def _fields(self, place: Place, request_id: UUID, dice: random.Random) -> dict[str, str]:
        fields = {
            "request_id": str(request_id),
            "content": _text(place, request_id, dice),
            "note_type": dice.choice(["internal_analysis", "resolution"]),
            "ticket_id": place.ticket,
        }
        with self._lock:
            first = place.ticket not in self._changed
            self._changed.add(place.ticket)
        if first:
            fields["seen_status_id"] = place.seen_status
            fields["update_status_id"] = place.other_status
        return fields

    def _insist(self, attempt: Callable[[], int]) -> int | None:
        """Do as a person does whose browser shows an error: try the same again."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends and self.is_up():
            try:
                status = attempt()
            except httpx.HTTPError:
                status = 500
            if status != 500:
                return status
            time.sleep(0.3)
        return None


def _text(place: Place, request_id: UUID, dice: random.Random) -> str:
    """Return the approved text: mostly with its marker, some without, some all the same."""
    kind = dice.random()
    if kind < 0.03:
        return "Rebooted."
    if kind < 0.08:
        return f"Without its marker, but one of a kind: {request_id.hex} ✅"
    words = " ".join(
        dice.choices(["VPN", "Käse", "👩‍🔧", "**stable**", "<b>", "&", "O'Brien"], k=30)
    )
    return (
        f"Checked: {words}\n\n- {request_id.hex}\n\nResolutionFlow · {place.marker_of(request_id)}"
    )


def _log_in(browser: httpx.Client, email: str, password: str) -> int:
    browser.get("/login/")
    form = {"username": email, "password": password, "csrfmiddlewaretoken": _csrf(browser)}
    answer = browser.post("/login/", data=form, headers={"Referer": str(browser.base_url)})
    return 500 if answer.status_code not in (200, 302) else answer.status_code


def _send(browser: httpx.Client, place: Place, fields: dict[str, str]) -> int:
    form = {**fields, "csrfmiddlewaretoken": _csrf(browser)}
    return browser.post(f"/sessions/{place.session_id}/psa-post/", data=form).status_code


def _csrf(browser: httpx.Client) -> str:
    return next((c.value or "" for c in browser.cookies.jar if c.name == "csrftoken"), "")
