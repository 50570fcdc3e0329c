"""Documents of tickets: multipart in, bytes out."""

import hashlib
import io

import pytest

from psa.simulators.connectwise import ConnectionCut
from tests.recordings import recorded as sample

from .conftest import TICKET, Api
from .shapes import check

DOCUMENTS = "/system/documents"
TYPES = "/system/allowedfiletypes/"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
OF_TICKET = {"recordType": "Ticket", "recordId": "48291"}


def upload(api, content=PICTURE, name="screen.png", **parts):
    data = {**OF_TICKET, "file": (io.BytesIO(content), name, "application/octet-stream"), **parts}
    sent = {name: part for name, part in data.items() if part is not None}
    return api._open("POST", DOCUMENTS, data=sent, content_type="multipart/form-data")


def problem(answer):
    assert answer.status_code == 400, answer.text
    (found,) = answer.json["errors"]
    return found["code"], found["field"]


def test_a_file_comes_back_as_it_was_sent(api, tenant):
    answer = upload(api, title="The dialog", privateFlag="true")
    assert answer.status_code == 201
    document = answer.json
    assert (document["title"], document["fileName"]) == ("The dialog", "screen.png")
    assert (document["size"], document["owner"]) == (len(PICTURE), "RFlowAPI")
    flags = ("imageFlag", "publicFlag", "readOnlyFlag", "linkFlag")
    assert [document[flag] for flag in flags] == [True, False, False, False]
    assert document["serverFileName"].endswith(".png")
    path = f"{DOCUMENTS}/{document['id']}"
    assert api.get(path).json == document
    got = api.get(f"{path}/download")
    assert got.data == PICTURE == tenant.files[document["id"]]
    assert got.headers["Content-Disposition"] == 'attachment; filename="screen.png"'
    assert got.content_type == "application/octet-stream"


def test_documents_are_answered_as_recorded(api):
    answer = upload(api).json
    assert set(answer) == set(sample("document_post_201_anonymised"))
    schemas = sample("schemas")["components"]["schemas"]
    check(schemas, "DocumentInfo", answer, "DocumentInfo")
    for path, name in ((f"{TICKET}/documents", "DocumentReference"), (TYPES, "AllowedFileType")):
        check(schemas, name, api.get(path).json[0], name)


def test_a_ticket_lists_its_documents(api):
    ids = [upload(api, name=name).json["id"] for name in ("a.png", "b.log")]
    upload(api, recordType="Company", recordId="250")
    assert api.ids(DOCUMENTS, **OF_TICKET) == ids
    assert api.get(f"{DOCUMENTS}/count", **OF_TICKET).json == {"count": 2}
    named = {"recordtype": "ticket", "recordid": "48291", "conditions": "fileName='b.log'"}
    assert api.ids(DOCUMENTS, **named) == ids[1:]
    (short, _) = api.get(f"{TICKET}/documents").json
    assert short["_info"]["documentDownload_href"].endswith(f"//system/documents/{ids[0]}/download")
    assert api.get("/service/tickets/1/documents").status_code == 404


@pytest.mark.parametrize("missing", ["recordType", "recordId"])
def test_a_list_needs_type_and_id(api, missing):
    given = {name: value for name, value in OF_TICKET.items() if name != missing}
    assert problem(api.get(DOCUMENTS, **given)) == ("MissingRequiredField", missing)
    assert problem(upload(api, **{missing: None})) == ("MissingRequiredField", missing)


def test_a_document_is_deleted(api, tenant):
    path = f"{DOCUMENTS}/{upload(api).json['id']}"
    assert api.delete(path).status_code == 204
    for gone in (api.get(path), api.get(f"{path}/download"), api.delete(path)):
        assert gone.json["code"] == "NotFound"
    assert tenant.files == {}


