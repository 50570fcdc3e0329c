"""The form of a question to ResolutionAssist."""

from typing import Any
from uuid import uuid4

from django import forms

from sessions_app.assist.conversation import TOLD
from sessions_app.forms import LongTextField
from sessions_app.models import AssistTurn

LONGEST = 20_000


class QuestionForm(forms.Form):
    """One question, or the wish to have the steps told; its id makes a double click one."""

    question = LongTextField(
        rows=2,
        max_length=LONGEST,
        label="Ask about this session",
        error_messages={
            "required": "Write what you want to know.",
            "max_length": f"This is too long. Up to {LONGEST:,} characters go.",
        },
    )
    kind = forms.ChoiceField(choices=AssistTurn.Kind.choices, required=False)
    request_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": "Load this page again, then ask: your text is kept."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # To have the steps told asks nothing.
        self.fields["question"].required = self.data.get("kind") not in TOLD


def empty_form(question: str = "") -> QuestionForm:
    """Return the form for the next question, holding what was typed but not asked yet."""
    return QuestionForm(initial={"question": question, "request_id": uuid4()})
