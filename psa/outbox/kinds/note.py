"""Notes: sent once, found by their marker or their text when the answer is lost."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q

from psa.models import Post, PostAttempt, PsaConnection
from psa.outbox import attempts, verdicts
from psa.outbox.content import may_be_mistaken
from psa.outbox.kinds import note_status
from psa.outbox.kinds.base import Work
from psa.outbox.kinds.sent_later import SEND, Refused, SentLater, Words, freed
from psa.outbox.lease import Lease
from psa.outbox.verdicts import QUEUED, UNKNOWN
from psa.providers.base import PsaProvider
from psa.providers.errors import PermissionMissing
from psa.providers.types import NoteDraft, NoteType, PostedNote, Ticket
from resolutionflow.lib.safe_http import deadline

State, StatusState = Post.State, Post.StatusState

STATUS = PostAttempt.Part.STATUS.value
_SIGNED_BY_US = (
    "ConnectWise does not let our API member sign notes as other members, so this note is signed "
    "with the API member."
)


class NoteKind(SentLater[Post]):
    """A note, and the status change that goes with it."""

    name = "post"
    model = Post
    logger = logging.getLogger(__name__)
    singular, plural = "post", "posts"
    always_told = True
    # A call that hangs holds a thread; the notes of other PSAs go on in the others.
    threads = 4
    words = Words(thing="note", sent="sent", arrived="arrived")
    decides_by = ("state", "status_state", "checked_at")

    # --- Claiming ----------------------------------------------------------------------

    def unsettled(self) -> Q:
        """Return the condition of posts whose note or status change is open."""
        return super().unsettled() | Q(state=State.POSTED, status_state__in=Post.PENDING)

    def workable(self) -> Q:
        """Return the condition of posts of which a part can be brought forward."""
        return super().workable() | Q(state=State.POSTED, status_state__in=(QUEUED, UNKNOWN))

    def locked(self, row_id: UUID) -> Post | None:
        """Return the post, with every pending post of its ticket locked until the claim stands.

        Locked in one order, so that two workers wait for each other rather than deadlock.
        """
        post = Post.objects.filter(pk=row_id).first()
        if post is None:
            return None
        same_ticket = Post.objects.filter(
            account_id=post.account_id, ticket_id=post.ticket_id, state__in=Post.PENDING
        )
        list(same_ticket.select_for_update().order_by("pk").values_list("pk"))
        return Post.objects.select_related("connection").get(pk=row_id)

    @property
    def steps(self) -> Mapping[str, Work[Post]]:
        """Return the work of each step."""
        return {**super().steps, STATUS: note_status.resume}

    def step_of(self, row: Post, now: datetime) -> str:
        """Change the status once the note is there."""
        return STATUS if row.state == State.POSTED else super().step_of(row, now)

    def must_wait(self, row: Post, step: str) -> bool:
        """Return whether a note that could be mistaken for this one is still in flight."""
        if step != SEND:
            return False
        in_flight: Iterable[tuple[str, str]] = Post.objects.filter(
            account_id=row.account_id,
            ticket_id=row.ticket_id,
            state__in=(State.SENDING, State.UNKNOWN),
        ).values_list("content", "marker")
        return any(
            may_be_mistaken(row.content, row.marker, text, marker) for text, marker in in_flight
        )

    def marks(self, row: Post, step: str, now: datetime) -> dict[str, Any]:
        """Record that an attempt begins."""
        if step == STATUS:
            return note_status.sending(row)
        return super().marks(row, step, now)

    def claimed(self, lease: Lease[Post], step: str) -> None:
        """Log that it is being tried."""
        attempts.begin(lease.row, PostAttempt.Part(step), lease.now())

    def written(self, lease: Lease[Post], fields: dict[str, Any]) -> None:
        """Log what the fields say of the attempt that is under way."""
        attempts.follow(lease.row, fields)

    def expire(self, now: datetime) -> int:
        """Mark what a worker left behind, of status changes too."""
        marked = super().expire(now)
        left = Post.objects.filter(status_state=StatusState.SENDING, lease_until__lt=now)
        return marked + left.update(
            status_state=StatusState.UNKNOWN,
            status_error="The change was interrupted. We are checking whether it arrived.",
            next_attempt_at=now + settings.POST_SETTLE,
            **freed(now),
        )

    # --- The note ----------------------------------------------------------------------

    def prepare(self, lease: Lease[Post], provider: PsaProvider) -> Ticket | None:
        """Return the ticket as it is now, if a status change is wanted; costs one call then.

        A status that moved since the dialog showed it stops the whole post.
        """
        post = lease.row
        if not post.update_status_id:
            return None
        with deadline(lease.cover()):
            ticket = provider.get_ticket(post.ticket_id)
        if not note_status.has_moved(post, ticket):
            return ticket
        seen = f"“{post.status_changed_from}”" if post.status_changed_from else "another status"
        raise Refused(
            "conflict",
            f"The ticket changed since you opened the dialog: its status was {seen} and is now "
            f"“{ticket.status.name}”. Nothing was posted. Decide again with the status it has now.",
            status_changed_to=ticket.status.name[:100],
        )

    def send_now(self, lease: Lease[Post], provider: PsaProvider) -> PostedNote:
        """Send the note, signed as its author where the PSA lets us.

        Some PSAs refuse the signature alone. The refusal says that nothing was stored, so the
        note is sent again without it: a note is never held back by who signs it.
        """
        post = lease.row
        draft = NoteDraft(
            text=post.content,
            note_type=NoteType(post.note_type),
            member_id=post.member_id or None,
        )
        try:
            return provider.post_note(post.ticket_id, draft)
        except PermissionMissing:
            if draft.member_id is None:
                raise
        lease.write(member_id="")
        unsigned = NoteDraft(text=draft.text, note_type=draft.note_type, member_id=None)
        posted = provider.post_note(post.ticket_id, unsigned)
        return PostedNote(note=posted.note, differences=(*posted.differences, _SIGNED_BY_US))

    def find(self, lease: Lease[Post], provider: PsaProvider) -> PostedNote | None:
        """Look for the note on the ticket, among those that no other post holds."""
        post = lease.row
        return provider.find_note(
            post.ticket_id,
            marker=post.marker,
            text=post.content,
            # Any of the attempts may have arrived, not only the last one.
            since=post.first_attempt_at or post.created_at,
            exclude=_adopted_by_others(post),
            note_type=NoteType(post.note_type),
            member_id=post.member_id or None,
        )

    def accept(
        self,
        lease: Lease[Post],
        found: PostedNote,
        *,
        provider: PsaProvider | None,
        prepared: Ticket | None,
    ) -> None:
        """Record the note that stands on the ticket, then see to the status."""
        try:
            lease.write(
                state=State.POSTED,
                external_note_id=found.note.id,
                posted_at=lease.now(),
                stored_content=found.note.text,
                warning="\n".join(found.differences),
                error="",
                error_kind="",
                checks=0,
            )
        except IntegrityError as error:
            # Another post holds this very note; where ours is, only the ticket can tell.
            lease.report(error)
            return self.conclude(lease, verdicts.after_sending(error))
        lease.log("post.posted")
        if provider is None:
            # The worker sees to a wanted status change at once.
            return lease.release(next_attempt_at=lease.now())
        return note_status.follow(lease, provider, prepared)

    def failure(self, row: Post) -> dict[str, Any]:
        """Leave the status alone where the note is not posted."""
        if not row.update_status_id:
            return {}
        return {
            "status_state": StatusState.FAILED,
            "status_error": "Not changed, because the note was not posted.",
        }

    def abandon(self, connection: PsaConnection, now: datetime) -> None:
        """Fail what waits, status changes included."""
        super().abandon(connection, now)
        waiting = Post.objects.filter(connection=connection, status_state__in=(QUEUED, UNKNOWN))
        waiting.update(
            status_state=StatusState.FAILED,
            status_error="The connection was removed before the status was changed and checked.",
            updated_at=now,
        )

    def where_to_look(self, row: Post) -> str:
        """Say what to do before the note is posted again."""
        del row
        return "Look at the ticket before you post it again."

    def log(self, row: Post, event: str) -> None:
        """Write one line of what became of the post; never its text."""
        about = {
            "post": str(row.pk),
            "ticket": row.ticket_id,
            "state": str(row.state),
            "status_state": str(row.status_state),
            "kind": row.error_kind,
            "attempts": row.attempts,
        }
        self.logger.info(event, extra=about)


def _adopted_by_others(post: Post) -> list[str]:
    others = Post.objects.filter(
        connection_id=post.connection_id, ticket_id=post.ticket_id
    ).exclude(external_note_id="")
    return list(others.exclude(pk=post.pk).values_list("external_note_id", flat=True))
