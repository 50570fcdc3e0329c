"""Forms around the connection's keys: a new pair, and a ticket to test writing on."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from psa.forms import secret_field
from psa.naming import HOW_TO, LONGEST, ticket_number
from psa.opened import SECRETS
from psa.providers.setup import Setup
from resolutionflow.lib.fields import Uncut


class KeysForm(forms.Form):
    """A new pair for the same site and company. It checks shapes only; nothing is shown again."""

    public_key = secret_field()
    private_key = secret_field()
    client_id = secret_field("Client id", "Leave empty to keep the stored one.", required=False)

    def __init__(self, setup: Setup, *args: Any) -> None:
        super().__init__(*args)
        for name in SECRETS:
            asked = setup.asked.get(name)
            if asked is None:
                del self.fields[name]
            elif name != "client_id":
                self.fields[name].label = f"New {asked.label.lower()}"
                self.fields[name].help_text = asked.hint

    def values(self) -> dict[str, str]:
        """Return what was entered, for `psa.keys.enter`."""
        return {name: str(value) for name, value in self.cleaned_data.items()}


class WritingForm(forms.Form):
    """The ticket that an administrator lets us write on."""

    ticket_id = Uncut(
        label="Ticket number",
        max_length=LONGEST,
        help_text="One of your own making, not a customer's.",
        error_messages={"required": "Enter the number of the ticket to write on."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    request_id = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def clean_ticket_id(self) -> str:
        """Return the number of whatever names a ticket."""
        number = ticket_number(self.cleaned_data["ticket_id"])
        if not number:
            raise ValidationError(HOW_TO)
        return number

    def clean_request_id(self) -> object:
        """Return the id of this wish; ours where the form has none."""
        return self.cleaned_data["request_id"] or uuid4()
