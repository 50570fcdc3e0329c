"""The connection form, for our page and for the Django admin alike."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator

from psa.models import PsaConnection
from psa.providers import registry
from resolutionflow.lib.fields import Uncut

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[PsaConnection]
else:
    ModelForm = forms.ModelForm

# A header value and one half of a Basic pair: printable ASCII without blanks.
_printable = RegexValidator(
    r"\A[\x21-\x7e]+\Z",
    "A key holds letters, digits and signs only, without blanks. Copy it again.",
)
# It becomes a part of an address and of the log-in name, "+" and ":" being the separators there.
_plain_company = RegexValidator(
    r"\A[^\s:+/\\?#%\x00-\x1f\x7f]+\Z",
    "Enter the company id that you log in to ConnectWise with, not an address.",
)


def secret_field(label: str, help_text: str, *, required: bool = True) -> forms.CharField:
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
    public_key = secret_field("Public key", "From the API member's API Keys tab.")
    private_key = secret_field("Private key", "ConnectWise shows it once, when the key is made.")
    client_id = secret_field(
        "Client id", "Identifies the integration, from developer.connectwise.com."
    )

    class Meta:
        model = PsaConnection
        fields = ["provider", "display_name", "site_url", "company_id"]
        field_classes = dict.fromkeys(("display_name", "site_url", "company_id"), Uncut)
        labels = {"display_name": "Name", "company_id": "Company id"}
        help_texts = {
            "display_name": "What your team calls it.",
            "site_url": "The host you open ConnectWise at, for example na.myconnectwise.net.",
            "company_id": "The company you enter when you log in to ConnectWise.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company_id"].validators.append(_plain_company)
        kept = not self.instance._state.adding
        for name in ("public_key", "private_key"):
            self.fields[name].required = not kept
        self.fields["client_id"].required = not kept and not settings.CONNECTWISE_CLIENT_ID
        if kept:
            self._say_what_is_kept()
        elif settings.CONNECTWISE_CLIENT_ID:
            self.fields["client_id"].help_text = "Only if you use one of your own."

    def values(self) -> dict[str, str]:
        """Return what was entered, by field name, for `psa.connections.save`."""
        return {name: str(value) for name, value in self.cleaned_data.items()}

    def _say_what_is_kept(self) -> None:
        for name in ("public_key", "private_key", "client_id"):
            self.fields[name].help_text = "Leave empty to keep the stored one."
        self.fields["company_id"].help_text = (
            "Another company is another PSA: sessions linked before keep their ticket number, "
            "but lose the connection."
        )
