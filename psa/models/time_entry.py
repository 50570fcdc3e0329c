"""Time that was worked on a ticket, on its way to the PSA."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import models

from psa.models.approval_part import WAITING, ApprovalPart


class Order(models.TextChoices):
    """Which goes first where a status is changed with it: a status may forbid time."""

    FREE = "free", "In any order"
    BEFORE_STATUS = "before_status", "Before the status"
    AFTER_STATUS = "after_status", "After the status"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWish:
    """Time as a person approved it; without `start_at` the hours have a day alone.

    Empty ids leave role, type and `billable` to the PSA.
    """

    day: date
    start_at: datetime | None
    hours: Decimal
    work_role_id: str = ""
    work_type_id: str = ""
    billable: str = ""
    text: str = ""


class TimeEntry(ApprovalPart):
    """One intended time entry, and what became of it.

    Rows are written before anything leaves, and are never deleted. One that stands alone waits
    for nothing. See docs/write-path.md for the state machine.
    """

    class State(models.TextChoices):
        """Outcome of the entry."""

        WAITING = WAITING, "Waits for the note"
        QUEUED = "queued", "Waiting to be booked"
        SENDING = "sending", "Being booked"
        BOOKED = "booked", "Booked"
        FAILED = "failed", "Not booked"
        UNKNOWN = "unknown", "Being checked"

    ticket_id = models.CharField("ticket", max_length=100)
    member_id = models.CharField(max_length=100)
    # In the zone of the person whose time it is.
    day = models.DateField()
    start_at = models.DateTimeField(null=True, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    work_role_id = models.CharField(max_length=100, blank=True)
    work_type_id = models.CharField(max_length=100, blank=True)
    billable = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    marker = models.CharField(max_length=40)
    order = models.CharField(max_length=15, choices=Order, default=Order.FREE)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    # What the PSA answered that it stored.
    external_id = models.CharField(max_length=100, blank=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    stored_hours = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    billed_hours = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    stored_role = models.CharField("work role", max_length=200, blank=True)
    stored_type = models.CharField("work type", max_length=200, blank=True)
    stored_billable = models.CharField("billed as", max_length=20, blank=True)
    stored_agreement = models.CharField("agreement", max_length=200, blank=True)
    warning = models.TextField(blank=True)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="time_entries",
    )
    made_by_name = models.CharField("by", max_length=150)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "request_id"], name="time_entry_request_id_unique"
            ),
            models.UniqueConstraint(
                fields=["connection", "external_id"],
                condition=~models.Q(external_id=""),
                name="time_entry_adopts_once",
            ),
            models.CheckConstraint(
                condition=models.Q(hours__gt=0, hours__lte=24), name="time_entry_within_a_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="time_entry_due",
            ),
            models.Index(fields=["made_by", "day"], name="time_entry_of_person"),
            models.Index(fields=["account", "day"], name="time_entry_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h on #{self.ticket_id}, {self.day:%Y-%m-%d} ({self.state})"

    @property
    def wish(self) -> TimeWish:
        """What the person approved."""
        return TimeWish(
            day=self.day,
            start_at=self.start_at,
            hours=self.hours,
            work_role_id=self.work_role_id,
            work_type_id=self.work_type_id,
            billable=self.billable,
            text=self.text,
        )
