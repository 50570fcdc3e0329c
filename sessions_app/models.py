"""What is kept of an engineer's work: the session, its steps, unsent text, its posts."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from psa.models import Post, PsaConnection, TicketCreation, TimeEntry
from resolutionflow.lib.searched import Searched
from resolutionflow.lib.sizes import in_words

# Without I, L, O, U, 0 and 1: read aloud on the phone and typed without mistakes.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


# Of a session; a list of sessions leaves them in the database.
LONG_TEXTS = ("problem", "resolution", "next_steps")


def new_reference() -> str:
    """Return a fresh reference such as RF-7K3Q9D."""
    return "RF-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))


class WorkSession(Searched):
    """One troubleshooting job by one engineer."""

    class Outcome(models.TextChoices):
        """How the job ended; empty while it is open."""

        RESOLVED = "resolved", "Resolved"
        ESCALATED = "escalated", "Escalated"
        WAITING = "waiting", "Waiting"
        ABANDONED = "abandoned", "Abandoned"

    SEARCHED = (
        *("title", "client_name", "reference", "psa_ticket_id", "psa_ticket_summary"),
        *("psa_ticket_company", "problem", "resolution", "next_steps"),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="work_sessions")
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="work_sessions"
    )
    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    title = models.CharField(max_length=200)
    client_name = models.CharField("client", max_length=200, blank=True)
    problem = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    resolution = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    psa_ticket_id = models.CharField("ticket", max_length=100, blank=True)
    psa_connection = models.ForeignKey(
        PsaConnection,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="work_sessions",
    )
    psa_ticket_summary = models.CharField(max_length=255, blank=True)
    psa_ticket_company = models.CharField(max_length=255, blank=True)
    psa_ticket_board = models.CharField(max_length=255, blank=True)
    psa_ticket_status = models.CharField(max_length=255, blank=True)
    psa_ticket_contact = models.CharField(max_length=255, blank=True)
    # Of the form that started it: a double click starts one session, not two.
    request_id = models.UUIDField(null=True, blank=True, editable=False)
    # Counts up with every change of what the record says.
    version = models.PositiveIntegerField(default=0, editable=False)
    # Running totals of the steps, removed ones too: how many, and the bytes of their texts.
    step_count = models.PositiveIntegerField(default=0, editable=False)
    step_bytes = models.PositiveIntegerField(default=0, editable=False)
    started_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    # Worked time, see clock.py: since when the running interval lasts (null: from the start), when
    # something was recorded last, and since when it is paused. Then, see mending.py, what a person
    # said instead of what was measured until then.
    working_since = models.DateTimeField(null=True, blank=True, editable=False)
    active_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    worked_seconds = models.PositiveIntegerField(null=True, blank=True, editable=False)
    worked_as_of = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["account", "-started_at"], name="session_list"),
            models.Index(fields=["engineer", "-started_at"], name="session_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["engineer", "request_id"], name="session_request_id_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of the session page."""
        return reverse("sessions:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether the job is still being worked on."""
        return self.completed_at is None


class WorkInterval(models.Model):
    """A time of a session that has ended, and whether its person worked then.

    The one that still runs is no row: it stands in the session's own (`sessions_app.clock`).
    """

    class Kind(models.TextChoices):
        """What was going on; only work counts."""

        WORK = "work", "Worked"
        PAUSE = "pause", "Paused"
        CLOSED = "closed", "Completed"  # until it was reopened
        REST = "rest", "Not worked"  # as a person said

    session = models.ForeignKey(WorkSession, on_delete=models.CASCADE, related_name="intervals")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="work_intervals"
    )
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.WORK)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    # Who mended it last, and what was measured; without that a person put it there.
    measured_from = models.DateTimeField(null=True, blank=True)
    measured_until = models.DateTimeField(null=True, blank=True)
    mended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mended_intervals",
    )
    mended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["started_at", "pk"]
        indexes = [
            models.Index(fields=["person", "started_at"], name="interval_of_person"),
            models.Index(fields=["started_at"], name="interval_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gt=models.F("started_at")), name="interval_has_length"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.started_at:%Y-%m-%d %H:%M} – {self.ended_at:%H:%M}"

    @property
    def counts(self) -> bool:
        """Whether it is worked time."""
        return self.kind == self.Kind.WORK


class Step(Searched):
    """One recorded question, check, action or note, in order."""

    class Kind(models.TextChoices):
        """What kind of step it is."""

        QUESTION = "question", "Question"
        CHECK = "check", "Check"
        ACTION = "action", "Action"
        NOTE = "note", "Note"

    class Audience(models.TextChoices):
        """Who may read it; empty where nobody said."""

        INTERNAL = "internal", "Internal"
        CUSTOMER = "customer", "For the customer"

    SEARCHED = ("title", "outcome", "notes", "command_output")

    session = models.ForeignKey(WorkSession, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    audience = models.CharField(max_length=10, choices=Audience, blank=True)
    title = models.CharField(max_length=500)
    outcome = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    command_output = models.TextField(blank=True)
    # Of its texts together, in bytes.
    size = models.PositiveIntegerField(default=0, editable=False)
    # Of the form that it was typed in: a double click adds one step, not two.
    request_id = models.UUIDField(null=True, blank=True, editable=False)
    # A removed step is kept, so that removing it can be undone at any time.
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["session", "position"], name="step_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def shown_files(self) -> list["StepFile"]:
        """Its files in order, without removed ones; lists of steps prefetch `files`."""
        return [file for file in self.files.all() if file.removed_at is None]


class StepFile(models.Model):
    """A picture, a PDF or a text that belongs to a step; its bytes are in the storage.

    The bytes are stored before the row is written, and go after it: there is no row without them.
    """

    # The box that a thumbnail fits into: twice what pages give it, for fine screens.
    THUMBNAIL = 400

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(WorkSession, on_delete=models.CASCADE, related_name="files")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="files")
    # What it was called, made harmless, with the ending of what it is.
    name = models.CharField(max_length=100)
    # What it shows, for who cannot see it, and for the note.
    alt = models.CharField(max_length=200)
    content_type = models.CharField(max_length=50)
    # In bytes, of the file alone and with its thumbnail.
    size = models.PositiveIntegerField()
    stored_size = models.PositiveIntegerField()
    # In pixels, of pictures.
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # SHA-256 of what was sent: the same form sent twice adds it once.
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    # One that was taken out of the record is kept for a while (files/forgetting.py).
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether pages show it: it was made anew by us."""
        return self.width is not None

    @property
    def thumbnail_size(self) -> tuple[int, int]:
        """How wide and tall a page shows it, in CSS pixels; (0, 0) for what is no picture."""
        width, height = self.width or 0, self.height or 0
        longest = max(width, height, 1)
        shrink = min(1.0, self.THUMBNAIL / 2 / longest)
        return round(width * shrink), round(height * shrink)

    @property
    def size_in_words(self) -> str:
        """How large it is, as people say it."""
        return in_words(self.size)


class SessionNote(models.Model):
    """The note that a session's record makes, as it was rendered last (`sessions_app.record`)."""

    session = models.OneToOneField(
        WorkSession, on_delete=models.CASCADE, primary_key=True, related_name="note"
    )
    # Of the session when it was rendered, and what rendered it.
    version = models.PositiveIntegerField()
    renderer = models.CharField(max_length=64)
    text = models.TextField()
    is_short = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.session_id} in version {self.version}"


class Draft(models.Model):
    """Text that was typed but not submitted yet, per person and form, as it stood last."""

    class Form(models.TextChoices):
        """The forms that keep drafts; of EDIT there is one per step, named `edit-<step id>`."""

        SESSION = "session", "New session"
        DETAILS = "details", "Details of a session"
        STEP = "step", "Next step"
        EDIT = "edit", "Step"
        COMPLETE = "complete", "Completion"
        POST = "post", "Note to the ticket"
        TICKET = "ticket", "New ticket"
        ASSIST = "assist", "Question to ResolutionAssist"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    session = models.ForeignKey(
        WorkSession, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    form = models.CharField(max_length=30)
    values = models.JSONField(default=dict)
    # Of its values together, in bytes.
    size = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "session", "form"],
                condition=Q(session__isnull=False),
                name="draft_one_per_session_form",
            ),
            models.UniqueConstraint(
                fields=["user", "form"],
                condition=Q(session__isnull=True),
                name="draft_one_per_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} draft of {self.user}"


class SessionTicket(models.Model):
    """Ties a new ticket to the session that it was spun off from."""

    session = models.ForeignKey(
        WorkSession, on_delete=models.CASCADE, related_name="session_tickets"
    )
    creation = models.OneToOneField(
        TicketCreation, on_delete=models.PROTECT, related_name="session_ticket"
    )

    def __str__(self) -> str:
        return f"{self.session.reference}: {self.creation}"


class SessionPost(models.Model):
    """Ties a post to the session that it came from; the psa app knows no sessions."""

    session = models.ForeignKey(WorkSession, on_delete=models.CASCADE, related_name="session_posts")
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="session_post")
    # What its text was begun from, see note_origin.py: up to when it tells of the session.
    begun_from = models.CharField(max_length=200, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.session.reference}: {self.post}"


