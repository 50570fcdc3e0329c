"""Whether what was chosen for a new ticket exists and fits together, whatever was sent."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from psa import catalog
from psa.models import PsaConnection
from psa.providers.drafts import Contact
from psa.providers.errors import NotFound
from psa.providers.types import Company, Reference
from tickets.intake.lists import Lists
from tickets.new_form import NewTicketForm


class _Named(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)
_UNLISTED = "{psa} does not let us see the list of these, so nothing can be chosen from it."


def of_lists(form: NewTicketForm, known: Lists) -> dict[str, Reference]:
    """Return what was chosen out of the lists; says in the form what is in none of them."""
    found: dict[str, _Named | None] = {
        name: _pick(form, name, options)
        for name, options in (
            ("board", known.boards),
            ("status", known.statuses),
            ("priority", known.priorities),
            ("owner", known.members),
        )
    }
    kind = _pick(form, "type", known.types)
    sub = _pick(form, "subtype", kind.subtypes if kind else (), "type")
    found |= {"type": kind, "subtype": sub}
    found["item"] = _pick(form, "item", sub.items if sub else (), "subtype")
    return {name: Reference(id=one.id, name=one.name) for name, one in found.items() if one}


def _pick(form: NewTicketForm, name: str, options: Iterable[N], of: str = "") -> N | None:
    """Return the option that was chosen; `of` is the field that it has to go with."""
    value = form.cleaned_data.get(name)
    if not value:
        return None
    known = {one.id: one for one in options}
    if value in known:
        return known[value]
    fitting = ", ".join(f"“{one.name}”" for one in known.values())
    if of:
        form.refuse(name, f"This does not go with the {of}. {_instead(fitting)}")
    elif not known:
        form.refuse(name, _UNLISTED.format(psa=form.psa) if name != "status" else "")
    else:
        form.refuse(name)
    return None


def _instead(fitting: str) -> str:
    return f"Choose one of: {fitting}." if fitting else "Leave it empty."


# --- What is found by a search -------------------------------------------------------


def of_searches(connection: PsaConnection, form: NewTicketForm) -> dict[str, Reference]:
    """Return company and contact; says in the form what is wrong with them.

    A field holds the id that a choice filled, and the words that are shown. Where the words
    are other ones than the id's, they were typed, and are looked for. May raise PsaError.
    """
    company = _company(connection, form)
    if company is None:
        return {}
    found = {"company": Reference(id=company.id, name=company.name)}
    contact = _contact(connection, form, company)
    if contact is not None:
        found["contact"] = Reference(id=contact.id, name=contact.name)
    return found


def _company(connection: PsaConnection, form: NewTicketForm) -> Company | None:
    chosen, words = form.cleaned_data["company"], form.cleaned_data["company_name"]
    if chosen:
        try:
            company = catalog.company(connection, chosen)
        except NotFound:
            company = None
        if company and words in ("", company.name):
            return company
    named = _named(catalog.companies(connection, words), words) if words else []
    return _only(form, "company", named, words)


def _contact(connection: PsaConnection, form: NewTicketForm, company: Company) -> Contact | None:
    chosen, words = form.cleaned_data["contact"], form.cleaned_data["contact_name"]
    if not (chosen or words):
        return None
    if chosen:
        try:
            contact = catalog.contact(connection, chosen)
        except NotFound:
            contact = None
        theirs = contact and contact.is_active and contact.company_id == company.id
        if contact and theirs and words in ("", contact.name):
            return contact
    named = _named(catalog.contacts(connection, company.id, words), words) if words else []
    return _only(form, "contact", named, words)


def _named(found: Iterable[N], words: str) -> list[N]:
    """Return those of exactly this name, or else all that were found."""
    several = list(found)
    exact = [one for one in several if words.casefold() in _names(one)]
    return exact or several


def _names(one: _Named) -> set[str]:
    return {one.name.casefold(), str(getattr(one, "identifier", one.name)).casefold()}


def _only(form: NewTicketForm, name: str, found: list[N], words: str) -> N | None:
    """Return the one that was found; lets a person choose between several."""
    if len(found) == 1:
        return found[0]
    if found:
        form.refuse(name, f"Several match “{words}”. Choose one.")
        form.choose_between(name, [(one.id, one.name) for one in found])
    elif words:
        form.refuse(name, f"No {name} is called “{words}”. Try fewer letters.")
    else:
        form.refuse(name)
    return None
