"""The form of Quick create: a text, and what the full form beside it holds already."""

from django import forms
from django.core.validators import RegexValidator

from resolutionflow.lib.fields import TypedText, Uncut

LONGEST = 20_000


def _carried() -> forms.CharField:
    """Return a field for an id that the full form holds; what is none is left out."""
    return forms.CharField(required=False, validators=[RegexValidator(r"\A[0-9]{1,10}\Z")])


class RequestForm(forms.Form):
    """A request in plain words."""

    text = TypedText(
        max_length=LONGEST,
        error_messages={
            "required": "Write what the ticket is about, then fill the form.",
            "max_length": "The text has %(show_value)d characters, and at most %(limit_value)d are "
            "read. Shorten it; a log belongs on the ticket as a note.",
        },
    )
    session = forms.UUIDField(required=False)
    # Under which name the form's text is kept.
    draft = forms.CharField(
        required=False, validators=[RegexValidator(r"\Aticket(?:-[0-9]{1,10}-[0-9]{1,10})?\Z")]
    )
    # What the session says of the ticket, to stand below what was written.
    context = Uncut(required=False, max_length=LONGEST)
    company = _carried()
    company_name = Uncut(required=False, max_length=200)
    board = _carried()

    @property
    def refusal(self) -> str:
        """What is wrong with the text, in a sentence; "" where nothing is."""
        return " ".join(str(error) for error in self.errors.get("text", ()))

    @property
    def carried(self) -> dict[str, str]:
        """What the full form held, as far as it is well formed."""
        held = {name: self.cleaned_data.get(name) or "" for name in ("company", "board")}
        name = self.cleaned_data.get("company_name") or ""
        context = self.cleaned_data.get("context") or ""
        return held | {"company_name": name if held["company"] else "", "context": context}
