"""Engineers who log in over HTTP and post, each note approved once, some clicked twice."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from uuid import UUID, uuid4

import httpx

from tests.staging import entrance

PATIENCE = 180.0
# What the contract promises for a note; all else is no answer, and a person tries again.
ANSWERS = (200, 202, 409, 422, 502)
PAUSE = 0.3


@dataclass(frozen=True, kw_only=True)
class Place:
    """A session that is linked to a ticket."""

    session_id: str
    marker_of: Callable[[UUID], str]
    ticket: str
    seen_status: str
    other_status: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of an attempt, and how long to wait before the next if it is no answer."""

    status: int
    is_answer: bool
    name: str
    pause: float = PAUSE


class Tab:
    """One tab of a person's browser."""

    def __init__(self, client: httpx.Client, email: str, password: str) -> None:
        self._client = client
        self.email = email
        self._person = (email, password)

    def log_in(self) -> Outcome:
        """Log in; only being let in is an answer."""
        return self._outcome(
            lambda: entrance.log_in(self._client, *self._person), entrance.is_logged_in
        )

    def send(self, place: Place, fields: dict[str, str]) -> Outcome:
        """Send the note; log in first where the answer asks for that."""
        form = {**fields, "csrfmiddlewaretoken": entrance.csrf_token(self._client)}
        path = f"/sessions/{place.session_id}/psa-post/"
        outcome = self._outcome(lambda: self._client.post(path, data=form), _is_answer)
        if outcome.name == "log-in":
            self.log_in()
        return outcome

    def _outcome(
        self, send: Callable[[], httpx.Response], is_answer: Callable[[httpx.Response], bool]
    ) -> Outcome:
        try:
            answer = send()
        except httpx.HTTPError as error:
            return Outcome(status=0, is_answer=False, name=type(error).__name__)
        asks = entrance.leads_to_log_in(answer)
        return Outcome(
            status=answer.status_code,
            is_answer=is_answer(answer),
            name="log-in" if asks else str(answer.status_code),
            pause=float(answer.headers.get("Retry-After", PAUSE)),
        )


def _is_answer(answer: httpx.Response) -> bool:
    return answer.status_code in ANSWERS and not entrance.leads_to_log_in(answer)


@dataclass
class Load:
    """How many notes are to be posted where; remembers what was approved and answered.

    Of a note that is not `answered` nobody knows what became of it; `outside` are people who
    were never let in.
    """

    base_url: str
    places: Sequence[Place]
    posts: int
    seed: int
    is_up: Callable[[], bool]
    approved: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    # Each request id, and the status of its last answer.
    answered: dict[str, int] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
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
        with httpx.Client(base_url=self.base_url, timeout=90.0, trust_env=False) as client:
            tab = Tab(client, email, password)
            if not self._insist(tab.log_in):
                self.outside.append(email)
                return
            while self._take():
                self._post(tab, dice)

    def _take(self) -> bool:
        with self._lock:
            self._next += 1
            return self._next <= self.posts and self.is_up()

    def _post(self, tab: Tab, dice: random.Random) -> None:
        place, request_id = dice.choice(self.places), uuid4()
        fields = self._fields(place, request_id, dice, tab.email)
        with self._lock:
            self.approved[str(request_id)] = fields["content"]
        for _ in range(2 if dice.random() < 0.05 else 1):
            status = self._insist(lambda: tab.send(place, fields))
            with self._lock:
                if status is not None:
                    self.answered[str(request_id)] = status
                    self.answers[str(status)] += 1

    def _fields(
        self, place: Place, request_id: UUID, dice: random.Random, email: str
    ) -> dict[str, str]:
        """Return what this person's form holds."""
        del email
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

    def _insist(self, attempt: Callable[[], Outcome]) -> int | None:
        """Do as a person does whose browser shows an error: try the same again.

        Return the status of the answer, or None when there was none in good time.
        """
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends and self.is_up():
            outcome = attempt()
            if outcome.is_answer:
                return outcome.status
            with self._lock:
                self.unanswered[outcome.name] += 1
            time.sleep(outcome.pause)
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
