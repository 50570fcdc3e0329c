"""Pictures and files in Update Ticket: chosen, added with the note, told apart, tried again."""

from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from psa.models import Post, TicketDocument
from psa.outbox import documents
from sessions_app import linking
from sessions_app.files import store
from sessions_app.models import Step, StepFile
from tests.pictures import picture, upload

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
TICKET = 48291


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Return a storage on the disk, of this test alone."""
    backend = "django.core.files.storage.FileSystemStorage"
    files = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "files": files}
    return storages["files"]


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def linked(session, connection, engineer, simulator):
    linking.link(session, str(TICKET), engineer)
    session.refresh_from_db()
    return session


@pytest.fixture
def add(erin, linked):
    """Add a step with a picture, and return its file."""

    def run(audience="", alt="The error", name="shot.png"):
        text = {"kind": "note", "title": "What the screen showed", "outcome": "", "notes": ""}
        sent = {**text, "audience": audience, "files": [upload(picture(), name)], "alt": [alt]}
        answer = erin.post(url("step-add", linked), sent)
        assert answer.status_code in (200, 302), answer.content.decode()
        return StepFile.objects.order_by("created_at", "pk").last()

    return run


def url(name, session, *more):
    return reverse(f"sessions:{name}", args=[session.pk, *more])


def opened(client, session, **query):
    answer = client.get(url("post-preview", session), query, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def preset(answer):
    section = answer.context["files"]
    return [each.file.pk for each in section.offered if each.is_chosen] if section else None


def form_for(client, session, *files, **changes):
    """Return the form as a browser would send it, with these files chosen."""
    answer = opened(client, session, note_type=changes.get("note_type", "resolution"))
    form, shown = answer.context["form"], answer.context["shown"]
    names = ("request_id", "begun_from", "note_type", "content")
    values = {name: form[name].value() for name in names}
    return {
        **values,
        "ticket_id": session.psa_ticket_id,
        "seen_status_id": shown.status_id,
        "seen_status_name": shown.status_name,
        "board_id": shown.board_id,
        "files": ["none", *(str(getattr(file, "pk", file)) for file in files)],
        **changes,
    }


def send(client, session, values):
    return client.post(url("post", session), values, headers=HTMX)


def on_ticket(tenant):
    return [row for row in tenant.tables["documents"].values() if "RF-D" in row["title"]]


# --- The dialog ----------------------------------------------------------------------


def test_without_files_nothing_is_offered(linked, erin):
    answer = opened(erin, linked)
    assert answer.context["files"] is None
    assert "Pictures and files" not in answer.content.decode()


def test_colleagues_get_all_files_the_customer_those_that_are_marked(linked, erin, add):
    plain, internal, public = add(), add(Step.Audience.INTERNAL), add(Step.Audience.CUSTOMER)
    assert preset(opened(erin, linked)) == [plain.pk, internal.pk, public.pk]
    assert preset(opened(erin, linked, note_type="resolution")) == [plain.pk, public.pk]
    assert preset(opened(erin, linked, note_type="description")) == [public.pk]


def test_what_was_sent_to_the_ticket_is_offered_and_not_chosen(linked, erin, add):
    first, second = add(), add()
    assert send(erin, linked, form_for(erin, linked, first)).status_code == 200
    answer = opened(erin, linked)
    assert preset(answer) == [second.pk]
    assert "on the ticket already" in answer.content.decode()


def test_a_choice_is_kept_as_a_draft_also_that_of_none(linked, erin, add):
    first, second = add(), add()
    values = form_for(erin, linked, second, content="Mine.")
    erin.post(url("draft", linked, "post"), values)
    assert preset(opened(erin, linked, note_type="resolution")) == [second.pk]
    erin.post(url("draft", linked, "post"), values | {"files": ["none"]})
    assert preset(opened(erin, linked, note_type="resolution")) == []
    assert first.pk not in preset(opened(erin, linked, note_type="resolution"))


def test_another_reader_gets_a_choice_of_its_own_the_same_reader_keeps_it(linked, erin, add):
    internal, public = add(Step.Audience.INTERNAL), add(Step.Audience.CUSTOMER)
    values = form_for(erin, linked, internal, note_type="internal_analysis")

    def switched(**changes):
        return preset(erin.post(url("post-text", linked), values | changes, headers=HTMX))

    assert switched(template="full") == [internal.pk]
    assert switched(note_type="description") == [public.pk]
    assert switched(do="preview") == [internal.pk]


# --- Posting -------------------------------------------------------------------------


def test_a_picture_goes_to_the_ticket_for_colleagues(linked, erin, add, tenant):
    file = add()
    answer = send(erin, linked, form_for(erin, linked, file))
    assert answer.status_code == 200, answer.content.decode()
    (row,) = on_ticket(tenant)
    assert row["title"].startswith("The error · RF-D")
    assert (row["fileName"], row["publicFlag"]) == (file.name, False)
    with store.open_stored(file) as stored:
        assert tenant.files[row["id"]] == stored.read()
    page = answer.content.decode()
    assert 'data-part="document" data-state="attached"' in page
    assert "shot.png is on #48291, for colleagues only." in page


def test_with_a_note_for_the_customer_it_is_for_the_customer_too(linked, erin, add, tenant):
    file = add(Step.Audience.CUSTOMER)
    values = form_for(erin, linked, file, note_type="description", confirm_visible="on")
    assert send(erin, linked, values).status_code == 200
    assert [row["publicFlag"] for row in on_ticket(tenant)] == [True]


def test_the_same_form_twice_adds_it_once(linked, erin, add, tenant):
    values = form_for(erin, linked, add())
    assert [send(erin, linked, values).status_code for _ in range(2)] == [200, 200]
    assert len(on_ticket(tenant)) == 1
    assert TicketDocument.objects.count() == 1


def test_a_refused_file_leaves_the_note_and_is_retried_alone(linked, erin, add, tenant, simulator):
    file = add()
    simulator.quirks.document_types_refused = frozenset({"png"})
    answer = send(erin, linked, form_for(erin, linked, file))
    post = Post.objects.get()
    assert (answer.status_code, post.state) == (200, "posted")
    page = answer.content.decode()
    assert 'data-part="document" data-state="failed"' in page
    assert "does not take files of this type" in page
    assert "Retry the files only" in page
    assert "File not added" in erin.get("/").content.decode()
    simulator.quirks.document_types_refused = frozenset()
    again = erin.post(url("post-retry", linked, post.pk), {"part": "document"}, headers=HTMX)
    assert again.status_code == 200
    assert 'data-state="attached"' in again.content.decode()
    assert len(on_ticket(tenant)) == 1
    assert [one.part for one in post.attempt_log.all()] == ["send", "document", "document"]
    late = erin.post(url("post-retry", linked, post.pk), {"part": "document"}, headers=HTMX)
    assert late.status_code == 409


def test_a_mended_note_begins_with_the_files_of_the_failed_one(linked, erin, add, simulator):
    first, second = add(), add()
    simulator.faults.add("forbidden", times=2, method="POST")
    assert send(erin, linked, form_for(erin, linked, second)).status_code == 502
    post = Post.objects.get()
    assert preset(opened(erin, linked, post=str(post.pk))) == [second.pk]
    assert first.pk not in post.files


def test_a_file_that_is_gone_from_the_storage_fails_alone(linked, erin, add, tenant):
    file = add()
    values = form_for(erin, linked, file)
    store.drop(file.pk)
    answer = send(erin, linked, values)
    assert answer.status_code == 200
    assert "shot.png is not kept any more" in answer.content.decode()
    assert not on_ticket(tenant)


# --- Bad input -----------------------------------------------------------------------


def test_a_file_of_another_session_is_not_found(linked, erin, add, other_session_file):
    for foreign in (other_session_file, uuid4()):
        assert send(erin, linked, form_for(erin, linked, foreign)).status_code == 404
    assert not Post.objects.exists()


@pytest.fixture
def other_session_file(other_account, make_user):
    from sessions_app import lifecycle

    person = make_user("Otto", other_account, "engineer")
    work = lifecycle.start(other_account, person, title="Theirs", client_name="", problem="")
    values = {"kind": "note", "title": "x", "outcome": "", "notes": "", "command_output": ""}
    step = lifecycle.add_step(work, values)
    return StepFile.objects.create(
        session=work,
        step=step,
        name="theirs.png",
        alt="Theirs",
        content_type="image/png",
        size=1,
        stored_size=1,
        digest="x",
    )


def test_a_file_that_was_taken_out_meanwhile_is_told_at_its_place(linked, erin, add):
    file = add()
    values = form_for(erin, linked, file, seen_record="")
    StepFile.objects.update(removed_at=file.created_at)
    answer = send(erin, linked, values)
    assert answer.status_code == 422
    assert "Taken out of the record meanwhile: shot.png" in answer.content.decode()
    assert not Post.objects.exists()


@pytest.mark.parametrize("named", ["x", "1", "../../etc/passwd"])
def test_what_is_no_file_is_refused(linked, erin, named):
    answer = send(erin, linked, form_for(erin, linked, named))
    assert answer.status_code == 422
    assert "Choose the files from the list." in answer.content.decode()


def test_more_than_ten_files_are_refused_and_the_choice_is_kept(linked, erin, add):
    file = add()
    ids = [file.pk, *(uuid4() for _ in range(10))]
    answer = send(erin, linked, form_for(erin, linked, *ids))
    assert answer.status_code == 422
    assert "At most 10 files go with a note." in answer.content.decode()
    assert preset(answer) == [file.pk]


def test_more_bytes_than_go_with_a_note_are_refused(linked, erin, add):
    file = add()
    StepFile.objects.update(size=documents.MOST_BYTES + 1)
    answer = send(erin, linked, form_for(erin, linked, file))
    assert answer.status_code == 422
    assert "together. Choose fewer" in answer.content.decode()


def test_the_panel_of_a_ticket_takes_no_files(linked, erin, add):
    file = add()
    values = {
        "request_id": str(uuid4()),
        "note_type": "internal_analysis",
        "content": "Hello.",
        "files": [str(file.pk)],
    }
    answer = erin.post(reverse("tickets:note", args=[TICKET]), values, headers=HTMX)
    assert answer.status_code == 422
    assert not Post.objects.exists()