def test_json_is_no_way_to_send_a_file(api):
    answer = api.post(DOCUMENTS, {**OF_TICKET, "title": "x"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("parts", "code", "field"),
    [
        ({"recordType": "Note"}, "InvalidField", "recordType"),
        ({"recordId": "x"}, "InvalidField", "recordId"),
        ({"recordId": "1"}, "NotFound", "recordId"),
        ({"recordType": "Project"}, "NotFound", "recordId"),
        ({"file": None}, "MissingRequiredField", "file"),
        ({"privateFlag": "perhaps"}, "InvalidField", "privateFlag"),
    ],
)
def test_what_no_document_can_be(api, tenant, parts, code, field):
    assert problem(upload(api, **parts)) == (code, field)
    assert not tenant.tables["documents"]


def test_a_long_title_is_no_trouble(api):
    assert upload(api, title="x" * 505_000).status_code == 201


def test_names_of_parts_bind_in_any_case(api):
    parts = {"recordType": None, "RecordType": "ticket", "ReadOnlyFlag": "True"}
    assert upload(api, **parts).json["readOnlyFlag"] is True


def test_a_link_has_no_bytes(api):
    document = upload(api, file=None, url="https://docs.example/guide").json
    assert (document["linkFlag"], document["urlFlag"], document["size"]) == (True, True, 0)
    assert api.get(f"{DOCUMENTS}/{document['id']}/download").status_code == 404


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("../../etc/passwd", 'filename="passwd"'),
        ("Größe.txt", "filename=\"Gr??e.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"),
    ],
)
def test_a_file_keeps_its_name_and_no_folder(api, name, disposition):
    id = upload(api, name=name).json["id"]
    header = api.get(f"{DOCUMENTS}/{id}/download").headers["Content-Disposition"]
    assert header == f"attachment; {disposition}"


def test_size_and_types_are_quirks(api, sim, tenant):
    sim.quirks.document_limit = 10
    assert upload(api, b"x" * 10).status_code == 201
    answer = upload(api, b"x" * 11)
    assert (answer.status_code, answer.is_json) == (413, False)
    sim.quirks.document_types_refused = frozenset({"svg"})
    assert problem(upload(api, b"<svg/>", name="a.SVG")) == ("InvalidField", "file")
    allowed = {kind["fileType"] for kind in api.get(TYPES).json}
    assert "png" in allowed
    assert "svg" not in allowed
    assert len(tenant.tables["documents"]) == 1


@pytest.mark.parametrize(
    ("kind", "stored"), [("cut_before", 0), ("cut_after", 1), ("hang_then_store", 1)]
)
def test_faults_befall_files_as_notes(api, sim, tenant, clock, kind, stored):
    sim.faults.add(kind, method="POST", path="/system/documents")
    with pytest.raises(ConnectionCut):
        upload(api)
    clock.forward(60)
    documents = api.get(DOCUMENTS, **OF_TICKET).json
    assert len(documents) == stored
    assert [tenant.files[document["id"]] for document in documents] == [PICTURE] * stored


def test_documents_take_a_right(sim, tenant):
    reader = Api(sim, tenant, *tenant.add_key(without=["Manage Attachments: Add"]))
    assert upload(reader).status_code == 403
    assert reader.get(DOCUMENTS, **OF_TICKET).json == []
    blind = Api(sim, tenant, *tenant.add_key(without=["Manage Attachments"]))
    assert blind.get(DOCUMENTS, **OF_TICKET).status_code == 403


def test_control_tells_what_a_ticket_has(api):
    upload(api)
    (document,) = api.client.get("/__simulator__/documents/northwind/48291").json
    assert document["sha256"] == hashlib.sha256(PICTURE).hexdigest()


def test_the_journal_holds_no_bytes(api, sim):
    upload(api, title="x")
    file = {"filename": "screen.png", "size": len(PICTURE)}
    assert sim.journal[-1].body == {**OF_TICKET, "title": "x", "file": file}
    assert sim.dump()["northwind"]["documents"][0]["recordId"] == 48291
