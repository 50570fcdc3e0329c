"""Editing a posted note from the session's posts, against the simulator."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from psa.models import NoteEdit, Post
from psa.outbox import worker
from psa.outbox.kinds import NOTE_EDIT
from sessions_app import linking
from sessions_app import posting as session_posting

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
OLD, NEW = "Timer restored.", "Timer restored to 28800 s."


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def linked(session, connection, engineer):
    linking.link(session, "48291", engineer)
    return session


@pytest.fixture
def post(linked, engineer):
    fields = ("update_status_id", "seen_status_id", "seen_status_name", "ticket_id")
    values: dict[str, Any] = dict.fromkeys(fields, "") | {"content": OLD, "replaces": None}
    values |= {"request_id": uuid4(), "note_type": "description"}
    return session_posting.submit(linked, engineer, values)


@pytest.fixture
def address(linked, post):
    return reverse("sessions:post-edit", args=[linked.pk, post.pk])


@pytest.fixture
def note(simulator, post):
    """The note as the PSA keeps it."""
    return simulator.tenants["northwind"].tables["notes"][int(post.external_note_id)]


@pytest.fixture
def save(erin, address):
    """Open the form, type this text and save it."""

    def run(content=NEW, headers=HTMX, **changes):
        form = erin.get(address).context["form"]
        sent = {name: form[name].value() for name in ("request_id", "seen")}
        return erin.post(address, sent | {"content": content} | changes, headers=headers)

    return run


def history(client, session):
    return client.get(reverse("sessions:posts", args=[session.pk])).content.decode()


def test_its_author_gives_a_note_another_text(save, erin, linked, address, note, admin_user, post):
    created = note["dateCreated"]
    assert address in history(erin, linked)
    assert OLD in erin.get(address).content.decode()
    answer = save()
    assert answer.status_code == 200
    assert 'data-part="note_edit" data-state="edited"' in answer.content.decode()
    assert "has its new text" in answer.content.decode()
    assert (note["text"], note["dateCreated"], note["detailDescriptionFlag"]) == (
        NEW,
        created,
        True,
    )
    edit = NoteEdit.objects.get()
    shown = history(erin, linked)
    assert "Edited" in shown
    assert f"{edit.edited_at:%Y-%m-%d %H:%M} UTC" in shown
    assert NEW in shown
    assert NEW in erin.get(address).content.decode()


def test_a_list_shows_how_a_long_edit_begins_and_says_that_it_goes_on(save, erin, linked):
    save("a" * 2000)
    assert "a…" not in history(erin, linked)
    save("b" * 2001)
    assert f"{'b' * 2000}…" in history(erin, linked)


def test_only_the_text_is_asked_for_after_a_look(save, simulator, post):
    before = len(simulator.journal)
    save()
    note = f"/service/tickets/48291/notes/{post.external_note_id}"
    calls = [
        (e.method, e.path.rpartition("/apis/3.0")[2]) for e in list(simulator.journal)[before:]
    ]
    assert calls == [("GET", note), ("PATCH", note)]


def test_without_javascript_it_is_a_page(save, linked):
    answer = save(headers={})
    assert answer.status_code == 200
    assert 'data-state="edited"' in answer.content.decode()


def test_the_same_form_sent_twice_is_saved_once(save, erin, address, simulator):
    form = erin.get(address).context["form"]
    sent = {name: form[name].value() for name in ("request_id", "seen")} | {"content": NEW}
    assert [erin.post(address, sent, headers=HTMX).status_code for _ in "12"] == [200, 200]
    assert [e.method for e in simulator.journal].count("PATCH") == 1
    assert erin.post(address, sent | {"content": "Else."}, headers=HTMX).status_code == 422


def test_what_changed_in_the_psa_is_shown_and_not_overwritten(save, note):
    note["text"] = "Timer restored. Called Jane."
    answer = save()
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "says something else" in page
    assert "Called Jane." in page
    assert NEW in page
    assert note["text"] == "Timer restored. Called Jane."


def test_a_form_from_before_another_edit_is_409_with_the_text_kept(save, note, post):
    save()
    answer = save("From the other tab.", seen=post.pk, request_id=uuid4())
    assert answer.status_code == 409
    assert "From the other tab." in answer.content.decode()
    assert note["text"] == NEW


def test_a_note_that_is_gone_says_so(save, simulator, post):
    tenant = simulator.tenants["northwind"]
    del tenant.tables["notes"][int(post.external_note_id)]
    tenant.notes_by_ticket[48291].remove(int(post.external_note_id))
    answer = save()
    assert answer.status_code == 409
    assert "not on the ticket any more" in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "status"),
    [("forbidden", 502), ("cut_after", 202), ("refuse", 202), ("not_json", 202)],
)
def test_what_goes_wrong_is_told_and_what_waits_is_followed(
    save, simulator, erin, linked, fault, status
):
    simulator.faults.add(fault, times=1, method="PATCH")
    answer = save()
    assert answer.status_code == status
    if status == 502:
        assert NEW in answer.content.decode()
        assert save().status_code == 200
    else:
        assert "every 5s" in history(erin, linked)


def test_the_worker_finds_what_was_not_confirmed(save, simulator, note):
    simulator.faults.add("cut_after", times=1, method="PATCH")
    save()
    NoteEdit.objects.update(next_attempt_at="2026-01-01T00:00Z")
    worker.run_batch(NOTE_EDIT)
    assert NoteEdit.objects.get().state == "edited"
    assert [e.method for e in simulator.journal].count("PATCH") == 1


@pytest.mark.parametrize(
    "sent", [{"content": " "}, {"seen": "x"}, {"request_id": ""}, {"content": OLD}]
)
def test_what_does_not_hold_is_422(save, sent, simulator):
    assert save(**sent).status_code == 422
    assert "PATCH" not in [e.method for e in simulator.journal]


def test_nobody_else_edits_it(client_of, address, linked, owner, viewer, stranger):
    for person, status in ((owner, 403), (viewer, 403), (stranger, 404)):
        client = client_of(person)
        assert client.get(address).status_code == status
        assert client.post(address, {"content": NEW}).status_code == status
        if status == 403:
            assert address not in history(client, linked)


def test_a_note_that_was_not_posted_cannot_be_edited(erin, address, post, linked):
    Post.objects.filter(pk=post.pk).update(state="failed")
    assert address not in history(erin, linked)
    answer = erin.get(address, headers=HTMX)
    assert answer.status_code == 409
    assert "Only a note that was posted" in answer.content.decode()


def test_the_post_history_shows_it_and_leads_to_the_form(
    save, client_of, admin_user, post, address
):
    save()
    page = reverse("psa:post", args=[post.pk])
    client = client_of(admin_user)
    shown = client.get(page).content.decode()
    assert 'data-part="note_edit"' in shown
    assert address not in shown
    Post.objects.filter(pk=post.pk).update(posted_by=admin_user)
    assert address in client.get(page).content.decode()


def test_django_admin_retries_one_that_failed(save, client_of, owner, simulator, note):
    simulator.faults.add("forbidden", times=1, method="PATCH")
    save()
    edit = NoteEdit.objects.get()
    sent = {"action": "retry", "_selected_action": [str(edit.pk)]}
    answer = client_of(owner).post("/admin/psa/noteedit/", sent, follow=True)
    assert "1 queued again" in answer.content.decode()
    worker.run_batch(NOTE_EDIT)
    assert note["text"] == NEW
