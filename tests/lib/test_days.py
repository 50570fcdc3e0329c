"""The day of a filter, and that no form has a day of another kind."""

from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError

from resolutionflow import urls
from resolutionflow.lib.days import DayField


def test_a_day_is_taken_as_people_and_browsers_write_it():
    assert DayField().clean("2026-04-21") == DayField().clean("04/21/2026")
    assert DayField(required=False).clean("") is None


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_with_which_nobody_can_reckon_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="Enter a day between 2000 and 2199"):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["2026-02-30", "10000-01-01", "yesterday", "0000-00-00"])
def test_what_is_no_day_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="Enter a day as 2026-04-21"):
        DayField().clean(typed)


def our_forms(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in base.__subclasses__():
        yield from our_forms(form)
        if form.__module__.split(".")[0] in ("accounts", "psa", "tickets", "sessions_app"):
            yield form


def test_every_day_of_a_form_is_such_a_day():
    assert urls  # imports every form
    days = {
        f"{form.__name__}.{name}": type(field)
        for form in our_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.DateField)
    }
    assert len(days) >= 4
    assert set(days.values()) == {DayField}
