"""Every text that a form takes has a bound, whichever form it is."""

from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from sessions_app.forms import TextsForm

APPS = ("accounts", "psa", "tickets", "sessions_app", "resolutionflow")
ROOT = Path(__file__).parents[2]
# Fields that take any length, and why that does no harm.
BOUNDED_ELSEWHERE = {
    ("LoginForm", "username"): "Looked up as it is, and counted as a hash (accounts/guessing.py).",
}
# More than one request may hold.
MUCH = "1" * 3_000_000


def form_classes():
    """Return every form of the house."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "forms" in path.stem or "_form" in path.stem or path.stem == "styleguide":
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found, waiting = set(), [forms.BaseForm]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found |= {form for form in below if form.__module__.split(".")[0] in APPS}
    return sorted(found, key=lambda form: form.__qualname__)


def unbounded(form):
    """Return the text fields of a form that take any length."""
    for name, field in form.base_fields.items():
        if isinstance(field, forms.CharField):
            if (form.__name__, name) in BOUNDED_ELSEWHERE:
                continue
            try:
                field.clean(MUCH)
            except ValidationError:
                continue
            yield name


def test_every_text_field_is_bounded_alone_or_with_its_form():
    checked = form_classes()
    assert len(checked) > 30
    loose = {
        form.__name__: [*unbounded(form)] for form in checked if not issubclass(form, TextsForm)
    }
    assert {name: fields for name, fields in loose.items() if fields} == {}


@pytest.mark.parametrize("form", TextsForm.__subclasses__(), ids=lambda form: form.__name__)
def test_texts_are_bounded_together_in_bytes(form):
    loose = [*unbounded(form)]
    # Two bytes each: as characters they are only half of what goes.
    sent = dict.fromkeys(loose, "é" * (form.most_bytes // len(loose) // 2 + 500))
    errors = form(sent).errors
    assert [name for name in loose if "and up to 200 KB go" in str(errors.get(name, ""))]
    fits = dict.fromkeys(loose, "é" * (form.most_bytes // len(loose) // 2 - 500))
    assert "KB" not in str(form(fits).errors)


def test_a_form_beyond_what_a_request_may_send_is_413_with_the_bound(client_of, engineer):
    answer = client_of(engineer).post(reverse("sessions:new"), {"title": "t", "problem": MUCH})
    assert answer.status_code == 413
    assert "more than 2.5 MB" in answer.content.decode()
