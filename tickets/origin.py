"""What a new ticket comes from, and who keeps its text while it is typed.

This app knows neither sessions nor drafts. The app above tells at its start how an origin is found.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.models import Account
from psa.models import PsaConnection, TicketCreation
from tickets.intake import Lists
from tickets.new_form import NewTicketForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the form opens with.

    `restored` says that the values were typed before, `draft` under which name they are kept,
    `others` that another ticket was begun here and is kept as well.
    """

    values: dict[str, str]
    restored: bool
    draft: str
    others: bool


class Origin(ABC):
    """Where one new ticket comes from.

    `source` is what the ticket is spun off from, as templates show it; None for a ticket by itself.
    """

    source: Any

    @classmethod
    @abstractmethod
    def of_request(cls, request: HttpRequest) -> "Origin":
        """Return what the request names, through its gate, which may raise Http404."""

    @classmethod
    @abstractmethod
    def of_creation(cls, request: HttpRequest, creation: TicketCreation) -> "Origin":
        """Return what a ticket that was sent came from."""

    @property
    @abstractmethod
    def account(self) -> Account:
        """Return the account that the ticket will be of."""

    @abstractmethod
    def open(self, failed: Mapping[str, str] | None) -> Opening:
        """Return what the form opens with: a failed ticket, or what the address says."""

    @abstractmethod
    def start(
        self, connection: PsaConnection, values: dict[str, str]
    ) -> tuple[NewTicketForm, Lists, str]:
        """Return the form, its lists, and a sentence where something could not be read.

        `values` come before what the origin itself says.
        """

    @abstractmethod
    def draft_of(self, sent: Mapping[str, str]) -> str:
        """Return under which name the text of the form that was sent is kept."""

    @abstractmethod
    def stored(self, creation: TicketCreation, values: Mapping[str, Any], draft: str) -> None:
        """Tie the ticket to its origin and forget its draft, whose text is stored now.

        It is called in the transaction that stores the ticket, also for a repeat.
        """

    @abstractmethod
    def news(self) -> str:
        """Return the HTML that shows the ticket on the page below the dialog; "" for none."""


_kinds: list[type[Origin]] = []


def register(kind: type[Origin]) -> None:
    """Find origins in this way from now on."""
    _kinds[:] = [kind]


def of_request(request: HttpRequest) -> Origin:
    """Return what the ticket comes from that the request asks for. May raise Http404."""
    return _kinds[0].of_request(request)


def of_creation(request: HttpRequest, creation: TicketCreation) -> Origin:
    """Return what the ticket came from."""
    return _kinds[0].of_creation(request, creation)
