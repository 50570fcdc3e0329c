"""The components say what they show in words, roles and names."""

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from resolutionflow.styleguide import SampleForm


def show(component: str, /, **context) -> str:
    return " ".join(render_to_string(f"components/{component}.html", context).split())


def test_an_icon_without_a_label_is_hidden_from_readers():
    assert 'aria-hidden="true"' in show("icon", name="ticket")
    assert 'img/icons.svg#ticket"' in show("icon", name="ticket")


def test_an_icon_with_a_label_is_an_image_with_a_name():
    assert 'role="img" aria-label="Move up"' in show("icon", name="arrow-up", label="Move up")


def test_a_badge_carries_its_words_and_tone():
    assert show("badge", text="Waiting", tone="warning") == (
        '<span class="badge tone-warning">Waiting</span>'
    )
    assert "tone-neutral" in show("badge", text="Waiting")


def test_an_error_bar_is_an_alert_and_offers_retry_only_with_an_address():
    bar = show("error_bar", message="ConnectWise is <down>.", retry_url="/again/")
    assert 'class="error-bar" role="alert"' in bar
    assert "ConnectWise is &lt;down&gt;." in bar
    assert 'href="/again/"' in bar
    assert "Retry" not in show("error_bar", message="No.")


def test_a_toast_is_a_status_with_a_way_out_and_a_link():
    toast = show("toast", message="Posted.", tone="success", link_url="/t/", link_label="View")
    assert 'class="toast tone-success" role="status"' in toast
    assert "data-toast-close" in toast
    assert '<a href="/t/" >View</a>' in toast


def test_a_toast_of_a_django_error_message_has_the_tone_of_danger():
    assert "tone-danger" in show("toast", message="No.", tone="error")


def test_a_toast_can_travel_beside_another_answer():
    assert show("toast", message="Posted.", oob=True).startswith(
        '<div hx-swap-oob="beforeend:#toasts">'
    )
    assert "hx-swap-oob" not in show("toast", message="Posted.")


def test_a_link_out_of_a_toast_opens_a_window_that_cannot_reach_back():
    toast = show("toast", message="Posted.", link_url="https://na.example/", link_external=True)
    assert 'target="_blank" rel="noopener noreferrer"' in toast


def test_an_empty_state_says_what_to_do():
    state = show(
        "empty_state",
        icon="ticket",
        title="No posts yet",
        action_url="/l/",
        action_label="Link a ticket",
    )
    assert "No posts yet" in state
    assert '<a class="button" href="/l/">Link a ticket</a>' in state


def test_pages_keep_the_rest_of_the_address():
    shown = show("pagination", page=Paginator(range(60), 20).page(2), query="q=a%26b")
    assert 'href="?q=a%26b&amp;page=1"' in shown
    assert 'href="?q=a%26b&amp;page=3"' in shown
    assert "Page 2 of 3" in shown


def test_a_single_page_shows_no_pages():
    assert show("pagination", page=Paginator(range(3), 20).page(1)) == ""


@pytest.mark.parametrize(
    ("visibility", "words"),
    [
        ("colleagues", "Colleagues only."),
        ("may_reach_customer", "May reach Contoso."),
        ("customer", "Contoso can read this."),
        ("unknown", "Visibility unknown."),
    ],
)
def test_who_can_read_a_note_is_said_in_words_with_an_icon(visibility, words):
    shown = show("visibility", visibility=visibility, company="Contoso")
    assert f"<strong>{words}</strong>" in shown
    assert "<svg" in shown


def test_visibility_without_a_company_still_names_the_reader():
    assert "The customer can read this." in show("visibility", visibility="customer")


def field(name: str, data: dict[str, str] | None = None) -> str:
    return show("field", field=SampleForm(data)[name])


def test_a_field_has_a_label_and_its_help():
    shown = field("title")
    assert '<label for="id_title">Title</label>' in shown
    assert 'aria-describedby="id_title_helptext"' in shown
    assert '<p class="field-help" id="id_title_helptext">What people will look for.</p>' in shown


def test_a_field_to_mend_says_so_to_eyes_and_readers():
    shown = field("title", {"title": ""})
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_title_helptext id_title_error"' in shown
    assert 'id="id_title_error"' in shown
    assert "This field is required." in shown


def test_an_optional_field_says_so():
    assert "(optional)" in field("note")
    assert "(optional)" not in field("title")


def test_choices_are_a_group_with_a_legend():
    shown = field("note_type")
    assert "<fieldset" in shown
    assert "<legend>Note type</legend>" in shown


def test_a_group_to_mend_is_described_by_its_error():
    shown = field("note_type", {"title": "x"})
    assert 'aria-describedby="id_note_type_error"' in shown
    assert 'id="id_note_type_error"' in shown


def test_a_checkbox_stands_inside_its_label():
    assert "Contoso can read this note</span></label>" in field("confirm")


def test_a_password_is_never_written_back():
    assert "hunter2" not in field("secret", {"secret": "hunter2"})
