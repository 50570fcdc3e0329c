"""Who works on a post: at most one, for a limited time, and only who holds the token writes."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from psa.hold import Hold
from psa.models import Post, PostAttempt
from psa.posting import attempts
from psa.posting.content import may_be_mistaken
from psa.posting.world import World
from psa.providers.errors import PsaError

logger = logging.getLogger(__name__)

State, StatusState = Post.State, Post.StatusState
# What is to be done with a post that was claimed.
Part = PostAttempt.Part

# How soon a note that waits for its double on the same ticket looks again.
BEHIND_ANOTHER = timedelta(seconds=5)
# Nobody expects a note to appear after a day; the engineer decides then.
PATIENCE = timedelta(hours=24)


class Lease(Hold[Post]):
    """The right to work on one post until it expires or is released."""

    def __init__(
        self, post: Post, attempt: PostAttempt, token: UUID, until: datetime, world: World
    ) -> None:
        super().__init__(post, token, until, world.now)
        self.post = post
        self.part = Part(attempt.part)
        self.world = world
        # Kept from before the claim: a status that was uncertain stays so if reading fails.
        self.status_was_unknown = post.status_state == StatusState.UNKNOWN
        self._attempt = attempt

    def write(self, **fields: Any) -> None:
        """Store fields of the post, and log what they say of the attempt; raises LeaseLost."""
        with transaction.atomic():
            super().write(**fields)
            self._attempt = attempts.follow(self._attempt, self.post, fields)

    @property
    def waited_too_long(self) -> bool:
        """Whether the post has been waiting for so long that a person should decide again."""
        return self.world.now() - self.post.queued_at > PATIENCE

    def log(self, event: str) -> None:
        """Write one line of what became of the post; never its text."""
        post = self.post
        about = {
            "post": str(post.pk),
            "ticket": post.ticket_id,
            "state": str(post.state),
            "status_state": str(post.status_state),
            "kind": post.error_kind,
            "attempts": post.attempts,
        }
        logger.info(event, extra=about)

    def report(self, error: Exception) -> None:
        """Log what nobody expected with its trace; a PSA's failure is told by the state."""
        if not isinstance(error, PsaError):
            logger.error("post.unexpected", exc_info=error, extra={"post": str(self.post.pk)})


def due(now: datetime) -> QuerySet[Post]:
    """Return the posts that something is to be done for now, in the order they became due."""
    return _free(now).filter(next_attempt_at__lte=now).order_by("next_attempt_at")


def _free(now: datetime) -> QuerySet[Post]:
    note = Q(state__in=(State.QUEUED, State.UNKNOWN))
    status = Q(state=State.POSTED, status_state__in=(StatusState.QUEUED, StatusState.UNKNOWN))
    unheld = Q(lease_until=None) | Q(lease_until__lt=now)
    return Post.objects.filter(note | status, unheld)


def claim(post_id: UUID, world: World, *, at_once: bool = False) -> Lease | None:
    """Take a post that is due; None if there is nothing to do or somebody else has it.

    `at_once` ignores the waiting time, for the request that has just queued the post.
    """
    now = world.now()
    with transaction.atomic():
        post = _locked(post_id)
        if post is None:
            return None
        part = _part_of(post, now)
        if part is Part.SEND and _waits_behind_another(post):
            Post.objects.filter(pk=post_id, state=State.QUEUED).update(
                next_attempt_at=now + BEHIND_ANOTHER
            )
            return None
        return _take(post, part, now, world, at_once=at_once)


def _locked(post_id: UUID) -> Post | None:
    """Return the post with every pending post of its ticket locked until the claim stands.

    Locked in one order, so that two workers wait for each other rather than deadlock.
    """
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        return None
    same_ticket = Post.objects.filter(
        account_id=post.account_id,
        ticket_id=post.ticket_id,
        state__in=(State.QUEUED, State.SENDING, State.UNKNOWN),
    )
    list(same_ticket.select_for_update().order_by("pk").values_list("pk"))
    return Post.objects.select_related("connection").get(pk=post_id)


def _part_of(post: Post, now: datetime) -> Part:
    if post.state == State.POSTED:
        return Part.STATUS
    if post.state == State.UNKNOWN or _needs_another_look(post, now):
        return Part.CHECK
    return Part.SEND


def _needs_another_look(post: Post, now: datetime) -> bool:
    """Return whether an earlier uncertain attempt may have arrived since the last look."""
    return post.checked_at is not None and now - post.checked_at > settings.POST_SETTLE


def _waits_behind_another(post: Post) -> bool:
    """Return whether a note that could be mistaken for this one is still in flight."""
    in_flight: Iterable[tuple[str, str]] = Post.objects.filter(
        account_id=post.account_id,
        ticket_id=post.ticket_id,
        state__in=(State.SENDING, State.UNKNOWN),
    ).values_list("content", "marker")
    return any(
        may_be_mistaken(post.content, post.marker, text, marker) for text, marker in in_flight
    )


def _take(post: Post, part: Part, now: datetime, world: World, *, at_once: bool) -> Lease | None:
    """Write the lease, if the post is still as the decision saw it."""
    token, until = uuid4(), now + settings.POST_LEASE
    free = _free(now) if at_once else due(now).order_by()
    fields = {"lease_token": token, "lease_until": until, **_marks(post, part, now)}
    unchanged = free.filter(pk=post.pk, state=post.state, status_state=post.status_state)
    if not unchanged.update(**fields):
        return None
    lease = Lease(post, attempts.begin(post, part, now), token, until, world)
    for name, value in fields.items():
        setattr(post, name, value)
    return lease


def _marks(post: Post, part: Part, now: datetime) -> dict[str, Any]:
    """Return what the claim itself records, so that a crash right after it is understood."""
    if part is Part.SEND:
        return {
            "state": State.SENDING,
            "attempts": post.attempts + 1,
            "attempt_started_at": now,
            "first_attempt_at": post.first_attempt_at or now,
        }
    if part is Part.CHECK:
        return {"state": State.UNKNOWN}
    return {
        "status_state": StatusState.SENDING,
        "status_attempts": post.status_attempts + 1,
    }


def expire(now: datetime) -> int:
    """Mark what a worker left behind as uncertain; return how many posts that were.

    A worker that died while sending may have sent. It is looked for after the settling time.
    """
    abandoned = Post.objects.filter(
        Q(state=State.SENDING) | Q(status_state=StatusState.SENDING), lease_until__lt=now
    )
    # One at a time: a single UPDATE would lock rows in an order that claims do not follow.
    return sum(_expire(post_id, now) for post_id in abandoned.values_list("pk", flat=True))


def _expire(post_id: UUID, now: datetime) -> int:
    """Return 1 if the post was marked, 0 if its worker finished after all."""
    left = Post.objects.filter(pk=post_id, lease_until__lt=now)
    freed = {
        "lease_token": None,
        "lease_until": None,
        "next_attempt_at": now + settings.POST_SETTLE,
        "updated_at": now,
    }
    marked = left.filter(state=State.SENDING).update(
        state=State.UNKNOWN,
        error_kind="interrupted",
        error="The sending was interrupted. We are checking whether the note arrived.",
        **freed,
    ) or left.filter(status_state=StatusState.SENDING).update(
        status_state=StatusState.UNKNOWN,
        status_error="The change was interrupted. We are checking whether it arrived.",
        **freed,
    )
    if marked:
        logger.warning("post.interrupted", extra={"post": str(post_id)})
    return marked
