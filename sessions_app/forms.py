"""The forms of sessions and steps. Long texts keep their spaces; line ends are line feeds."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from accounts.models import Account, User
from accounts.naming import labels_of
from accounts.permissions import Right, roles_with
from psa.naming import LONGEST as LONGEST_NUMBER
from resolutionflow.lib import sizes
from resolutionflow.lib.fields import TypedText, Uncut
from resolutionflow.lib.hours import of_decimal
from sessions_app.files import kinds
from sessions_app.models import Step, WorkSession
from sessions_app.worked_forms import hours_field


class LineField(TypedText):
    """One line of text; line breaks that were pasted become spaces."""

    def to_python(self, value: Any) -> str:
        """Return the text on one line."""
        return " ".join(super().to_python(value).splitlines())


class LongTextField(TypedText):
    """Text of several lines, kept as typed; `TextsForm` bounds how much the form's hold."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        attrs = {"rows": rows, **kwargs.pop("attrs", {})}
        super().__init__(widget=forms.Textarea(attrs), required=False, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds; blanks alone are no text."""
        text = super().to_python(value)
        return text if text.strip() else ""


class TextsForm(forms.Form):
    """A form whose texts may have so many bytes together."""

    most_bytes = sizes.FORM_BYTES
    is_too_large = False

    def clean(self) -> dict[str, Any]:
        """Refuse what is too much beside the longest text, which stays in its field."""
        values = super().clean() or {}
        texts = {
            name: sizes.size_of(text)
            for name, text in values.items()
            if isinstance(text, str) and isinstance(self.fields[name], forms.CharField)
        }
        total = sum(texts.values())
        self.is_too_large = total > self.most_bytes
        if self.is_too_large:
            longest = max(texts, key=texts.__getitem__)
            self.add_error(longest, sizes.too_large(total, self.most_bytes))
        return values


class DetailsForm(TextsForm):
    """What a session is about."""

    title = LineField(
        max_length=200,
        help_text="What is wrong, in a few words. It becomes the title of the note.",
        widget=forms.TextInput({"data-autofocus": True, "autocomplete": "off"}),
    )
    client_name = LineField(
        label="Client",
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    problem = LongTextField(
        rows=5, help_text="What was reported, since when, for whom. It opens the note."
    )


class EditDetailsForm(DetailsForm):
    """The details of a session; `seen` says in which version the form was opened."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    @classmethod
    def again(cls, sent: QueryDict, seen: str) -> "EditDetailsForm":
        """Return what was sent, in a form that has seen the details as they stand now."""
        sent = sent.copy()
        sent["seen"] = seen
        return cls(sent)


class NewSessionForm(DetailsForm):
    """A new session, linked at once where a ticket number is given."""

    ticket_id = Uncut(
        label="Ticket number",
        required=False,
        max_length=LONGEST_NUMBER,
        help_text="Linked at once. You can also link a ticket later.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "mono"}),
    )
    request_id = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def details(self) -> dict[str, str]:
        """Return what belongs to the session itself."""
        return {name: self.cleaned_data[name] for name in DetailsForm.base_fields}


def prefilled(query: Mapping[str, str]) -> dict[str, str]:
    """Return what an address says about a new session; what is too long, the form says.

    The problem is not among it: what somebody typed there is never replaced by a link.
    """
    lines = ("title", "client_name", "ticket_id")
    said = {name: " ".join(query.get(name, "").split()) for name in lines}
    return {name: text for name, text in said.items() if text}


class StepForm(TextsForm):
    """One step; also the form that is always ready for the next one.

    Its files are no fields (files/of_form.py): `files_problem` says what is wrong with those that
    were sent, `alts` how they were described.
    """

    files_problem = ""
    alts: Sequence[str] = ()
    accepted_files = kinds.ACCEPTED

    kind = forms.ChoiceField(
        choices=Step.Kind.choices, widget=forms.RadioSelect, initial=Step.Kind.QUESTION
    )
    title = LineField(
        label="What did you ask, check or do?",
        max_length=500,
        error_messages={
            "max_length": "This is %(show_value)d characters long, and up to %(limit_value)d go. "
            "Nothing was cut: shorten it, and put the rest into Notes."
        },
        widget=forms.TextInput(
            {"data-autofocus": True, "data-enter-next": True, "autocomplete": "off"}
        ),
    )
    outcome = LongTextField(rows=2)
    notes = LongTextField(rows=3)
    command_output = LongTextField(
        rows=4, attrs={"class": "mono", "spellcheck": "false", "autocapitalize": "off"}
    )
    audience = forms.ChoiceField(
        label="Who may read it",
        required=False,
        choices=[("", "Not marked"), *Step.Audience.choices],
        help_text="A text for the customer names checks and actions that are not marked by their "
        "titles. It holds no internal step, no notes and no command output.",
    )
    request_id = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    @property
    def auto_id_of_files(self) -> str:
        """The id of the field to choose files with, of this form alone on the page."""
        return str(self.auto_id) % "files"

    def values(self) -> dict[str, str]:
        """Return the step's own fields; who does not say for whom it is leaves that as it is."""
        names = ["kind", "title", "outcome", "notes", "command_output"]
        if "audience" in self.data:
            names.append("audience")
        return {name: self.cleaned_data[name] for name in names}


class EditStepForm(StepForm):
    """A step that stands already; `seen` says in which version the editor was opened."""

    request_id = None  # type: ignore[assignment]  # Django's way to take a field away
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    step_id = ""

    @classmethod
    def of(
        cls, step: Step, sent: QueryDict | None = None, waiting: Mapping[str, str] | None = None
    ) -> "EditStepForm":
        """Return the editor of this step, with what was sent, or what waits as a draft."""
        initial = {name: getattr(step, name) for name in cls.base_fields if name != "seen"}
        initial["seen"] = step.updated_at.isoformat()
        form = cls(sent, initial=initial | dict(waiting or {}), auto_id=f"id_step_{step.pk}_%s")
        form.step_id = str(step.pk)
        return form

    @classmethod
    def again(cls, step: Step, sent: QueryDict) -> "EditStepForm":
        """Return what was sent, in an editor that has seen the step as it stands now."""
        sent = sent.copy()
        sent["seen"] = step.updated_at.isoformat()
        return cls.of(step, sent)


class CompleteForm(TextsForm):
    """How a session ends, and how long it was worked where that is not what was measured."""

    outcome = forms.ChoiceField(
        choices=WorkSession.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the session ended."},
    )
    resolution = LongTextField(rows=4, help_text="What solved it. Required when resolved.")
    next_steps = LongTextField(
        label="Next steps", rows=3, help_text="One per line; each becomes a bullet of the note."
    )

    worked_hours = hours_field(required=False)
    # What the page showed as measured: hours that are left as they were stay measured.
    measured_hours = hours_field(required=False, widget=forms.HiddenInput)

    def ending(self) -> dict[str, str]:
        """Return outcome, resolution and next steps."""
        return {name: self.cleaned_data[name] for name in ("outcome", "resolution", "next_steps")}

    def said(self) -> timedelta | None:
        """Return how long a person says it was instead of what was measured, if they did."""
        said: Decimal | None = self.cleaned_data["worked_hours"]
        if said is None or said == self.cleaned_data["measured_hours"]:
            return None
        return of_decimal(said)

    def clean(self) -> dict[str, Any]:
        """A resolved session says what solved it."""
        values = super().clean() or {}
        resolved = values.get("outcome") == WorkSession.Outcome.RESOLVED
        if resolved and not values.get("resolution"):
            self.add_error("resolution", "Say what solved it, or choose another outcome.")
        return values


class SessionFilterForm(forms.Form):
    """The filter of the list; the whole of it stands in the address."""

    MINE, ALL = "me", "all"

    q = Uncut(
        label="Search",
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": "Words, RF-…, #ticket"}),
    )
    status = forms.ChoiceField(
        required=False,
        choices=[("", "Any state"), ("open", "Open"), *WorkSession.Outcome.choices],
    )
    who = forms.ChoiceField(
        label="Whose", required=False, choices=[(MINE, "Mine"), (ALL, "Everyone's")]
    )


class HandOverForm(forms.Form):
    """Which colleague goes on with somebody's work."""

    engineer = forms.ModelChoiceField(
        User.objects.none(),
        label="Colleague",
        empty_label="Choose a colleague",
        error_messages={"invalid_choice": "Choose an active colleague who may work sessions."},
    )

    def __init__(self, *args: Any, account: Account, instead_of: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = account.users.filter(is_active=True, role__in=roles_with(Right.WORK))
        field: Any = self.fields["engineer"]
        field.queryset = workers.exclude(pk=instead_of.pk).order_by("name", "email")
        field.label_from_instance = labels_of(account.pk)
