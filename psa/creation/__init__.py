"""New tickets: each is created once, and never lost. docs/write-path.md explains it.

As with posts, a caller queues, commits, and then delivers; `deliver_posts` does what is left
over. What is uncertain is looked for by its reference before anything is sent again.
"""

from psa.creation.intent import Intent, Queued, RequestReused, queue
from psa.creation.mending import NotRetryable, retry
from psa.creation.outbox import deliver, run_batch

__all__ = [
    "Intent",
    "NotRetryable",
    "Queued",
    "RequestReused",
    "deliver",
    "queue",
    "retry",
    "run_batch",
]
