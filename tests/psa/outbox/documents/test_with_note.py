"""Files that were approved with a note: after it, each once, each with an outcome of its own."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from psa import file_source
from psa.file_source import FileAway, FileGone, FileSource, KeptFile
from psa.models import Post, TicketDocument
from psa.outbox import documents, notes, worker
from psa.outbox.content import InvalidContent
from psa.outbox.intent import NotRetryable, RequestReused
from psa.outbox.kinds import DOCUMENT, NOTE
from psa.outbox.notes import NoteIntent
from psa.providers import errors
from psa.providers.documents import DocumentDraft, StoredDocument
from tests.psa.outbox.fake_psa import FakePsa

pytestmark = pytest.mark.django_db

PICTURE, LOG = UUID(int=1), UUID(int=2)
NOT_CONFIRMED = errors.WriteUncertain


class DocumentPsa(FakePsa):
    """Keeps documents too, each with the draft that it was added by."""

    def __init__(self, now) -> None:
        super().__init__(now)
        self.documents: list[tuple[str, StoredDocument, DocumentDraft, bytes]] = []

    def attach_document(self, ticket_id, draft, content):
        def work():
            stored = StoredDocument(
                id=str(900 + len(self.documents)),
                title=f"{draft.title} · {draft.marker}",
                file_name=draft.file_name,
                size=len(content),
                differences=self.differences,
            )
            self.documents.append((ticket_id, stored, draft, content))
            return stored

        return self._do("attach_document", work)

    def find_document(self, ticket_id, draft, *, since, exclude=()):
        def work():
            for ticket, stored, _, _ in self.documents:
                is_it = draft.marker in stored.title and ticket == ticket_id
                if is_it and stored.id not in exclude:
                    return stored
            return None

        return self._do("find_document", work)

    @property
    def names(self):
        """The names of the files on Erin's ticket, in the order they came."""
        return [stored.file_name for ticket, stored, _, _ in self.documents if ticket == "48291"]


class Shelf(FileSource):
    """Files in memory; one may be gone or away."""

    def __init__(self) -> None:
        self.files = {
            PICTURE: (b"picture", "screen.png", "image/png", "The error"),
            LOG: (b"lines", "vpn.log", "text/plain", "The log"),
        }
        self.is_away = False

    def describe(self, account_id, ids):
        if not self.files.keys() >= set(ids):
            raise FileGone
        return [
            KeptFile(id=one, name=name, content_type=kind, size=len(data), title=title)
            for one in ids
            for data, name, kind, title in (self.files[one],)
        ]

    def read(self, account_id, file_id):
        if self.is_away:
            raise FileAway
        if file_id not in self.files:
            raise FileGone
        return self.files[file_id][0]


@pytest.fixture
def psa(clock):
    return DocumentPsa(clock)


@pytest.fixture(autouse=True)
def shelf():
    before = file_source.registered()
    made = Shelf()
    file_source.register(made)
    yield made
    file_source.register(before)


@pytest.fixture
def intend(stored_connection, engineer):
    def make(**fields):
        intent = NoteIntent(
            connection=stored_connection,
            author=engineer,
            request_id=uuid4(),
            ticket_id="48291",
            note_type="resolution",
            content="Timer restored.",
            files=(PICTURE,),
        )
        return replace(intent, **fields)

    return make


@pytest.fixture
def post(intend, world):
    """Queue a note with files (made of these fields), deliver it, and return it as it stands."""

    def run(**fields):
        row = notes.queue(intend(**fields), world).post
        notes.deliver(row.pk, world, at_once=True)
        return Post.objects.get(pk=row.pk)

    return run


@pytest.fixture
def later(world, clock):
    def run(row, **by):
        clock.tick(**by)
        for kind in (NOTE, DOCUMENT):
            worker.run_batch(kind, world)
        return Post.objects.get(pk=row.pk)

    return run


def test_note_and_file_are_two_calls(post, psa):
    row = post()
    assert psa.calls == ["post_note", "attach_document"]
    assert (row.state, row.document_states) == ("posted", ["attached"])
    ((_, _, draft, content),) = psa.documents
    assert (content, draft.title, draft.is_private) == (b"picture", "The error", True)
    assert draft.marker.startswith("RF-D")


def test_only_a_note_for_the_customer_takes_files_that_the_customer_sees(post, psa):
    post(note_type="description")
    assert [draft.is_private for _, _, draft, _ in psa.documents] == [False]


def test_several_files_go_in_their_order_the_worker_takes_the_last(post, later, shelf, psa):
    third = UUID(int=3)
    shelf.files[third] = (b"pdf", "map.pdf", "application/pdf", "The map")
    row = post(files=(LOG, PICTURE, third))
    assert psa.names == ["vpn.log", "screen.png"]
    assert row.document_states == ["attached", "attached", "queued"]
    assert later(row).document_states == ["attached"] * 3
    assert psa.names[2:] == ["map.pdf"]


def test_a_file_whose_answer_was_lost_is_found_and_not_added_again(post, later, psa):
    psa.fail("attach_document", NOT_CONFIRMED(), after=True)
    row = post()
    assert (row.state, row.document_states) == ("posted", ["unknown"])
    assert later(row, minutes=2).document_states == ["attached"]
    assert psa.names == ["screen.png"]


def test_a_file_that_is_surely_absent_is_added(post, later, psa):
    psa.fail("attach_document", NOT_CONFIRMED())
    assert later(post(), minutes=2).document_states == ["attached"]
    assert psa.names == ["screen.png"]


