"""Puts what was read into the form, and says beside every field where it came from."""

from collections.abc import Mapping
from uuid import UUID

from tickets.new_form import NewTicketForm
from tickets.parsing.found import Field, Reading

_OUT_OF_TEXT = "Out of your text, without what was an order to colleagues."
_NAMED = {Field.COMPANY: "company_name", Field.CONTACT: "contact_name"}


_HELD = "Not found in your text; it stood in the form before."


def fill(
    reading: Reading, *, psa: str, held: Mapping[str, str], session: UUID | None
) -> NewTicketForm:
    """Return the form, pre-filled; `psa` is the label of the PSA.

    `held` is what the form had before, a spin-off's company, board and context: company and
    board stay where the text names none.
    """
    told = "\n\n".join(filter(None, (reading.description, held.get("context", ""))))
    values: dict[str, object] = {"summary": reading.summary, "description": told}
    kept = [field for field in Field if held.get(field) and field not in reading.found]
    for field in kept:
        values[field] = held[field]
        values[_NAMED.get(field, field)] = held[_NAMED.get(field, field)]
    for field, found in reading.found.items():
        values[field] = found.id
        values[_NAMED.get(field, field)] = found.name if field in _NAMED else found.id
    form = NewTicketForm(psa=psa, initial={**values, "session": session})
    _say(form, reading, kept)
    return form


def _say(form: NewTicketForm, reading: Reading, kept: list[Field]) -> None:
    for field in Field:
        if field in reading.found:
            form.source(field, reading.found[field].words)
        elif field in reading.open:
            form.unfound(field, reading.open[field])
        elif field in kept:
            form.unfound(field, _HELD)
        else:
            form.unfound(field)
    if reading.summary:
        form.unfound("summary", _OUT_OF_TEXT)
    if reading.description:
        form.unfound("description", "Out of your text.")
