"""Every kind of write to the PSA. What treats all of them iterates over `KINDS`."""

from typing import Any

from psa.outbox.kinds.base import Kind
from psa.outbox.kinds.change import ChangeKind
from psa.outbox.kinds.document import DocumentKind
from psa.outbox.kinds.note import NoteKind
from psa.outbox.kinds.note_edit import NoteEditKind
from psa.outbox.kinds.status_part import StatusPart
from psa.outbox.kinds.ticket import TicketKind
from psa.outbox.kinds.time import TimeKind

NOTE, STATUS, TICKET, CHANGE = NoteKind(), StatusPart(), TicketKind(), ChangeKind()
NOTE_EDIT, TIME, DOCUMENT = NoteEditKind(), TimeKind(), DocumentKind()

# Parts of one approval start in this order, unless one of them says otherwise.
KINDS: tuple[Kind[Any], ...] = (NOTE, TIME, STATUS, DOCUMENT, TICKET, CHANGE, NOTE_EDIT)
