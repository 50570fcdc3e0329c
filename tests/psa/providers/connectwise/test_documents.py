"""Documents of ConnectWise, through the simulator and in its own shapes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from psa.opened import open_provider
from psa.providers.connectwise import documents
from psa.providers.connectwise.refusals import right_for
from psa.providers.connectwise.refused_values import Asked, invalid
from psa.providers.documents import DocumentDraft
from psa.providers.errors import InvalidRequest, Undecided

TICKET = "48291"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
DRAFT = DocumentDraft(
    file_name="Fehler ä.png",
    content_type="image/png",
    size=len(PICTURE),
    title="The error",
    marker="RF-D7K3Q9D4F",
)
SINCE = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def provider(connection):
    return open_provider(connection)


def stored_in(tenant):
    return list(tenant.tables["documents"].values())


@pytest.mark.django_db
def test_the_bytes_arrive_as_they_are_private_and_with_the_marker(provider, tenant):
    before = len(stored_in(tenant))
    document = provider.attach_document(TICKET, DRAFT, PICTURE)
    assert (document.size, document.differences) == (len(PICTURE), ())
    row = stored_in(tenant)[-1]
    assert len(stored_in(tenant)) == before + 1
    assert tenant.files[row["id"]] == PICTURE
    assert (row["recordType"], row["recordId"]) == ("ticket", int(TICKET))
    assert (row["title"], row["fileName"]) == ("The error · RF-D7K3Q9D4F", "Fehler ä.png")
    assert row["publicFlag"] is False


@pytest.mark.django_db
def test_one_for_the_customer_is_public(provider, tenant):
    provider.attach_document(TICKET, replace(DRAFT, is_private=False), PICTURE)
    assert stored_in(tenant)[-1]["publicFlag"] is True


@pytest.mark.django_db
def test_it_is_found_again_unless_another_row_holds_it(provider):
    document = provider.attach_document(TICKET, DRAFT, PICTURE)
    assert provider.find_document(TICKET, DRAFT, since=SINCE).id == document.id
    assert provider.find_document(TICKET, DRAFT, since=SINCE, exclude=[document.id]) is None


@pytest.mark.django_db
def test_one_of_the_same_name_and_size_whose_title_was_changed_may_be_it(provider, tenant):
    provider.attach_document(TICKET, DRAFT, PICTURE)
    stored_in(tenant)[-1]["title"] = "Renamed"
    with pytest.raises(Undecided):
        provider.find_document(TICKET, DRAFT, since=SINCE)
    assert provider.find_document(TICKET, DRAFT, since=SINCE + timedelta(days=3)) is None
    assert provider.find_document(TICKET, replace(DRAFT, size=3), since=SINCE) is None


@pytest.mark.django_db
def test_a_type_and_a_size_that_are_not_taken_are_told(provider, simulator):
    quirks = simulator.quirks
    quirks.document_types_refused = frozenset({"png"})
    with pytest.raises(InvalidRequest, match="does not take files of this type"):
        provider.attach_document(TICKET, DRAFT, PICTURE)
    quirks.document_types_refused = frozenset()
    quirks.document_limit = 10
    with pytest.raises(InvalidRequest, match="does not take a file of this size"):
        provider.attach_document(TICKET, DRAFT, PICTURE)


@pytest.mark.django_db
def test_a_ticket_that_is_gone_is_told(provider):
    with pytest.raises(InvalidRequest, match="ticket is not there any more"):
        provider.attach_document("999999", DRAFT, PICTURE)


def test_a_long_title_is_cut_before_its_marker():
    title = documents.title_of(replace(DRAFT, title="word " * 40))
    assert len(title) <= 100
    assert title.endswith("… · RF-D7K3Q9D4F")


def test_what_was_stored_otherwise_is_said():
    row = {"id": 7, "title": "x", "fileName": "a.png", "size": 3, "publicFlag": True}
    said = documents.compared(row, DRAFT).differences
    assert len(said) == 2
    assert "customer portal" in said[0]
    assert "3 bytes" in said[1]


def test_refusals_without_a_known_field_have_the_usual_words():
    asked = Asked("POST", "/system/documents")
    assert isinstance(invalid(400, {"errors": [{"field": "other"}]}, asked), InvalidRequest)
    too_large = {"errors": [{"field": "file", "message": "File size exceeds the limit"}]}
    assert "of this size" in invalid(400, too_large, asked).sentence


def test_the_rights_are_named_as_the_role_editor_names_them():
    assert right_for("POST", "/system/documents") == "Companies › Manage Attachments: Add"
    assert right_for("GET", "/system/documents") == "Companies › Manage Attachments: Inquire"
