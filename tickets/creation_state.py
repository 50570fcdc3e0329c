"""How a new ticket stands, as the pages say it."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from psa.history.badge import Badge
from psa.models import TicketCreation
from psa.opened import open_provider
from psa.providers.errors import PsaError

State = TicketCreation.State

_BADGES = {
    State.QUEUED: ("Waiting to be created", "info", "clock"),
    State.SENDING: ("Being created", "info", "clock"),
    State.UNKNOWN: ("Being checked", "warning", "clock"),
    State.FAILED: ("Not created", "danger", "circle-alert"),
    State.CREATED: ("Created", "success", "circle-check"),
}
# What the values are to blame for; everything else that fails is the PSA's.
_INVALID = "invalid"
# What failed longer ago is history, not work.
SHOWN_FOR = timedelta(days=7)


def that_need(user: User) -> QuerySet[TicketCreation]:
    """Return the person's new tickets that are not there yet: on their way, or failed lately."""
    waiting = TicketCreation.objects.filter(made_by=user, state__in=TicketCreation.PENDING)
    lately = timezone.now() - SHOWN_FOR
    failed = TicketCreation.objects.filter(made_by=user, state=State.FAILED, queued_at__gt=lately)
    return (waiting | failed).order_by("-created_at")


@dataclass(frozen=True)
class Standing:
    """A new ticket on its way, as the page shows it."""

    creation: TicketCreation

    @property
    def badge(self) -> Badge:
        """Return the outcome so far."""
        return Badge(*_BADGES[State(self.creation.state)])

    @property
    def http_status(self) -> int:
        """Return what a request that asked for this ticket answers."""
        if self.creation.is_created:
            return 200
        if self.creation.is_pending:
            return 202
        return 422 if self.creation.error_kind == _INVALID else 502

    @property
    def sentence(self) -> str:
        """Return in a sentence or two how it stands, and what happens next."""
        creation = self.creation
        if creation.is_created:
            return f"#{creation.ticket_id} is created. {creation.warning}".strip()
        if creation.state == State.FAILED:
            return creation.error
        if creation.state == State.UNKNOWN:
            return (
                f"{creation.psa_label} did not confirm the ticket. We are checking whether it was "
                "created; it is not created twice. You can go on working: it stays on your "
                "dashboard."
            )
        waits = f" {creation.error}" if creation.error else ""
        return f"The ticket is kept, and created as soon as possible.{waits}"

    @cached_property
    def web_url(self) -> str:
        """Return the ticket's page in the PSA, or "" where there is none; sends nothing."""
        creation = self.creation
        if creation.connection is None or not creation.ticket_id:
            return ""
        try:
            return open_provider(creation.connection).ticket_url(creation.ticket_id)
        except PsaError:
            return ""

    def values(self) -> dict[str, str]:
        """Return what its form held, to be opened again."""
        creation = self.creation
        shown = {name: creation.id_of(name) for name in creation.chosen}
        return shown | {
            "summary": creation.summary,
            "description": creation.description,
            "company_name": creation.name_of("company"),
            "contact_name": creation.name_of("contact"),
            "request_id": str(creation.request_id),
        }
