"""What the product keeps about a PSA: the connection, who is who, and every write."""

from psa.models.attempt import PostAttempt
from psa.models.change import TicketChange
from psa.models.connection import MemberMapping, MemberRequest, PsaConnection
from psa.models.creation import TicketCreation
from psa.models.document import TicketDocument
from psa.models.note_edit import NoteEdit
from psa.models.post import DOCUMENTS, STATUS_CHANGE, TIME_ENTRY, Post
from psa.models.time_entry import TimeEntry

__all__ = [
    "DOCUMENTS",
    "STATUS_CHANGE",
    "TIME_ENTRY",
    "MemberMapping",
    "MemberRequest",
    "NoteEdit",
    "Post",
    "PostAttempt",
    "PsaConnection",
    "TicketChange",
    "TicketCreation",
    "TicketDocument",
    "TimeEntry",
]
