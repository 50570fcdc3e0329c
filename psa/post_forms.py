"""The filter of the post history; the whole of it stands in the address."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Account, User
from accounts.naming import told_apart
from psa.models import Post
from resolutionflow.lib.days import DayField
from resolutionflow.lib.fields import Uncut


class _Select(forms.Select):
    """A select for many: Django's own renders a template for every option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the element with its options."""
        del renderer
        chosen = str(value or "")
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) == chosen else "", label) for key, label in self.choices),
        )
        with_name = {**self.build_attrs(self.attrs, attrs), "name": name}
        return format_html("<select{}>{}</select>", flatatt(with_name), options)


SELECTED = mark_safe(" selected")


class PostFilterForm(forms.Form):
    """What is looked for, where, by whom and when; days as pages show them, both included."""

    q = Uncut(
        label="Search",
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": "Words, #ticket, RF-session"}),
    )
    status = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any state"), *Post.State.choices]
    )
    note_type = forms.ChoiceField(
        label="Note type", required=False, choices=[("", "Any type"), *Post.NoteType.choices]
    )
    user = forms.ModelChoiceField(
        User.objects.none(),
        label="Person",
        widget=_Select,
        required=False,
        empty_label="Anybody",
        error_messages={"invalid_choice": "Choose a person of this account."},
    )
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def __init__(self, *args: Any, account: Account, shared: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = account.users.order_by("name", "email")
        field.label_from_instance = lambda person: told_apart(person, shared)

    def clean(self) -> dict[str, Any]:
        """Refuse days that cannot both hold."""
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first one.")
        return values

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filtered."""
        return not any(self.cleaned_data.values())
