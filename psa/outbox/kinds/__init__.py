"""Every kind of write to the PSA. What treats all of them iterates over `KINDS`."""

from typing import Any

from psa.outbox.kinds.base import Kind
from psa.outbox.kinds.change import ChangeKind
from psa.outbox.kinds.note import NoteKind
from psa.outbox.kinds.ticket import TicketKind

NOTE, TICKET, CHANGE = NoteKind(), TicketKind(), ChangeKind()

KINDS: tuple[Kind[Any], ...] = (NOTE, TICKET, CHANGE)
