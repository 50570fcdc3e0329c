"""The form of a question to ResolutionAssist."""

from uuid import uuid4

from django import forms

from sessions_app.forms import LongTextField

LONGEST = 20_000


class QuestionForm(forms.Form):
    """One question, or the wish for a summary; its id makes a double click one question."""

    question = LongTextField(
        rows=2,
        max_length=LONGEST,
        label="Ask about this session",
        error_messages={"max_length": f"This is too long. Up to {LONGEST:,} characters go."},
    )
    kind = forms.ChoiceField(
        choices=[("answer", "Ask"), ("summary", "Summarise the steps")], required=False
    )
    request_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": "Load this page again, then ask: your text is kept."},
    )

    def clean(self) -> dict[str, object]:
        """Need words where something is asked."""
        values: dict[str, object] = super().clean() or {}
        if values.get("kind") != "summary" and not (values.get("question") or self.errors):
            self.add_error("question", "Write what you want to know.")
        return values


def empty_form(question: str = "") -> QuestionForm:
    """Return the form for the next question, holding what was typed but not asked yet."""
    return QuestionForm(initial={"question": question, "request_id": uuid4()})
