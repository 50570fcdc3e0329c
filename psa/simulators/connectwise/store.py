"""What one tenant holds in memory."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from random import Random
from typing import Any

from . import rights as roles
from .fields import Record
from .quirks import Quirks
from .rights import Rights

# Fixed constants of the demo: they open nothing but a simulator.
DEMO_PUBLIC_KEY = "demoPublicKey01"
DEMO_PRIVATE_KEY = "demoPrivateKey01"
DEMO_CLIENT_ID = "00000000-0000-4000-8000-000000000001"


class Table(dict[int, Record]):
    """Records by id, in the order of ids; ids are never used twice."""

    def __init__(self, first_id: int = 1) -> None:
        super().__init__()
        self.next_id = first_id

    def add(self, record: Record) -> Record:
        """Store `record` under the next id, as its first property, and return it."""
        stored = {"id": 0, **record}
        stored["id"] = self.next_id
        self[self.next_id] = stored
        self.next_id += 1
        return stored


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A pair of keys and what it may do."""

    public: str
    private: str
    rights: Rights
    member_id: int


_FIRST_IDS = {
    "boards": 20,
    "statuses": 501,
    "members": 150,
    "companies": 250,
    "contacts": 4100,
    "configurations": 7300,
    "notes": 1_545_000,
    "time_entries": 88_000,
    "schedule_entries": 31_000,
    "callbacks": 26_500,
    "documents": 61_000,
    "communication_ids": 99_000,
}


@dataclass(eq=False, repr=False)
class Tenant:
    """One MSP on the vendor's side: its records, its API keys, its lock."""

    company_id: str
    name: str
    clock: Callable[[], datetime]
    random: Random
    public_base: str
    public_key: str = DEMO_PUBLIC_KEY
    private_key: str = DEMO_PRIVATE_KEY
    client_id: str = DEMO_CLIENT_ID
    lock: threading.RLock = field(default_factory=threading.RLock)
    tables: dict[str, Table] = field(init=False)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    notes_by_ticket: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    files: dict[int, bytes] = field(default_factory=dict)
    configurations_by_ticket: dict[int, list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    links: dict[tuple[Any, ...], dict[str, str]] = field(default_factory=dict)
    # What large lists were found to hold; forgotten with every write.
    found: dict[tuple[Any, ...], list[Record]] = field(default_factory=dict)
    quirks: Quirks = field(default_factory=Quirks)
    settle: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.tables = defaultdict(Table)
        for name, first_id in _FIRST_IDS.items():
            self.tables[name] = Table(first_id)

    @property
    def tickets(self) -> Table:
        """The stored tickets by id, in the vendor's JSON shape."""
        return self.tables["tickets"]

    @property
    def members(self) -> Table:
        """The stored members by id."""
        return self.tables["members"]

    @property
    def boards(self) -> Table:
        """The stored boards by id."""
        return self.tables["boards"]

    @property
    def statuses(self) -> Table:
        """The stored statuses of all boards by id."""
        return self.tables["statuses"]

    @property
    def companies(self) -> Table:
        """The stored companies by id."""
        return self.tables["companies"]

    def notes_of(self, ticket_id: int) -> list[Record]:
        """Return the stored notes of a ticket, oldest first."""
        self.settle()
        with self.lock:
            notes = self.tables["notes"]
            return [notes[note_id] for note_id in self.notes_by_ticket.get(ticket_id, [])]

    def mails_of(self, ticket_id: int | None = None) -> list[Record]:
        """Return the e-mails that would have been sent, of one ticket or of all."""
        self.settle()
        with self.lock:
            mails = list(self.tables["mails"].values())
        return [mail for mail in mails if ticket_id in (None, mail["ticketId"])]

    def documents_of(self, ticket_id: int) -> list[Record]:
        """Return the stored documents of a ticket, each with the SHA-256 of its file."""
        self.settle()
        with self.lock:
            return [
                {**document, "sha256": sha256(self.files.get(document["id"], b"")).hexdigest()}
                for document in self.tables["documents"].values()
                if (document["recordType"], document["recordId"]) == ("ticket", ticket_id)
            ]

    def now(self) -> str:
        """Return the present as the vendor writes it: UTC, whole seconds."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def guid(self) -> str:
        """Return a new GUID from the seed."""
        # By hand: a UUID and its text took a third of the time of seeding.
        digits = f"{self.random.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) % 4]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def add_key(
        self,
        rights: Mapping[str, Iterable[roles.Action]] | None = None,
        *,
        without: Iterable[str] = (),
    ) -> tuple[str, str]:
        """Make another API key and return (public, private).

        `rights`: area → actions, nothing else is allowed; or `without`: everything but
        these areas ("Contacts") or rights ("Service Tickets: Add").
        """
        granted = roles.without(*without) if rights is None else roles.only(rights)
        with self.lock:
            number = len(self.keys) + 1
            key = ApiKey(
                f"publicKey{number:02}", f"privateKey{number:02}", granted, self.api_member()["id"]
            )
            self.keys[key.public] = key
        return key.public, key.private

    def open_demo_key(self) -> None:
        """Let the tenant's own key do everything; needs an API member."""
        self.keys[self.public_key] = ApiKey(
            self.public_key, self.private_key, roles.everything(), self.api_member()["id"]
        )

    def api_member(self) -> Record:
        """Return the member that API keys write as."""
        return next(m for m in self.members.values() if m["licenseClass"] == "A")
