"""An account's own templates of notes, as its administrators change them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Account, User
from psa import catalog
from psa.access import connection_of
from sessions_app.models import OwnTemplate

MOST = 50
_FIELDS = ("name", "note_type", "sections", "intro", "outro", "boards")


class TooMany(Exception):
    """The account holds as many as go."""

    sentence = f"An account holds up to {MOST} templates. Remove one that nobody uses."


def boards_of(account: Account, chosen: list[str]) -> list[str]:
    """Return the names of boards to choose from; those that were chosen are always among them."""
    connection = connection_of(account)
    found = catalog.ask(partial(catalog.boards, connection)).value if connection else None
    return sorted({board.name for board in found or ()} | {*chosen})


@transaction.atomic
def save(
    account: Account, by: User, values: Mapping[str, Any], row: OwnTemplate | None
) -> OwnTemplate:
    """Add a template, or change this one; `values` are those of a valid form. Raises TooMany."""
    if row is None and OwnTemplate.objects.filter(account=account).count() >= MOST:
        raise TooMany
    before = _told(row) if row else None
    template = row or OwnTemplate(account=account)
    for name in _FIELDS:
        setattr(template, name, values[name])
    template.save()
    after = _told(template)
    action = "note_template.changed" if before else "note_template.added"
    if before != after:
        audit.record(account, by, action, template.name, before=before, after=after)
    return template


@transaction.atomic
def remove(template: OwnTemplate, by: User) -> None:
    """Remove the template; texts that were begun with it stay."""
    account, before = template.account, _told(template)
    template.delete()
    audit.record(account, by, "note_template.removed", before["name"], before=before)


def _told(template: OwnTemplate) -> dict[str, str]:
    """Return the template's fields as the audit tells them."""
    listed = {"sections": template.sections, "boards": template.boards}
    fields = {name: getattr(template, name) for name in _FIELDS}
    return fields | {name: ", ".join(values) for name, values in listed.items()}
