"""The form of a note, wherever it stands."""

from dataclasses import fields

import pytest

from psa.note_form import TICKET_PANEL, UPDATE_TICKET, NoteForm
from psa.outbox import approval
from psa.outbox.approval import Use
from psa.outbox.notes import NoteIntent


def test_the_form_the_intent_and_the_list_of_fields_agree():
    derived = {"time", "time_order"}
    assert NoteForm.base_fields.keys() == approval.FIELDS.keys() - derived
    assert {*approval.names(Use.INTENT)} <= {one.name for one in fields(NoteIntent)}


@pytest.mark.parametrize("place", [UPDATE_TICKET, TICKET_PANEL], ids=lambda place: place.name)
def test_a_form_that_is_out_of_date_says_what_to_open_again(place):
    form = NoteForm(place, {"content": "x", "note_type": "resolution", "replaces": "y"})
    assert f"Open {place.name} again; your text is kept." in form.unseen
    assert form.errors.keys() == {"request_id", "replaces"}
