"""Nothing that is typed or pasted is cut on its way in: no form tells a browser to.

Sources: 17 getkirby/kirby#754 and alphagov/govuk-design-system#3058, 18 ms609/citation-bot#5440,
19 bytedeck/bytedeck#751 and porybox/porybox#357.
"""

from pathlib import Path

import pytest
from django import forms
from django.urls import reverse

from sessions_app.models import WorkSession
from tests import cases
from tests.house.test_sizes import ROOT, form_classes

PASTED = (cases.text("text-17-paste-longer-than-field") + " ") * 12
SIGNS = cases.text("text-18-cp1252-quotes")
MEANT = "“Access denied” – price € 5"
LOG = "2026-11-28 10:20:30 svchost: connection reset by peer\n" * 60_000


def cutting(form):
    """Return the fields of a form that a browser would cut a paste for."""
    for name, field in form.base_fields.items():
        # What people choose, and what the page says for itself, is not pasted.
        if isinstance(field, forms.CharField) and not isinstance(
            field.widget, forms.HiddenInput | forms.Select
        ):
            shown = field.widget_attrs(field.widget) | field.widget.attrs
            if "maxlength" in shown:
                yield name


def test_no_form_cuts_a_paste():
    found = {form.__name__: [*cutting(form)] for form in form_classes()}
    # Of Django's admin and of a sample; what the others hold beside the note is hidden.
    others = {
        "MemberMappingForm",
        "PersonChangeForm",
        "PersonForm",
        "SampleForm",
        "NoteForm",
        "StatusForm",
    }
    assert {name: fields for name, fields in found.items() if fields and name not in others} == {}


def test_no_template_cuts_a_paste():
    templates = [*Path(ROOT / "templates").rglob("*.html")]
    assert len(templates) > 50
    assert [path.name for path in templates if "maxlength" in path.read_text()] == []


@pytest.mark.parametrize(
    ("route", "field", "most"),
    [("new", "title", 200), ("new", "client_name", 200), ("step-add", "title", 500)],
)
@pytest.mark.django_db
def test_a_long_paste_is_kept_and_said_to_be_too_long(
    client_of, engineer, session, route, field, most
):
    address = reverse(f"sessions:{route}", args=[session.pk] if route == "step-add" else [])
    sent = {"title": "t", "kind": "check"} | {field: PASTED}
    answer = client_of(engineer).post(address, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert PASTED.strip() in text
    assert f"This is {len(PASTED.strip())} characters long, and up to {most} go." in text


@pytest.mark.django_db
def test_an_address_that_fills_the_form_is_not_cut(client_of, engineer):
    answer = client_of(engineer).get(reverse("sessions:new"), {"title": PASTED})
    assert PASTED.strip() in answer.content.decode()


@pytest.mark.parametrize("wanted", ["psa", "text", "html", "markdown"])
@pytest.mark.django_db
def test_signs_of_windows_stay_what_they_mean(client_of, engineer, wanted):
    browser = client_of(engineer)
    browser.post(reverse("sessions:new"), {"title": SIGNS, "problem": SIGNS})
    session = WorkSession.objects.get()
    assert (session.title, session.problem) == (MEANT, MEANT)
    # One from before is shown so as well.
    WorkSession.objects.filter(pk=session.pk).update(problem=SIGNS)
    address = reverse("sessions:export", args=[session.pk])
    assert browser.get(address, {"format": wanted}).content.decode().count(MEANT) >= 2


@pytest.mark.parametrize("route", ["step-add", "draft"])
@pytest.mark.django_db
def test_a_log_that_is_too_large_says_what_goes(client_of, engineer, session, route):
    assert len(LOG) > 3_000_000
    address = reverse(f"sessions:{route}", args=[session.pk, *(["step"] * (route == "draft"))])
    sent = {"kind": "check", "title": "log", "command_output": LOG}
    answer = client_of(engineer).post(address, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 413
    assert "2.5 MB" in answer.content.decode()
