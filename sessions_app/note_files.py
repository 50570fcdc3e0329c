"""Pictures and files in the Update Ticket dialog: which are offered, and which may go."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict

from psa.models import Post, PsaConnection, TicketDocument
from psa.note_form import NoteForm
from psa.outbox import documents
from psa.providers.setup import Capability
from resolutionflow.lib.ids import uuid_of
from resolutionflow.lib.sizes import in_words
from sessions_app.export.readers import COLLEAGUES, CUSTOMER
from sessions_app.files.reading import files_of
from sessions_app.models import Step, StepFile, WorkSession
from sessions_app.note_identity import post_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A file that may go with the note, and what its person should know before."""

    file: StepFile
    is_chosen: bool
    is_sent: bool

    @property
    def is_internal(self) -> bool:
        """Whether it belongs to a step that is marked as internal."""
        return self.file.step.audience == Step.Audience.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The dialog's part about files."""

    offered: list[Offered]
    for_customer: bool


def section(session: WorkSession, connection: PsaConnection, form: NoteForm) -> Section | None:
    """Return what the dialog shows, None where there is nothing to add.

    What the form holds is chosen; where it says nothing, what its text tells of is, unless the
    ticket has it already.
    """
    if Capability.DOCUMENTS not in connection.setup.capabilities:
        return None
    files = files_of(session)
    if not files:
        return None
    note_type, chosen = str(form["note_type"].value() or ""), form["files"].value()
    sent = _sent(session, connection)
    named = _ids_in(chosen) if chosen is not None else _preset(files, note_type, sent)
    return Section(
        offered=[
            Offered(file=file, is_chosen=file.pk in named, is_sent=file.pk in sent)
            for file in files
        ],
        for_customer=note_type == Post.NoteType.DESCRIPTION,
    )


def sent_in(posted: QueryDict) -> dict[str, str]:
    """Return a form as it was sent, each field once: the ids of files stand in one line."""
    values = {name: str(value) for name, value in posted.dict().items()}
    if "files" in values:
        values["files"] = " ".join(posted.getlist("files"))
    return values


def judge(form: NoteForm, session: WorkSession) -> bool:
    """Return whether the files of a valid form may go; what may not is told at its field.

    Raises Http404 for a file of another session. What was approved already is not judged again.
    """
    ids: tuple[UUID, ...] = form.cleaned_data["files"]
    ours = {file.pk: file for file in session.files.filter(pk__in=ids)}
    if len(ours) < len(ids):
        raise Http404
    if post_of(session, form.cleaned_data["request_id"]) is not None:
        return True
    shown = files_of(session, ids)
    if len(shown) < len(ids):
        gone = ours.keys() - {file.pk for file in shown}
        names = ", ".join(file.name for file in ours.values() if file.pk in gone)
        form.add_error("files", f"Taken out of the record meanwhile: {names}. Post without it.")
    elif sum(file.size for file in shown) > documents.MOST_BYTES:
        form.add_error(
            "files",
            f"These files have more than {in_words(documents.MOST_BYTES)} together. Choose fewer, "
            "and add the others in another note.",
        )
    return not form.errors


def _preset(files: list[StepFile], note_type: str, sent: Collection[UUID]) -> set[UUID]:
    """Return which files go unless somebody says otherwise."""
    return {file.pk for file in files if file.pk not in sent and _is_told(file.step, note_type)}


def _is_told(step: Step, note_type: str) -> bool:
    """Return whether the text for this reader may tell of the step's files.

    A picture may show more than its step says: to the customer goes by itself what is marked for
    the customer.
    """
    if note_type == COLLEAGUES:
        return True
    if note_type == CUSTOMER:
        return step.audience == Step.Audience.CUSTOMER
    return step.audience != Step.Audience.INTERNAL


def _sent(session: WorkSession, connection: PsaConnection) -> set[UUID]:
    """Return which files are on the ticket, or on their way there."""
    rows = TicketDocument.objects.filter(
        account_id=session.account_id, connection=connection, ticket_id=session.psa_ticket_id
    )
    rows = rows.exclude(state=TicketDocument.State.FAILED)
    return set(rows.values_list("source_id", flat=True))


def _ids_in(chosen: Any) -> set[UUID]:
    """Return the ids that a form, a draft or a post names."""
    named = chosen.split() if isinstance(chosen, str) else chosen
    return {found for each in named if (found := uuid_of(str(each)))}
