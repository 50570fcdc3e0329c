"""A note of Erin's that stands on a ticket, and what edits it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from psa.models import NoteEdit, Post
from psa.outbox import worker
from psa.outbox.kinds import NOTE_EDIT, note_edit
from psa.providers.errors import NotFound
from psa.providers.types import PostedNote
from tests.builders import stored_post
from tests.psa.outbox.fake_psa import FakePsa

OLD, NEW = "Timer set to 3600.", "Timer set to 28800."


class EditingPsa(FakePsa):
    """Keeps the text of one note; `stores` makes something else of a new text."""

    def __init__(self, now) -> None:
        super().__init__(now)
        self.add_note("48291", OLD)
        self.stores = lambda text: text

    @property
    def text(self):
        return self.notes[0][1].text

    @text.setter
    def text(self, text):
        ticket, note = self.notes[0]
        self.notes[0] = (ticket, replace(note, text=text))

    def delete(self):
        self.notes.clear()

    def get_note(self, ticket_id, note_id, *, text):
        return self._do("get_note", lambda: self._read(ticket_id, note_id, text))

    def edit_note(self, ticket_id, note_id, *, text):
        def work():
            self._read(ticket_id, note_id, text)
            self.text = self.stores(text)
            return self._read(ticket_id, note_id, text)

        return self._do("edit_note", work)

    def _read(self, ticket_id, note_id, text):
        for ticket, note in self.notes:
            if (ticket, note.id) == (ticket_id, note_id):
                return PostedNote(note=note, differences=() if note.text == text else ("Other.",))
        raise NotFound


@pytest.fixture
def psa(clock):
    return EditingPsa(clock)


@pytest.fixture
def post(stored_connection, engineer):
    texts = {"content": OLD, "stored_content": OLD}
    state = Post.State.POSTED
    return stored_post(engineer, stored_connection, **texts, state=state, external_note_id="1000")


@pytest.fixture
def queue(post, engineer, world):
    """Queue an edit (of these fields) and return its row."""

    def run(content=NEW, **fields):
        intent = note_edit.EditIntent(
            post=post,
            author=engineer,
            content=content,
            **({"request_id": uuid4(), "seen": note_edit.current(post).row_id} | fields),
        )
        return note_edit.queue(intent, world)[0]

    return run


@pytest.fixture
def deliver(world):
    """Deliver at once and return the row as it stands in the database."""

    def run(row):
        worker.deliver(NOTE_EDIT, row.pk, world, at_once=True)
        return NoteEdit.objects.get(pk=row.pk)

    return run


@pytest.fixture
def later(world, clock):
    """Let time pass, then let the worker do what is due; return the row."""

    def run(row, **by):
        clock.tick(**by)
        worker.run_batch(NOTE_EDIT, world)
        return NoteEdit.objects.get(pk=row.pk)

    return run
