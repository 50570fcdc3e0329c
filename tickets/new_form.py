"""The form of a new ticket, however it was filled: by hand, from a sentence, from a session."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from psa.outbox.content import InvalidContent, clean
from resolutionflow.lib.fields import TypedText

# The narrowest limit of the PSAs that we know.
LONGEST_SUMMARY = 100
# Far beyond what anybody types; a paste of a whole log is cut nowhere, but refused.
LONGEST_DESCRIPTION = 50_000
# As much as a search takes.
_LONGEST_NAME = 100
_MOST_WORDS = 120

_OUT_OF_DATE = "This form is out of date. Open New ticket again; copy your text first."
_NO_SESSION = (
    "The session of this spin-off cannot be read. Spin the ticket off from its page again."
)
# Of these ids people see the words beside them, and what is wrong is said there.
_SHOWN = {"company": "company_name", "contact": "contact_name"}

Options = Iterable[tuple[str, str]]


class _Line(TypedText):
    """One line of text: pasted line ends and runs of blanks become single blanks."""

    def to_python(self, value: Any) -> str:
        """Return the line."""
        return " ".join((super().to_python(value) or "").split())


class _Depending(forms.Select):
    """A list whose options go with what is chosen elsewhere (dependent.js hides the others)."""

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs)
        self.of: Mapping[str, list[str]] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the option with what it goes with."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value in self.of:
            option["attrs"]["data-of"] = " ".join(self.of[value])
        return option


class _Choice(forms.CharField):
    """The id of something out of a list of the PSA's; which ones there are, `offer` says."""

    def __init__(
        self, label: str, *, nothing: str, required: bool = False, depends: str = ""
    ) -> None:
        self.nothing = nothing
        self.unknown = "This is not in the list (any more). Choose again."
        super().__init__(
            label=label,
            required=required,
            widget=_Depending({"data-depends": depends} if depends else {}),
            validators=[RegexValidator(r"\A[0-9]{1,10}\Z", self.unknown)],
            error_messages={"required": f"Choose the {label.lower()}."},
        )


class _Hidden(forms.CharField):
    """An id that a field with a search fills."""

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown
        super().__init__(
            required=False,
            widget=forms.HiddenInput(),
            validators=[RegexValidator(r"\A[0-9]{1,10}\Z", unknown)],
        )


