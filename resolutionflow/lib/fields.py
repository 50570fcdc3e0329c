"""Fields for what people type or paste: they take all of it, and say what is too long."""

from typing import Any

from django import forms

from resolutionflow.lib.text import as_typed


class Uncut(forms.CharField):
    """Mixin and field: without `maxlength`, by which browsers cut what is pasted, silently."""

    default_error_messages = {
        "max_length": "This is %(show_value)d characters long, and up to %(limit_value)d go. "
        "Shorten it: nothing was cut.",
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return the widget's attributes, with no bound that a browser would cut at."""
        return {name: v for name, v in super().widget_attrs(widget).items() if name != "maxlength"}


class UncutEmail(Uncut, forms.EmailField):
    """An e-mail address."""


class TypedText(Uncut):
    """Text that is kept and shown: without what means nothing in it, and with the signs that do."""

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds, and the signs of Windows as they were meant."""
        return super().to_python(as_typed(str(value or ""))) or ""
