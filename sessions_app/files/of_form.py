"""The files of a step's form, beside its texts: what was sent, and what is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest, QueryDict

from resolutionflow.lib.ids import uuid_of
from resolutionflow.lib.ratelimit import charge_person
from sessions_app.files import attaching, intake, long_text
from sessions_app.files.attaching import Kept
from sessions_app.files.intake import Sent
from sessions_app.files.kinds import NotTaken
from sessions_app.files.store import FilesAway
from sessions_app.forms import StepForm
from sessions_app.models import Step, WorkSession

F = TypeVar("F", bound=StepForm)


class FormFiles:
    """`texts` are the form's own values; `problem` is a sentence, with its `status`."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.texts, as_file = long_text.moved(request.POST)
        self.sent: list[Sent] = []
        self.problem, self.status = "", 422
        try:
            self.sent = [*intake.sent_with(request.POST, request.FILES), *as_file]
        except NotTaken as refusal:
            self.refuse(refusal)

    @property
    def taken_out(self) -> set[UUID]:
        """The ids of the step's files that are to be taken out of it."""
        named = map(uuid_of, self._request.POST.getlist("remove_files"))
        return {found for found in named if found}

    @contextmanager
    def kept(self, session: WorkSession, step: Step | None = None) -> Iterator[list[Kept]]:
        """Store the files while rows are written that name them; without any, do nothing.

        Raises NotTaken or FilesAway, of which `refuse` makes a sentence for the form.
        """
        if not self.sent:
            yield []
            return
        attaching.check_room(session, step, len(self.sent), len(self.taken_out))
        charge_person(self._request, "file")
        with intake.kept(self.sent) as kept:
            yield kept

    def refuse(self, refusal: NotTaken | FilesAway) -> None:
        """Take down why the files were not taken."""
        self.problem = refusal.sentence
        self.status = refusal.status

    def shown_in(self, form: F) -> F:
        """Return the form as it was sent, with what is wrong beside its files."""
        form.files_problem = self.problem
        form.alts = [text for text in self._alts() if text]
        return form

    def _alts(self) -> list[str]:
        values: QueryDict = self._request.POST
        return values.getlist("alt")
