"""The forms of logging in and of choosing an account."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from accounts.models import Account


class LoginForm(AuthenticationForm):
    """E-mail and password; the same sentence whatever of the two is wrong."""

    error_messages = {
        "invalid_login": "E-mail and password do not match. Check both and try again.",
        "inactive": "E-mail and password do not match. Check both and try again.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )
        self.fields["username"].label = "E-mail"


class ChooseAccountForm(forms.Form):
    """Which account a super admin works in."""

    account = forms.ModelChoiceField(
        Account.objects.all(),
        required=False,
        empty_label="All accounts",
        error_messages={"invalid_choice": "That account does not exist any more. Choose another."},
    )