class OwnTemplate(models.Model):
    """An account's own template of a note: its sections, and the words around them."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="note_templates")
    name = models.CharField(max_length=100)
    note_type = models.CharField(max_length=20, choices=Post.NoteType)
    # Names of `export.templates.SECTIONS`.
    sections = models.JSONField(default=list)
    intro = models.TextField(blank=True)
    outro = models.TextField(blank=True)
    # Names of boards; empty for every board.
    boards = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("account", Lower("name"), name="own_template_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Snippet(models.Model):
    """A text that an account's people insert into a note by its name."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="snippets")
    name = models.CharField(max_length=60)
    text = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("account", Lower("name"), name="snippet_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class SessionTime(models.Model):
    """Ties time that was booked without a note to the session in which it was worked."""

    session = models.ForeignKey(WorkSession, on_delete=models.CASCADE, related_name="session_times")
    entry = models.OneToOneField(TimeEntry, on_delete=models.PROTECT, related_name="session_time")

    def __str__(self) -> str:
        return f"{self.session.reference}: {self.entry}"


class AssistTurn(models.Model):
    """One question to ResolutionAssist and what was answered, as far as it has come.

    It is no part of the note: only what a person turns into steps is.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        ANSWER = "answer", "Answer"
        SUMMARY = "summary", "Summary of the steps"
        CUSTOMER = "customer", "Text for the customer"

    class State(models.TextChoices):
        """How far the answer is."""

        RUNNING = "running", "Being written"
        DONE = "done", "Answered"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Broken off"

    session = models.ForeignKey(WorkSession, on_delete=models.CASCADE, related_name="assist_turns")
    request_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ANSWER)
    question = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="assist_turns"
    )
    asked_by_name = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    answer = models.TextField(blank=True)
    # Validated proposals as `sessions_app.assist.proposals` writes them.
    proposals = models.JSONField(default=list)
    # Proposals that had not the shape that was asked for.
    unusable = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    model = models.CharField(max_length=100, blank=True)
    # Who writes: what a stopped or lost writer still sends is not written.
    run = models.UUIDField(default=uuid.uuid4, editable=False)
    written_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "request_id"], name="assist_request_id_unique"
            ),
            # Two tabs do not talk across each other.
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="running"), name="assist_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.state})"

    @property
    def is_for_customer(self) -> bool:
        """Whether it tells the customer what was done."""
        return self.kind == self.Kind.CUSTOMER

    @property
    def is_running(self) -> bool:
        """Whether the answer is still being written."""
        return self.state == self.State.RUNNING
