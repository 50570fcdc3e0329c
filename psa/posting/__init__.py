"""The write path: a note is posted once, and never lost. docs/write-path.md explains it.

A caller queues a post, commits, and then delivers; `deliver_posts` does what is left over.
"""

from psa.posting.content import InvalidContent
from psa.posting.intent import Intent, Queued, RequestReused, is_repeat, queue
from psa.posting.mending import NotRetryable, retry_note, retry_status
from psa.posting.outbox import deliver, run_batch, run_until
from psa.posting.world import World

__all__ = [
    "Intent",
    "InvalidContent",
    "NotRetryable",
    "Queued",
    "RequestReused",
    "World",
    "deliver",
    "is_repeat",
    "queue",
    "retry_note",
    "retry_status",
    "run_batch",
    "run_until",
]
