"""The contract that a PSA fulfils. `docs/adding-a-provider.md` walks through it."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from psa.providers.types import (
    Board,
    ConnectionReport,
    Member,
    NoteDraft,
    NoteType,
    PostedNote,
    RightCheck,
    Ticket,
    TicketStatus,
)


class PsaProvider(ABC):
    """One account's PSA, used by many threads at once.

    Every method but ticket_url and close may raise `psa.providers.errors.PsaError`.

    Reads raise ConnectionFailed, Timeout, ServerError, RateLimited, AuthFailed,
    PermissionMissing or NotFound; repeating one is always safe. Writes are sent once and
    never repeated here: ConnectionFailed, SiteRefused and RateLimited mean that nothing was done,
    AuthFailed, PermissionMissing, NotFound and InvalidRequest that it was refused, and
    WriteUncertain that it may have been done.
    """

    name: ClassVar[str]
    label: ClassVar[str]

    @abstractmethod
    def test_connection(self) -> ConnectionReport:
        """Prove that site, company and credentials work together. Changes nothing."""

    def check_rights(self) -> tuple[RightCheck, ...]:
        """Return each right that the product needs, as far as reading shows it.

        Empty for a PSA whose keys carry no rights of their own.
        """
        return ()

    @abstractmethod
    def get_ticket(self, ticket_id: str) -> Ticket:
        """Return the ticket as it is now. Raises NotFound when it does not exist."""

    @abstractmethod
    def get_ticket_statuses(self, board_id: str) -> tuple[TicketStatus, ...]:
        """Return the active statuses of a board in the board's own order."""

    @abstractmethod
    def list_boards(self) -> tuple[Board, ...]:
        """Return the active service boards, by name."""

    @abstractmethod
    def list_members(self) -> tuple[Member, ...]:
        """Return all members, also inactive and API members (they carry flags)."""

    @abstractmethod
    def post_note(self, ticket_id: str, draft: NoteDraft) -> PostedNote:
        """Write one note, once, and compare what was stored with what was asked."""

    @abstractmethod
    def find_note(
        self,
        ticket_id: str,
        *,
        marker: str,
        text: str,
        since: datetime,
        exclude: Collection[str] = (),
        note_type: NoteType | None = None,
        member_id: str | None = None,
    ) -> PostedNote | None:
        """Look for a note that an uncertain write may have left on the ticket.

        Reads the notes written since `since` (aware, with allowance for clocks that
        differ), newest first, leaving out the ids in `exclude`; matches by `marker` when
        one is given, then by the same text. None means surely absent at this moment. What
        is found is compared with `text`, and with `note_type` and `member_id` where given.
        """

    @abstractmethod
    def update_ticket_status(self, ticket_id: str, status_id: str) -> Ticket:
        """Change the status and believe only what came back.

        Raises WriteNotApplied when the PSA answers success with another status.
        """

    @abstractmethod
    def ticket_url(self, ticket_id: str) -> str:
        """Return the address of the ticket in the PSA's own web pages. Calls nothing."""

    def close(self) -> None:  # noqa: B027 (a provider without sockets has nothing to do)
        """Give back the sockets; the provider is not used afterwards."""
