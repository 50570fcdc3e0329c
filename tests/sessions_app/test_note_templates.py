"""Templates: the four, an account's own, and what happens when one is removed meanwhile."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from sessions_app import note_templates
from sessions_app.models import OwnTemplate
from tests.sessions_app.test_note_types import add, switch
from tests.sessions_app.test_posting_page import (  # noqa: F401 - fixtures
    HTMX,
    erin,
    form_of,
    linked,
    notes,
    opened,
    send,
    tenant,
    url,
)

pytestmark = pytest.mark.django_db
PAGE = "/account/admin/templates/"
OWN = {
    "name": "House style",
    "note_type": "description",
    "sections": ["steps", "next_steps"],
    "intro": "Dear {first_name} of {company},",
    "outro": "Yours, {engineer}",
}


@pytest.fixture
def adam(client_of, admin_user):
    return client_of(admin_user)


@pytest.fixture
def own(adam, connection):
    assert adam.post(PAGE, OWN).status_code == 302
    return OwnTemplate.objects.get()


@pytest.mark.parametrize(
    ("template", "note_type", "begins"),
    [
        ("quick_update", "internal_analysis", "**Update — "),
        ("full_analysis", "internal_analysis", "**Session Analysis — "),
        ("resolution_summary", "resolution", "**Resolution — "),
        ("customer_update", "description", "Hello"),
    ],
)
def test_each_of_the_four_is_chosen_by_the_address(
    linked,  # noqa: F811
    erin,  # noqa: F811
    template,
    note_type,
    begins,
):
    values = opened(erin, linked, template=template)
    assert values["note_type"] == note_type
    assert values["content"].startswith(begins)


def test_whatever_the_template_a_customer_gets_nothing_internal(linked, erin):  # noqa: F811
    add(linked)
    values = opened(erin, linked, template="full_analysis", note_type="description")
    assert values["content"].startswith("Hello")
    assert "private" not in values["content"]


def test_an_own_template_is_offered_for_its_type_and_chosen_by_its_id(
    linked,  # noqa: F811
    erin,  # noqa: F811
    own,
    tenant,  # noqa: F811
):
    tenant.tickets[48291]["contactName"] = "Jane Doe"
    values = opened(erin, linked, template=str(own.pk))
    company = linked.psa_ticket_company
    assert values["note_type"] == "description"
    assert f"Dear Jane of {company}," in values["content"]
    assert "Yours, Erin" in values["content"]
    shown = erin.get(url("post-preview", linked), {"note_type": "description"}, headers=HTMX)
    assert f'<option value="{own.pk}">House style' in shown.content.decode()
    shown = erin.get(url("post-preview", linked), {"note_type": "resolution"}, headers=HTMX)
    assert "House style" not in shown.content.decode()
    usual = opened(erin, linked, note_type="description")
    assert switch(erin, linked, usual, template=str(own.pk))["content"] == values["content"]


def test_a_template_for_other_boards_is_not_offered(linked, erin, own):  # noqa: F811
    OwnTemplate.objects.update(boards=["Some other board"])
    shown = erin.get(url("post-preview", linked), {"note_type": "description"}, headers=HTMX)
    assert "House style" not in shown.content.decode()
    OwnTemplate.objects.update(boards=[linked.psa_ticket_board])
    shown = erin.get(url("post-preview", linked), {"note_type": "description"}, headers=HTMX)
    assert "House style" in shown.content.decode()


def test_an_edited_text_stays_when_another_template_is_chosen(linked, erin):  # noqa: F811
    edited = opened(erin, linked) | {"content": "Mine."}
    answer = erin.post(
        url("post-text", linked), edited | {"template": "quick_update"}, headers=HTMX
    )
    assert form_of(answer)["content"] == "Mine."
    assert "You changed this text, so it stays" in answer.content.decode()


def test_a_template_removed_meanwhile_leaves_the_text(linked, erin, own, adam, tenant):  # noqa: F811
    values = opened(erin, linked, template=str(own.pk)) | {"confirm_visible": "on"}
    values["content"] = values["content"].replace("{first_name}", "Jane")
    assert adam.post(f"{PAGE}{own.pk}/remove/").status_code == 302
    again = erin.post(url("post-text", linked), values | {"do": "preview"}, headers=HTMX)
    assert form_of(again)["content"] == values["content"]
    assert "was removed. Your text is kept" in again.content.decode()
    erin.post(url("draft", linked, "post"), values)
    assert opened(erin, linked)["content"] == values["content"]
    assert send(erin, linked, values).status_code == 200
    assert notes(tenant) == [values["content"]]


@pytest.mark.parametrize("odd", ["0", "999999", "nonsense", "1" * 40, "１", "-1"])
def test_an_unknown_template_is_the_usual_text(linked, erin, odd):  # noqa: F811
    assert opened(erin, linked, template=odd)["content"] == opened(erin, linked)["content"]


def test_another_account_s_template_is_none(linked, erin, other_account):  # noqa: F811
    theirs = OwnTemplate.objects.create(
        account=other_account, name="Theirs", note_type="resolution", sections=["steps"]
    )
    values = opened(erin, linked, template=str(theirs.pk))
    assert values["note_type"] == "internal_analysis"
    assert "Theirs" not in values["content"]


def test_templates_are_added_changed_and_removed_and_each_is_audited(adam, own):
    page = adam.get(f"{PAGE}{own.pk}/").content.decode()
    assert "Dear {first_name} of {company}," in page
    changed = OWN | {"outro": "Bye", "boards": ""}
    assert adam.post(f"{PAGE}{own.pk}/", changed).status_code == 302
    own.refresh_from_db()
    assert own.outro == "Bye"
    adam.post(f"{PAGE}{own.pk}/remove/")
    assert not OwnTemplate.objects.exists()
    actions = [*AuditEntry.objects.order_by("number").values_list("action", flat=True)]
    assert actions[-3:] == ["note_template.added", "note_template.changed", "note_template.removed"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "required"),
        ({"name": "x" * 101}, "up to 100 go"),
        ({"note_type": "nonsense"}, "Select a valid choice"),
        ({"sections": []}, "at least one section"),
        ({"sections": ["nonsense"]}, "Select a valid choice"),
        ({"intro": "{nobody_knows}"}, "There is no placeholder {nobody_knows}"),
        ({"outro": "x" * 5_001}, "up to 5000 go"),
        ({"boards": ["No such board"]}, "Select a valid choice"),
    ],
)
def test_what_does_not_hold_is_422_with_what_was_typed(adam, connection, change, said):
    answer = adam.post(PAGE, OWN | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Yours, {engineer}" in answer.content.decode() or "outro" in change
    assert not OwnTemplate.objects.exists()


def test_names_are_told_apart_whatever_their_case(adam, own):
    answer = adam.post(PAGE, OWN | {"name": "HOUSE style"})
    assert answer.status_code == 422
    assert "Another template has this name" in answer.content.decode()
    assert adam.post(f"{PAGE}{own.pk}/", OWN).status_code == 302  # its own name


def test_an_account_holds_so_many(adam, connection, monkeypatch):
    monkeypatch.setattr(note_templates, "MOST", 1)
    assert adam.post(PAGE, OWN).status_code == 302
    answer = adam.post(PAGE, OWN | {"name": "Another"})
    assert answer.status_code == 422
    assert "up to 50 templates" in answer.content.decode()


def test_the_boards_of_the_psa_are_offered_and_without_it_the_page_works(
    adam, connection, simulator
):
    assert 'name="boards"' in adam.get(PAGE).content.decode()
    simulator.faults.add("refuse", times=50)
    assert adam.get(reverse("sessions:note-templates")).status_code == 200
