"""The forms of logging in, of the account, its team and its audit."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts import audit, time_rules
from accounts.models import Account, Invitation, Role, User
from accounts.permissions import may_give
from resolutionflow.lib.days import DayField
from resolutionflow.lib.fields import TypedText, Uncut, UncutEmail
from resolutionflow.lib.hours import TimeRules
from resolutionflow.lib.text import has_controls
from resolutionflow.lib.zones import ZoneField

# Characters. Nobody types more, and whatever is sent here is hashed.
LONGEST_PASSWORD = 1_000
_NO_ADDRESS = "That is no e-mail address. Write it as name@example.com."


class LoginForm(AuthenticationForm):
    """E-mail and password; the same sentence whatever of the two is wrong."""

    error_messages = {
        "invalid_login": "E-mail and password do not match. Check both and try again.",
        "inactive": "E-mail and password do not match. Check both and try again.",
    }

    password = Uncut(
        label="Password",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True}
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


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = UncutEmail(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _NO_ADDRESS},
    )
    role = forms.TypedChoiceField(coerce=Role, initial=Role.ENGINEER)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_roles(self.fields["role"], actor)


class RoleForm(forms.Form):
    """Another role for somebody; `seen` is the one that stood there when the page was made."""

    role = forms.TypedChoiceField(coerce=Role)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, data: Mapping[str, Any] | None = None, *, actor: User, person: User) -> None:
        super().__init__(data, initial={"role": person.role, "seen": person.role})
        self.person = person
        offer_roles(self.fields["role"], actor)

    def clean_seen(self) -> str:
        """Return the role that the person chose to replace; without one, the one there is."""
        return str(self.cleaned_data["seen"] or self.person.role)


def offer_roles(field: Any, actor: User) -> None:
    """Offer the roles that this person may give, and say so where another was asked for."""
    field.choices = [(role.value, role.label) for role in Role if may_give(actor, role)]
    field.error_messages["invalid_choice"] = (
        "Choose one of these roles. Only an owner makes somebody an owner."
    )


def _password_field(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return Uncut(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=widget,
    )


class NewPasswordForm(forms.Form):
    """Another password, twice, held to the rules and kept unlike its person's name and address."""

    password1 = _password_field("Password", "At least 12 characters; several words are good.")
    password2 = _password_field("The same password again")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self) -> str:
        """Hold the password to the rules."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean_password2(self) -> str:
        """Refuse a slip of the fingers."""
        again: str = self.cleaned_data["password2"]
        if self.cleaned_data.get("password1", again) != again:
            raise ValidationError("The two passwords differ. Enter the same one twice.")
        return again


class AcceptForm(NewPasswordForm):
    """What a person who was invited chooses: a name, and a password twice."""

    name = TypedText(
        label="Your name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "password1", "password2"]

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        person = User(email=invitation.email, account=invitation.account)
        super().__init__(*args, person=person, **kwargs)

    def clean_name(self) -> str:
        """Keep the password unlike this name as well."""
        self.person.name = self.cleaned_data["name"]
        return self.person.name


class OwnPasswordForm(NewPasswordForm):
    """Another password for who knows the present one."""

    old_password = Uncut(
        label="Present password",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old_password", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "The new password again"

    def clean_old_password(self) -> str:
        """Refuse who found a screen unlocked."""
        password: str = self.cleaned_data["old_password"]
        if not self.person.check_password(password):
            raise ValidationError("That is not your present password. Enter it again.")
        return password


class NewEmailForm(forms.Form):
    """The address that a log-in is to have."""

    new_email = UncutEmail(
        label="New e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _NO_ADDRESS},
    )


class ConfirmEmailForm(forms.Form):
    """The password of who takes a new address."""

    password = Uncut(
        label="Your password",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class ForgottenForm(forms.Form):
    """Whom to send a link to a new password."""

    email = UncutEmail(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"invalid": _NO_ADDRESS},
    )


class PeopleFilterForm(forms.Form):
    """Which people of the team a list shows; the address holds it."""

    q = Uncut(label="Search", required=False, max_length=100)
    show = forms.ChoiceField(
        required=False,
        choices=[("", "Everybody"), ("active", "Active"), ("deactivated", "Deactivated")],
    )


class AuditFilterForm(forms.Form):
    """Which entries of the audit a list or a download holds; the address holds it."""

    who = forms.ChoiceField(label="Person", required=False)
    action = forms.ChoiceField(required=False)
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def __init__(self, data: Mapping[str, Any], *, account: Account) -> None:
        super().__init__(data)
        people = audit.people_of(account)
        asked = data.get("who", "")
        if asked and asked not in dict(people) and not has_controls(asked):
            # Somebody of the account who has administered nothing yet.
            people += [(user.email, str(user)) for user in account.users.filter(email=asked)]
        for name, nobody, options in (
            ("who", "Everybody", people),
            ("action", "Everything", audit.actions_of(account)),
        ):
            field: Any = self.fields[name]
            field.choices = [("", nobody), *options]


class ZoneForm(forms.Form):
    """In which time zone a person is shown times."""

    time_zone = ZoneField(
        label="Time zone",
        required=False,
        help_text="Notes and downloads say their times in UTC.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, user: User) -> None:
        super().__init__(data, initial={"time_zone": user.time_zone})

    def clean(self) -> dict[str, Any]:
        """Refuse what says nothing about the zone."""
        if "time_zone" not in self.data:
            self.add_error("time_zone", "Choose a time zone.")
        return super().clean() or {}


class TimeRulesForm(forms.Form):
    """How the account measures and bills time, in minutes."""

    round_minutes = forms.TypedChoiceField(
        label="Round up to",
        coerce=int,
        choices=[(each, f"{each} min") for each in time_rules.STEPS],
        error_messages={"invalid_choice": "Choose minutes that fill an hour: 1, 5, 6, 10, 15 …"},
        help_text="Each time that is billed, up to whole steps of so many minutes.",
    )
    minimum_minutes = forms.IntegerField(
        label="Bill at least (minutes)",
        min_value=0,
        max_value=time_rules.MOST_MINIMUM,
        help_text="0 for no minimum.",
    )
    idle_minutes = forms.IntegerField(
        label="Ask after (minutes)",
        min_value=time_rules.LEAST_IDLE,
        max_value=time_rules.MOST_IDLE,
        help_text="With nothing recorded for so long, a session’s clock rests and asks.",
    )

    def rules(self) -> TimeRules:
        """Return what was sent."""
        return TimeRules(**self.cleaned_data)