def test_a_document_that_another_row_holds_is_not_adopted(post, later, psa):
    first = post()
    psa.fail("attach_document", NOT_CONFIRMED())
    second = post(content="More.")
    # As if both had the same marker.
    marker = first.document_parts[0].marker
    TicketDocument.objects.filter(after=second).update(marker=marker)
    assert later(second, minutes=2).document_states == ["attached"]
    assert psa.names == ["screen.png", "screen.png"]


def test_a_refused_file_leaves_the_note_and_the_other_file(post, psa):
    psa.fail("attach_document", errors.InvalidRequest("No such type."))
    row = post(files=(PICTURE, LOG))
    assert (row.state, row.document_states) == ("posted", ["failed", "attached"])
    assert row.document_error == "No such type."


def test_the_failed_files_alone_are_retried(post, later, world, psa):
    psa.fail("attach_document", errors.InvalidRequest("No such type."))
    row = post(files=(PICTURE, LOG))
    documents.retry(row, world)
    assert later(row).document_states == ["attached", "attached"]
    assert psa.names == ["vpn.log", "screen.png"]
    assert psa.texts_on("48291") == ["Timer restored."]
    with pytest.raises(NotRetryable):
        documents.retry(row, world)


def test_a_failed_note_adds_nothing_and_its_retry_adds_the_file(post, later, world, psa):
    psa.fail("post_note", errors.InvalidRequest("No."))
    row = post()
    assert (row.state, row.document_states) == ("failed", ["failed"])
    assert row.document_error == "Not added, because the note was not posted."
    with pytest.raises(NotRetryable):
        documents.retry(row, world)
    notes.retry_note(row, world)
    assert later(row).document_states == ["attached"]


def test_a_note_that_is_still_looked_for_keeps_its_file_waiting(post, later, psa):
    psa.fail("post_note", NOT_CONFIRMED(), after=True)
    row = post()
    assert (row.document_states, row.is_pending, psa.names) == (["queued"], True, [])
    row = later(later(row, minutes=2), seconds=1)
    assert (row.state, row.document_states) == ("posted", ["attached"])


def test_the_same_request_adds_its_file_once_and_refuses_others(post, intend, world, psa):
    row = post()
    same = intend(request_id=row.request_id)
    assert not notes.queue(same, world).is_new
    notes.deliver(row.pk, world, at_once=True)
    assert psa.names == ["screen.png"]
    with pytest.raises(RequestReused):
        notes.queue(replace(same, files=(LOG,)), world)


def test_a_file_that_is_gone_fails_with_a_sentence_and_sends_nothing(
    post, shelf, psa, intend, world
):
    row = notes.queue(intend(), world).post
    del shelf.files[PICTURE]
    notes.deliver(row.pk, world, at_once=True)
    row.refresh_from_db()
    assert (row.state, row.document_states) == ("posted", ["failed"])
    assert (
        row.document_error == "screen.png is not kept any more, so it was not added to the ticket."
    )
    assert psa.calls == ["post_note"]


def test_a_storage_that_is_away_is_waited_for(post, later, shelf, psa):
    shelf.is_away = True
    row = post()
    assert row.document_states == ["queued"]
    assert "does not answer" in row.document_error
    shelf.is_away = False
    assert later(row, minutes=6).document_states == ["attached"]


def test_a_file_that_is_not_kept_stops_the_whole_approval(intend, world, psa):
    with pytest.raises(InvalidContent, match="taken out of the record"):
        notes.queue(intend(files=(uuid4(),)), world)
    assert not Post.objects.exists()


@pytest.mark.parametrize(("count", "size"), [(11, 1), (6, 10 * 1024 * 1024)])
def test_more_than_go_with_a_note_stop_the_whole_approval(intend, world, shelf, count, size):
    ids = tuple(UUID(int=100 + number) for number in range(count))
    for one in ids:
        shelf.files[one] = (bytes(size), "a.png", "image/png", "A")
    with pytest.raises(InvalidContent, match="At most 10 files of 50 MB"):
        notes.queue(intend(files=ids), world)
    assert not Post.objects.exists()


def test_a_removed_connection_ends_what_waits(intend, world, stored_connection, clock):
    row = notes.queue(intend(), world).post
    worker.abandon(stored_connection, clock())
    row.refresh_from_db()
    assert row.document_states == ["failed"]


def test_a_worker_that_died_leaves_a_file_that_is_looked_for(post, later, world, psa, intend):
    row = notes.queue(intend(), world).post
    psa.fail("attach_document", KeyboardInterrupt(), after=True)
    with pytest.raises(KeyboardInterrupt):
        notes.deliver(row.pk, world, at_once=True)
    row = later(row, minutes=5)
    assert later(row, minutes=2).document_states == ["attached"]
    assert psa.names == ["screen.png"]


def test_each_try_is_logged_with_the_note(post):
    assert [(each.part, each.outcome) for each in post().attempt_log.all()] == [
        ("send", "posted"),
        ("document", "attached"),
    ]


def test_what_the_psa_stored_otherwise_is_said(post, psa):
    psa.differences = ("ConnectWise stored 3 bytes.",)
    assert post().document_parts[0].warning == "ConnectWise stored 3 bytes."


def test_it_waits_a_day_and_then_a_person_decides(post, later, shelf):
    shelf.is_away = True
    row = later(post(), hours=24, minutes=1)
    assert row.document_states == ["failed"]
    assert "for 24 hours" in row.document_error
