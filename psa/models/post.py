"""A note on its way to the PSA: outbox and post log in one."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from psa.models.outbox_row import OutboxRow
from resolutionflow.lib.searched import Searched

if TYPE_CHECKING:
    from uuid import UUID

    from psa.models.change import TicketChange
    from psa.models.document import TicketDocument
    from psa.models.time_entry import TimeEntry, TimeWish


# The relations to select where posts are listed with what was approved with them.
STATUS_CHANGE = "ticketchange_part"
TIME_ENTRY = "timeentry_part"
# The relation to prefetch there.
DOCUMENTS = "documents"


class Post(Searched, OutboxRow):
    """One intended note, and what became of it: outbox and post log in one.

    What else was approved with it follows as rows of their own, each with its own outcome.
    Rows are written before anything leaves, and are never deleted. See docs/write-path.md for
    the state machine.
    """

    class State(models.TextChoices):
        """Outcome of the note."""

        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        POSTED = "posted", "Posted"
        FAILED = "failed", "Not posted"
        UNKNOWN = "unknown", "Being checked"

    class NoteType(models.TextChoices):
        """Where the note goes; `psa.providers.types.NoteType` holds who can see it."""

        INTERNAL_ANALYSIS = "internal_analysis", "Internal analysis"
        RESOLUTION = "resolution", "Resolution"
        DESCRIPTION = "description", "Description"

    SEARCHED = ("content", "ticket_id")

    ticket_id = models.CharField("ticket", max_length=100)
    note_type = models.CharField(max_length=20, choices=NoteType)
    content = models.TextField()
    # What the session's record made when this was posted; empty for a note written by hand.
    generated_content = models.TextField(blank=True, db_default="")
    # What the PSA answered that it stored; empty while that is not known.
    stored_content = models.TextField(blank=True, db_default="")
    marker = models.CharField(max_length=40, blank=True)
    member_id = models.CharField(max_length=100, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    external_note_id = models.CharField(max_length=100, blank=True)
    warning = models.TextField(blank=True)
    # A failed note that was edited and posted anew: retrying it too would post it twice.
    replaced = models.BooleanField(default=False, editable=False)

    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
    )
    posted_by_name = models.CharField(max_length=150)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "request_id"], name="post_request_id_unique"
            ),
            models.UniqueConstraint(
                fields=["connection", "ticket_id", "external_note_id"],
                condition=~models.Q(external_note_id=""),
                name="post_adopts_a_note_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="post_outbox_due",
            ),
            # The history's filters, by which it reads a page in order from the index alone:
            # each begins with what is wanted, and carries the others to be looked at.
            models.Index(
                fields=["account", "created_at", "id", "state", "note_type", "posted_by"],
                name="post_history_all",
            ),
            models.Index(
                fields=["account", "state", "created_at", "id", "note_type", "posted_by"],
                name="post_history_state",
            ),
            models.Index(
                fields=["account", "note_type", "created_at", "id", "state", "posted_by"],
                name="post_history_type",
            ),
            models.Index(
                fields=["account", "posted_by", "created_at", "id", "state", "note_type"],
                name="post_history_person",
            ),
            models.Index(fields=["ticket_id", "-created_at"], name="post_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.get_note_type_display()} on #{self.ticket_id} ({self.state})"

    @property
    def is_pending(self) -> bool:
        """Whether something is still going to happen without anybody doing anything."""
        parts = (self.status_state, self.time_state, *self.document_states)
        return super().is_pending or any(state in self.PENDING for state in parts)

    @cached_property
    def status_change(self) -> "TicketChange | None":
        """The status change that was approved with the note."""
        return getattr(self, STATUS_CHANGE, None)

    @property
    def status_state(self) -> str:
        """The state of the status change; "none" without one, "queued" while the note waits."""
        change = self.status_change
        if change is None:
            return "none"
        return str(change.State.QUEUED if change.state == change.State.WAITING else change.state)

    @property
    def status_label(self) -> str:
        """The state of the status change in words; empty without one."""
        return self.status_change.get_state_display() if self.status_change else ""

    @property
    def status_error(self) -> str:
        """Why the status is not changed (yet); empty where that needs no words."""
        return self.status_change.error if self.status_change else ""

    @property
    def status_changed_from(self) -> str:
        """The name of the status that was seen, or that was there before the change."""
        return self.status_change.seen_name if self.status_change else ""

    @property
    def status_changed_to(self) -> str:
        """The name of the status that was read last; empty while it was not."""
        return self.status_change.current_name if self.status_change else ""

    @property
    def update_status_id(self) -> str:
        """The status that was approved with the note; empty for none."""
        return self.status_change.wanted_id if self.status_change else ""

    @cached_property
    def time_entry(self) -> "TimeEntry | None":
        """The time entry that was approved with the note."""
        return getattr(self, TIME_ENTRY, None)

    @property
    def time_state(self) -> str:
        """The state of the time entry; "none" without one, "queued" while the note waits."""
        entry = self.time_entry
        if entry is None:
            return "none"
        return str(entry.State.QUEUED if entry.state == entry.State.WAITING else entry.state)

    @property
    def time_error(self) -> str:
        """Why the time is not booked (yet); empty where that needs no words."""
        return self.time_entry.error if self.time_entry else ""

    @property
    def time(self) -> "TimeWish | None":
        """The time that was approved with the note; None for none."""
        return self.time_entry.wish if self.time_entry else None

    @cached_property
    def document_parts(self) -> "list[TicketDocument]":
        """The files that were approved with the note, in their order."""
        found: list[TicketDocument] = list(getattr(self, DOCUMENTS).all())
        return sorted(found, key=lambda each: each.place)

    @property
    def document_states(self) -> list[str]:
        """The states of the files; "queued" while the note waits."""
        return [
            str(each.State.QUEUED if each.state == each.State.WAITING else each.state)
            for each in self.document_parts
        ]

    @property
    def document_error(self) -> str:
        """Why a file is not on the ticket (yet), the first such; empty where none needs words."""
        return next((each.error for each in self.document_parts if each.error), "")

    @property
    def files(self) -> "tuple[UUID, ...]":
        """Which files were approved with the note."""
        return tuple(each.source_id for each in self.document_parts)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Forget the parts that were read, too."""
        self.__dict__.pop("status_change", None)
        self.__dict__.pop("time_entry", None)
        self.__dict__.pop("document_parts", None)
        super().refresh_from_db(*args, **kwargs)

    @property
    def is_conflict(self) -> bool:
        """Whether nothing was posted because the ticket's status had moved meanwhile."""
        return self.state == self.State.FAILED and self.error_kind == "conflict"
