"""Snippets: an account's own texts, inserted into a note by name, with what is known filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Account, User
from psa.placeholders import NAMES, fill
from sessions_app import note_identity, note_text
from sessions_app.export.escaping import escape
from sessions_app.models import Snippet, WorkSession

# All of them go to a page where somebody types a slash.
MOST = 100
LONGEST = 2_000


class TooMany(Exception):
    """The account holds as many as go."""

    sentence = f"An account holds up to {MOST} snippets. Remove one that nobody uses."


@dataclass(frozen=True, slots=True, kw_only=True)
class Inserted:
    """A snippet as it goes into a note: what was filled in from where, and what could not be."""

    name: str
    text: str
    values: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]

    @property
    def said(self) -> str:
        """What a person is told beside the text."""
        filled = [f"{value}: {source}" for value, source in self.values]
        lacking = [f"{{{name}}} is not known, fill it in yourself" for name in self.missing]
        return "; ".join((*filled, *lacking))


def names_of(account: Account) -> list[tuple[int, str]]:
    """Return the id and the name of each snippet."""
    return list(Snippet.objects.filter(account=account).values_list("pk", "name")[:MOST])


def filled(snippet: Snippet, values: Mapping[str, str]) -> Inserted:
    """Return the snippet with its placeholders filled; a value is escaped as typed text is."""
    found = fill(snippet.text, values, escape)
    sources = tuple((value, NAMES[name][0]) for name, value in found.values.items())
    return Inserted(name=snippet.name, text=found.text, values=sources, missing=found.missing)


def values_for(session: WorkSession, user: User) -> dict[str, str]:
    """Return what placeholders are filled with in a note that this person writes."""
    return {**note_text.values_of(session), "engineer": user.name, "email": user.email}


def inserted(
    session: WorkSession, user: User, sent: Mapping[str, str]
) -> tuple[dict[str, Any], Inserted | None]:
    """Return a form's values with the chosen snippet before the note's last line."""
    values = note_identity.renewed(session, user, dict(sent))
    chosen = sent.get("snippet", "")
    is_id = chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18
    mine = Snippet.objects.filter(account=session.account_id)
    snippet = mine.filter(pk=int(chosen)).first() if is_id else None
    if snippet is None:
        return values, None
    text = filled(snippet, values_for(session, user))
    marker = note_identity.marker_in(session, values)
    content = note_identity.before_marker(str(values.get("content", "")), text.text, marker)
    return {**values, "content": content}, text


# --- What administrators do -----------------------------------------------------------


@transaction.atomic
def save(account: Account, by: User, values: Mapping[str, Any], row: Snippet | None) -> Snippet:
    """Add a snippet, or change this one; `values` are those of a valid form. Raises TooMany."""
    if row is None and Snippet.objects.filter(account=account).count() >= MOST:
        raise TooMany
    before = {"name": row.name, "text": row.text} if row else None
    snippet = row or Snippet(account=account)
    snippet.name, snippet.text = values["name"], values["text"]
    snippet.save()
    after = {"name": snippet.name, "text": snippet.text}
    action = "snippet.changed" if before else "snippet.added"
    if before != after:
        audit.record(account, by, action, snippet.name, before=before, after=after)
    return snippet


@transaction.atomic
def remove(snippet: Snippet, by: User) -> None:
    """Remove the snippet; notes that hold its text keep it."""
    before = {"name": snippet.name, "text": snippet.text}
    account = snippet.account
    snippet.delete()
    audit.record(account, by, "snippet.removed", before["name"], before=before)
