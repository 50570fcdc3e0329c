"""The few words in which the contract's tests arrange and look at a vendor's stand-in."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from psa.providers.base import PsaProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """How many calls a provider makes for one of each, once it knows where the PSA is."""

    ticket: int
    page_with_total: int
    history: int
    note: int
    read_note: int
    edit_note: int
    status: int
    creation: int
    find_created: int


class World(ABC):
    """A vendor's stand-in with one open ticket on a board that has several statuses."""

    provider: PsaProvider
    costs: Costs
    """What the vendor's provider promises; the contract's tests hold it to that."""
    ticket_id: str
    ticket_summary: str
    missing_ticket_id: str
    company_name: str
    board_id: str
    current_status: str
    closed_status: str
    """Another status of the ticket's board, which closes."""
    inactive_status: str
    status_of_other_board: str
    member_id: str
    """An active member other than the API's; nobody's on the ticket's record."""
    owner_id: str
    """The member who owns the ticket, alone."""
    owner_identifier: str
    company_id: str
    priority_id: str

    @abstractmethod
    def provider_with(self, **credentials: str) -> PsaProvider:
        """Return a provider with some of the credentials changed."""

    @abstractmethod
    def provider_without_write_rights(self) -> PsaProvider:
        """Return a provider whose API key may read tickets, and not change them."""

    @abstractmethod
    def provider_without(self, area: str) -> PsaProvider:
        """Return a provider whose API key lacks all rights of an area, as the vendor calls it."""

    @abstractmethod
    def provider_without_time(self) -> PsaProvider:
        """Return a provider whose API key may see tickets, and no time entries."""

    @abstractmethod
    def provider_without_people(self) -> PsaProvider:
        """Return a provider whose API key may see tickets, and not who is scheduled for them."""

    @abstractmethod
    def name_ticket(self, summary: str) -> None:
        """Change the ticket's summary, as somebody in the PSA would."""

    @abstractmethod
    def leave_unowned(self) -> None:
        """Take the owner off the ticket."""

    @abstractmethod
    def ignore_owner_changes(self) -> None:
        """From now on answer success to a change of owner, and change nothing."""

    @abstractmethod
    def customer_writes(self, text: str) -> None:
        """Add a note of the customer's, newer than all others."""

    @abstractmethod
    def somebody_works(self, hours: float) -> None:
        """Charge time to the ticket, now, for `member_id`."""

    @abstractmethod
    def stored_people(self) -> set[str]:
        """Return the ids of the members on the ticket."""

    @abstractmethod
    def fail(self, kind: str, method: str, **details) -> None:
        """Let one request with this method fail; kinds as in tests of the write path."""

    @abstractmethod
    def calls(self) -> list[str]:
        """Return method and path of the calls since the last time, without finding the API."""

    @abstractmethod
    def is_write(self, call: str) -> bool:
        """Return whether the call may change something: some PSAs are searched by POST."""

    def writes(self) -> int:
        """Return how many of the calls since the last time were writes."""
        return sum(map(self.is_write, self.calls()))

    @abstractmethod
    def stored_texts(self) -> list[str]:
        """Return the texts of the ticket's notes, oldest first."""

    @abstractmethod
    def stored_status(self) -> str:
        """Return the id of the ticket's status."""

    @abstractmethod
    def cut_texts_at(self, length: int) -> None:
        """From now on store only that much of a text, and say nothing."""

    @abstractmethod
    def ignore_status_changes(self) -> None:
        """From now on answer success to a change of status, and change nothing."""
