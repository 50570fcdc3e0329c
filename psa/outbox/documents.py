"""Files for tickets: writing down which go with a note, and trying those again that failed."""

from collections.abc import Sequence
from uuid import UUID

from accounts.models import User
from psa import file_source
from psa.file_source import FileGone
from psa.models import Post, TicketDocument
from psa.models.approval_part import WAITING
from psa.outbox.content import InvalidContent
from psa.outbox.intent import NotRetryable
from psa.outbox.kinds import DOCUMENT
from psa.outbox.reference import code_of
from psa.outbox.runtime import Runtime
from psa.providers.setup import Capability

# With one note.
MOST = 10
MOST_BYTES = 50 * 1024 * 1024
_TOO_MUCH = f"At most {MOST} files of {MOST_BYTES // 1024 // 1024} MB together go with a note."


def write_parts(post: Post, author: User, ids: Sequence[UUID]) -> None:
    """Store which files were approved with a note; they start when the note is on the ticket.

    In the transaction of the note. Raises InvalidContent where they cannot be added at all.
    """
    connection = post.connection
    if connection is None:
        raise ValueError("A note that is being written has a connection.")
    if Capability.DOCUMENTS not in connection.setup.capabilities:
        raise InvalidContent(f"{connection.psa_label} takes no files from here.")
    try:
        files = file_source.registered().describe(post.account_id, ids)
    except FileGone:
        raise InvalidContent(
            "One of the files was taken out of the record meanwhile. Look at the files, then post "
            "again."
        ) from None
    if len(files) > MOST or sum(file.size for file in files) > MOST_BYTES:
        raise InvalidContent(_TOO_MUCH)
    TicketDocument.objects.bulk_create(
        TicketDocument(
            account_id=post.account_id,
            connection=connection,
            request_id=post.request_id,
            after=post,
            place=place,
            ticket_id=post.ticket_id,
            source_id=file.id,
            file_name=file.name,
            content_type=file.content_type,
            title=file.title,
            size=file.size,
            # What customers may read, its files go with; all others are for colleagues.
            is_private=post.note_type != Post.NoteType.DESCRIPTION,
            marker=f"RF-D{code_of(post.request_id.bytes + file.id.bytes, 8)}",
            state=WAITING,
            made_by=author,
            made_by_name=post.posted_by_name,
            created_at=post.queued_at,
            queued_at=post.queued_at,
            next_attempt_at=post.next_attempt_at,
        )
        for place, file in enumerate(files)
    )


def retry(post: Post, runtime: Runtime | None = None) -> None:
    """Queue the failed files of a posted note again; neither the note nor other files are sent.

    Raises NotRetryable if none failed (any more), or they have no connection left.
    """
    if post.connection is None:
        raise NotRetryable(
            "The connection that these files were meant for is removed. Add them in a note through "
            "the new connection."
        )
    now = (runtime or Runtime()).now()
    failed = DOCUMENT.rows().filter(after=post, state="failed", after__state=Post.State.POSTED)
    if not failed.update(**DOCUMENT.again(now)):
        raise NotRetryable("These files were retried already. Look at how they stand now.")