class NewTicketForm(forms.Form):
    """A new ticket in the PSA of this label.

    `source` and `unfound` say below a field where its value came from.
    """

    summary = _Line(
        max_length=LONGEST_SUMMARY,
        error_messages={
            "required": "Say in a few words what is wrong: it becomes the ticket's summary.",
        },
        widget=forms.TextInput({"autocomplete": "off", "data-autofocus": True}),
    )
    company = _Hidden("Choose the company from the list.")
    company_name = _Line(label="Company", required=False, max_length=_LONGEST_NAME)
    board = _Choice("Board", nothing="Choose a board", required=True)
    status = _Choice("Status", nothing="Default")
    type = _Choice("Type", nothing="None")
    subtype = _Choice("Subtype", nothing="None", depends="new_type")
    item = _Choice("Item", nothing="None", depends="new_type new_subtype")
    priority = _Choice("Priority", nothing="Default")
    contact = _Hidden("Choose the contact from the list.")
    contact_name = _Line(label="Contact", required=False, max_length=_LONGEST_NAME)
    owner = _Choice("Owner", nothing="Nobody yet")
    description = TypedText(
        required=False,
        strip=False,
        max_length=LONGEST_DESCRIPTION,
        error_messages={
            "max_length": "The description has %(show_value)d characters, which is more than a "
            "ticket should hold (%(limit_value)d). Shorten it."
        },
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
        help_text="The customer can read it on the ticket.",
    )
    request_id = forms.UUIDField(
        widget=forms.HiddenInput(),
        error_messages={"required": _OUT_OF_DATE, "invalid": _OUT_OF_DATE},
    )
    session = forms.UUIDField(
        required=False, widget=forms.HiddenInput(), error_messages={"invalid": _NO_SESSION}
    )
    sources = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput())

    def __init__(
        self,
        sent: Mapping[str, Any] | None = None,
        *,
        psa: str,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        values = {**(initial or {})}
        values["request_id"] = values.get("request_id") or uuid4()
        super().__init__(sent, initial=values, auto_id="new_%s")
        self.psa = psa
        self.fields["summary"].error_messages["max_length"] = (
            f"The summary has %(show_value)d characters; {psa} takes %(limit_value)d. Shorten it, "
            "and put the rest into the description."
        )
        self._sources: dict[str, str] = {}
        # What a search found several of, by field: shown as a list in place of the search.
        self.several: dict[str, list[tuple[str, str]]] = {}
        carried = (sent or values).get("sources", "")
        for name, words in _read(carried).items():
            self.source(name, words)

    @property
    def board_id(self) -> str:
        """The board that is chosen so far; empty for none."""
        value = str(self["board"].value() or "")
        return value if value.isascii() and value.isdigit() and len(value) <= 10 else ""

    def source(self, name: str, words: str) -> None:
        """Say below the field out of which words its value was made."""
        self._sources[name] = words = " ".join(words.split())[:_MOST_WORDS]
        self._say(name, f"From: “{words}”")
        self.initial["sources"] = json.dumps(self._sources)

    def unfound(self, name: str, sentence: str = "Not found in your text.") -> None:
        """Say below the field that nothing was found for it."""
        self._say(name, sentence)

    def _say(self, name: str, sentence: str) -> None:
        shown = _SHOWN.get(name, name)
        usual = self.base_fields[shown].help_text
        self.fields[shown].help_text = f"{sentence} {usual}".strip()

    def offer(
        self,
        name: str,
        options: Options,
        of: Mapping[str, list[str]] | None = None,
        *,
        keep: bool = True,
    ) -> None:
        """Fill a list; a value that it does not have is kept to be seen, or dropped.

        `of` says for its options with which values of other fields each of them goes.
        """
        field: Any = self.fields[name]
        field.widget.of = of or {}
        offered = [("", field.nothing), *options]
        value = str(self[name].value() or "")
        if keep and value not in {known for known, _ in offered}:
            offered.append((value[:_LONGEST_NAME], f"No. {value[:20]} (not in the list)"))
        field.widget.choices = offered

    def refuse(self, name: str, sentence: str = "") -> None:
        """Say beside the field what is wrong with it."""
        field: Any = self.fields[name]
        self.add_error(_SHOWN.get(name, name), sentence or field.unknown)

    @property
    def unseen(self) -> list[str]:
        """What is wrong with fields that nobody sees."""
        hidden = ("request_id", "session", "sources")
        return [str(error) for name in hidden for error in self.errors.get(name, ())]

    def choose_between(self, name: str, options: Options) -> None:
        """Let a person choose one of several that a search found."""
        self.several[name] = [("", "None of these"), *options]

    def clean(self) -> dict[str, Any]:
        """Say what is wrong with an id where people see it."""
        for name in _SHOWN.keys() & self.errors.keys():
            self.errors.pop(name)
            self.refuse(name)
        named = self.cleaned_data.get("company") or self.cleaned_data.get("company_name")
        if not named and "company_name" not in self.errors:
            self.refuse("company", "Choose the company that the ticket is for.")
        return self.cleaned_data

    def clean_summary(self) -> str:
        """Return the line, if a PSA can store it."""
        return _storable(self.cleaned_data["summary"])

    def clean_description(self) -> str:
        """Return the text with line feeds; blanks alone are no text."""
        text = self.cleaned_data["description"]
        return _storable(text.replace("\r\n", "\n").replace("\r", "\n")) if text.strip() else ""


def _storable(text: str) -> str:
    """Return the text as it will be sent; raises ValidationError for what cannot be stored."""
    try:
        return clean(text)
    except InvalidContent as refusal:
        raise ValidationError(str(refusal)) from refusal


def _read(carried: object) -> dict[str, str]:
    """Return the words that a form carries along; nothing of what does not belong there."""
    try:
        found = json.loads(str(carried or "{}"))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    fields = NewTicketForm.base_fields
    return {
        name: words for name, words in found.items() if name in fields and isinstance(words, str)
    }


def prefilled(query: Mapping[str, str]) -> dict[str, str]:
    """Return what an address says about a new ticket, as far as its fields can hold it."""
    fields = NewTicketForm.base_fields.keys() - {"request_id", "sources"}
    found = {name: query[name].strip()[:LONGEST_DESCRIPTION] for name in fields if name in query}
    return {name: value for name, value in found.items() if value}
