"""Every kind of write to the PSA. What treats all of them iterates over `KINDS`."""

from typing import Any

from psa.outbox.kinds.base import Kind
from psa.outbox.kinds.change import ChangeKind
from psa.outbox.kinds.note import NoteKind
from psa.outbox.kinds.note_edit import NoteEditKind
from psa.outbox.kinds.status_part import StatusPart
from psa.outbox.kinds.ticket import TicketKind

NOTE, STATUS, TICKET, CHANGE = NoteKind(), StatusPart(), TicketKind(), ChangeKind()
NOTE_EDIT = NoteEditKind()

KINDS: tuple[Kind[Any], ...] = (NOTE, STATUS, TICKET, CHANGE, NOTE_EDIT)
