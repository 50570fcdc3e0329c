"""Notes: sent once, found by their marker or their text when the answer is lost."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from psa.models import Post, PostAttempt, TicketChange
from psa.outbox import attempts, parts, verdicts
from psa.outbox.content import may_be_mistaken
from psa.outbox.kinds.sent_later import SEND, Refused, SentLater, Words
from psa.outbox.lease import Lease
from psa.providers.base import PsaProvider
from psa.providers.errors import PermissionMissing
from psa.providers.types import NoteDraft, NoteType, PostedNote, Ticket
from resolutionflow.lib.safe_http import deadline

State = Post.State

_LOGGED = (PostAttempt.Part.SEND, PostAttempt.Part.CHECK)
_SIGNED_BY_US = (
    "{psa} does not let our API member sign notes as other members, so this note is signed with "
    "the API member."
)


class NoteKind(SentLater[Post]):
    """A note on a ticket."""

    name = "post"
    model = Post
    logger = logging.getLogger(__name__)
    singular, plural = "post", "posts"
    always_told = True
    has_parts = True
    # A call that hangs holds a thread; the notes of other PSAs go on in the others.
    threads = 4
    words = Words(thing="note", sent="sent", arrived="arrived")

    # --- Claiming ----------------------------------------------------------------------

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

    def claimed(self, lease: Lease[Post], step: str) -> None:
        """Log that it is being tried."""
        attempts.begin(lease.row.pk, PostAttempt.Part(step), lease.now())

    def written(self, lease: Lease[Post], fields: dict[str, Any]) -> None:
        """Log what the fields say of the attempt, and start or end what waits for the note."""
        if "state" in fields:
            attempts.close(lease.row.pk, _LOGGED, lease.row)
            parts.follow(lease.row, lease.now())

    # --- The note ----------------------------------------------------------------------

    def prepare(self, lease: Lease[Post], provider: PsaProvider) -> Ticket | None:
        """Return the ticket as it is now, if a status change is wanted; costs one call then.

        A status that moved since the dialog showed it stops the whole post.
        """
        change = lease.row.status_change
        if change is None:
            return None
        with deadline(lease.cover()):
            ticket = provider.get_ticket(lease.row.ticket_id)
        if ticket.status.id in (change.seen_id, change.wanted_id):
            lease.known = ticket
            return ticket
        seen = f"“{change.seen_name}”" if change.seen_name else "another status"
        TicketChange.objects.filter(pk=change.pk).update(
            current_id=ticket.status.id, current_name=ticket.status.name[:200]
        )
        raise Refused(
            "conflict",
            f"The ticket changed since you opened the dialog: its status was {seen} and is now "
            f"“{ticket.status.name}”. Nothing was posted. Decide again with the status it has now.",
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
        signed_by_us = _SIGNED_BY_US.format(psa=post.psa_label)
        return PostedNote(note=posted.note, differences=(*posted.differences, signed_by_us))

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
        prepared: Ticket | None,
    ) -> None:
        """Record the note that stands on the ticket."""
        del prepared
        try:
            lease.release(
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
        return lease.log("post.posted")

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
            "kind": row.error_kind,
            "attempts": row.attempts,
        }
        self.logger.info(event, extra=about)


def _adopted_by_others(post: Post) -> list[str]:
    others = Post.objects.filter(
        connection_id=post.connection_id, ticket_id=post.ticket_id
    ).exclude(external_note_id="")
    return list(others.exclude(pk=post.pk).values_list("external_note_id", flat=True))
