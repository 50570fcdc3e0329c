"""The forms of what an account's administrators set for notes: templates and snippets."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Account
from psa.models import Post
from psa.placeholders import NAMES, unknown
from resolutionflow.lib.fields import TypedText
from sessions_app import snippets
from sessions_app.export.templates import SECTIONS
from sessions_app.forms import LineField
from sessions_app.models import OwnTemplate, Snippet

_MOST_BOARDS = 50


class WordsField(TypedText):
    """Text with placeholders; an unknown one is refused, for nothing would ever fill it."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        widget = forms.Textarea({"rows": rows, "dir": "auto"})
        super().__init__(widget=widget, strip=False, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the text without blank edges."""
        text: str = super().clean(value)
        if names := unknown(text):
            raise ValidationError(
                f"There is no placeholder {{{names[0]}}}. There are: "
                f"{', '.join(f'{{{name}}}' for name in NAMES)}."
            )
        return text.strip("\n") if text.strip() else ""


class NamesField(forms.MultipleChoiceField):
    """Several names; empty ones are left out, and a value may hold several between commas."""

    def to_python(self, value: Any) -> list[str]:
        """Return the names, each once."""
        sent = value if isinstance(value, list | tuple) else [value or ""]
        known = {str(choice) for choice, _ in self.widget.choices}
        names = (
            part
            for each in sent
            for part in ([each] if str(each) in known else str(each).split(","))
        )
        return list(dict.fromkeys(name.strip() for name in names if name.strip()))


class TemplateForm(forms.Form):
    """An account's own template of a note."""

    name = LineField(max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    note_type = forms.ChoiceField(label="Note type", choices=Post.NoteType.choices)
    sections = NamesField(
        choices=SECTIONS.items(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one section."},
    )
    intro = WordsField(
        rows=3,
        required=False,
        max_length=5_000,
        help_text="Stands before the sections. For a customer it takes the greeting's place.",
    )
    outro = WordsField(
        rows=3, required=False, max_length=5_000, help_text="Stands behind the sections."
    )
    boards = NamesField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Offered for tickets of these boards; of every board where none is chosen.",
    )

    def __init__(
        self,
        *args: Any,
        account: Account,
        boards: list[str],
        row: OwnTemplate | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        others = OwnTemplate.objects.filter(account=account)
        self._others = others.exclude(pk=row.pk or 0) if row else others
        self.fields["boards"].choices = [(name, name) for name in boards]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse a name that another template has."""
        return _unused(self.cleaned_data["name"], self._others, "template")

    def clean_boards(self) -> list[str]:
        """Refuse more boards than a page shows."""
        boards: list[str] = self.cleaned_data["boards"]
        if len(boards) > _MOST_BOARDS:
            raise ValidationError(f"Choose up to {_MOST_BOARDS} boards, or none for every board.")
        return boards


class SnippetForm(forms.Form):
    """A text that is inserted into notes by its name."""

    name = LineField(
        max_length=60,
        help_text="Typed behind a slash in a note: /name.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off"}),
    )
    text = WordsField(rows=5, max_length=snippets.LONGEST)

    def __init__(self, *args: Any, account: Account, row: Snippet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Snippet.objects.filter(account=account)
        self._others = others.exclude(pk=row.pk or 0) if row else others

    def clean_name(self) -> str:
        """Return the name without its slash; refuse one that another snippet has."""
        name = self.cleaned_data["name"].strip().lstrip("/")
        if not name or "/" in name:
            raise ValidationError("Write a name without slashes, such as greeting.")
        return _unused(name, self._others, "snippet")

    def clean_text(self) -> str:
        """Refuse a text of nothing but blanks."""
        text: str = self.cleaned_data["text"]
        if not text:
            raise ValidationError("Write what the snippet inserts.")
        return text


def _unused(name: str, others: Any, what: str) -> str:
    if others.filter(name__iexact=name).exists():
        raise ValidationError(f"Another {what} has this name. Choose a different one.")
    return name
