"""The connection form, for our page and for the Django admin alike."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator

from psa.models import PsaConnection
from psa.opened import SECRETS, client_id_of
from psa.providers import registry
from psa.providers.setup import Asked, Setup, Step
from resolutionflow.lib.fields import Uncut

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[PsaConnection]
else:
    ModelForm = forms.ModelForm

# What a vendor may ask for, in the order of the form.
ASKED = ("site_url", "company_id", *SECRETS)
# A header value and one half of a Basic pair: printable ASCII without blanks.
_printable = RegexValidator(
    r"\A[\x21-\x7e]+\Z",
    "A key holds letters, digits and signs only, without blanks. Copy it again.",
)


def secret_field(label: str = "", help_text: str = "", *, required: bool = True) -> forms.CharField:
    """Return a field whose value is never written back into a page."""
    return Uncut(
        label=label,
        help_text=help_text,
        max_length=200,
        required=required,
        validators=[_printable],
        widget=forms.PasswordInput(
            render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"}
        ),
    )


class ConnectionForm(ModelForm):
    """What connects an account to its PSA; secrets are entered, never shown.

    It checks shapes only. Whether the values connect is `psa.connections.save`'s to say.
    """

    provider = forms.ChoiceField(label="PSA", choices=registry.known_providers)
    public_key = secret_field()
    private_key = secret_field()
    client_id = secret_field()

    class Meta:
        model = PsaConnection
        fields = ["provider", "display_name", "site_url", "company_id"]
        field_classes = dict.fromkeys(("display_name", "site_url", "company_id"), Uncut)
        labels = {"display_name": "Name"}
        help_texts = {"display_name": "What your team calls it."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup = self._chosen()
        kept = not self.instance._state.adding
        for name in ASKED:
            self._ask(name, self.setup.asked.get(name), kept)
        if kept and "company_id" in self.setup.asked:
            self.fields["company_id"].help_text = (
                "Another company is another PSA: sessions linked before keep their ticket number, "
                "but lose the connection."
            )

    @property
    def steps(self) -> list[Step]:
        """The steps of the guide that lead to what this form asks for."""
        return [
            step
            for step in self.setup.steps
            if not step.only_for or self.fields[step.only_for].required
        ]

    @property
    def others(self) -> list[tuple[str, str]]:
        """Name and product of the PSAs that can be connected in place of the one that is asked."""
        others = [one for one in registry.known_providers() if one[0] != self.setup.name]
        return others if self.instance._state.adding else []

    def values(self) -> dict[str, str]:
        """Return what was entered, by field name, for `psa.connections.save`."""
        return {name: str(value) for name, value in self.cleaned_data.items()}

    def _chosen(self) -> Setup:
        """Return the set-up of the PSA that was chosen, or else of the first one."""
        names = [name for name, _ in registry.known_providers()]
        chosen = self["provider"].value()
        return registry.setup_of(chosen if chosen in names else names[0])

    def _ask(self, name: str, asked: Asked | None, kept: bool) -> None:
        """Name one of the fields as the vendor does; hide it where the PSA does not need it."""
        field: Any = self.fields[name]
        if asked is None:
            field.required, field.widget = False, forms.HiddenInput()
            return
        field.label, field.help_text = asked.label, asked.hint
        if asked.pattern:
            field.validators.append(RegexValidator(asked.pattern, asked.refusal))
        if name not in SECRETS:
            return
        has_one = name == "client_id" and bool(client_id_of(self.setup))
        field.required = not kept and not has_one
        if kept:
            field.help_text = "Leave empty to keep the stored one."
        elif has_one:
            field.help_text = "Only if you use one of your own."
