"""A PSA that the product was not written for goes through all of it, as one folder.

Nothing outside of this folder knows the toy; where a page says another vendor's name, a room
speaks of a vendor that it should not know.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from psa.models import Post, PsaConnection, TicketCreation
from psa.outbox.kinds import note_edit
from psa.providers import registry
from psa.providers.documents import DocumentDraft
from psa.providers.errors import InvalidRequest, NotOffered
from psa.providers.setup import Capability
from psa.providers.time import TimeDraft
from psa.providers.types import Credentials
from tests.psa.providers.toy.desk import PASSWORD, Desk
from tests.psa.providers.toy.provider import ToyProvider, ticket_number
from tests.psa.providers.toy.setup import SETUP

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
FORM = {
    "provider": "toy",
    "display_name": "Our desk",
    "site_url": "desk.toy.example",
    "private_key": PASSWORD,
}

CREDENTIALS = Credentials(
    site_url="https://desk.toy.example",
    company_id="",
    public_key="",
    private_key=PASSWORD,
    client_id="",
)


@pytest.fixture
def desk(monkeypatch):
    """Return the desk that every toy provider asks; the toy is known while the test runs."""
    desk = Desk()
    toy = registry.Vendor(
        setup=SETUP,
        open=lambda credentials, account, before_send: ToyProvider(desk, credentials),
        ticket_number=ticket_number,
    )
    monkeypatch.setitem(registry._VENDORS, "toy", toy)
    return desk


@pytest.fixture
def adam(client_of, admin_user):
    return client_of(admin_user)


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def connected(desk, adam):
    """Return the connection that the form has made."""
    assert adam.post(reverse("psa:connection-save"), FORM).status_code == 302
    desk.journal.clear()
    return PsaConnection.objects.get()


@pytest.fixture
def linked(connected, session, erin):
    """Return the session, linked to the bear."""
    address = reverse("sessions:ticket-link", args=[session.pk])
    assert erin.post(address, {"ticket_id": "TD #501"}).status_code == 302
    session.refresh_from_db()
    return session


def read(client, address, status=200, **query):
    """Return what a page says, which never is another vendor's name."""
    answer = client.get(address, query)
    assert answer.status_code == status
    return said(answer)


def said(answer):
    text = " ".join(answer.content.decode().replace("&#x27;", "'").split())
    assert "ConnectWise" not in text
    return text


def post_note(client, session, **changes):
    """Fill the dialog as a browser does, and send it."""
    dialog = client.get(reverse("sessions:post-preview", args=[session.pk]), headers=HTMX)
    form, shown = dialog.context["form"], dialog.context["shown"]
    assert "View in Toy Desk" in said(dialog)
    values = {
        name: str(form[name].value() or "")
        for name in ("content", "note_type", "request_id", "begun_from")
    }
    values |= {
        "ticket_id": session.psa_ticket_id,
        "seen_status_id": shown.status_id,
        "seen_status_name": shown.status_name,
        "board_id": shown.board_id,
    }
    return client.post(reverse("sessions:post", args=[session.pk]), values | changes)


def test_the_form_asks_what_the_vendor_asks_and_masks_it_afterwards(desk, adam):
    page = adam.get(reverse("psa:integrations")).content.decode()
    assert "Your PSA is not connected yet" in page
    assert "Connect Toy Desk 1.0 instead" in page
    chosen = adam.get(reverse("psa:integrations"), {"provider": "toy"})
    assert "Connect Toy Desk</h2>" in chosen.content.decode()
    assert chosen.context["form"]["private_key"].label == "Password"
    refused = adam.post(reverse("psa:connection-save"), FORM | {"private_key": "open"})
    assert refused.status_code == 422
    form = refused.context["form"]
    assert form.errors == {"private_key": ["Toy Desk does not know this password."]}
    asked = {field.name: field.label for field in form if not field.is_hidden}
    assert (asked["site_url"], asked["private_key"]) == ("Desk", "Password")
    assert not asked.keys() & {"company_id", "public_key", "client_id"}

    answer = adam.post(reverse("psa:connection-save"), FORM, follow=True)
    text = answer.content.decode()
    assert "Connected. Toy Desk accepted the credentials." in text
    assert "Toy Desk 1.0" in text
    assert "It tells its password to everybody." in text
    assert "••••" in text
    assert f">{PASSWORD}<" not in text
    assert adam.post(reverse("psa:connection-test")).status_code == 302
    assert "open the drawer" in said(adam.get(reverse("psa:keys")))


def test_its_tickets_are_found_shown_and_linked(linked, connected, erin):
    assert (linked.psa_ticket_id, linked.psa_connection) == ("501", connected)
    page = read(erin, linked.get_absolute_url())
    assert "TD #501" in page
    assert "View in Toy Desk" in page
    assert "The bear has lost an eye" in read(erin, reverse("tickets:list"), q="bear")
    assert "View in Toy Desk" in read(erin, reverse("tickets:detail", args=["501"]))
    assert "Toy Desk has no such ticket" in read(erin, "/tickets/999/", status=404)
    assert "You in Toy Desk" in read(erin, reverse("psa:me"))


def test_a_note_and_a_status_reach_it(linked, desk, erin):
    answer = post_note(erin, linked, update_status_id="11")
    assert answer.status_code == 200
    assert "View in Toy Desk" in said(answer)
    post = Post.objects.get()
    row = desk.rows["501"]
    assert [text for _, _, text, _ in row.notes] == [post.content]
    assert (post.state, row.status) == ("posted", "11")
    assert "VPN drops" in read(erin, reverse("tickets:notes", args=["501"]))
    linked.refresh_from_db()
    assert linked.psa_ticket_status == "Waiting"


def test_a_note_whose_answer_is_lost_is_said_to_be_looked_for_there(linked, desk, erin):
    desk.silent = 1
    answer = post_note(erin, linked)
    assert answer.status_code == 202
    assert "Toy Desk did not confirm the note for #501" in said(answer)
    assert len(desk.rows["501"].notes) == 1
    assert Post.objects.get().error.startswith("Toy Desk did not confirm the change.")


def test_a_ticket_is_created(connected, desk, erin):
    assert "Front desk" in read(erin, reverse("tickets:new"))
    values = {
        "summary": "The rabbit squeaks",
        "company": "7",
        "company_name": "Toy Shop",
        "board": "1",
        "request_id": str(uuid4()),
    }
    too_long = erin.post(reverse("tickets:new"), values | {"summary": "s" * 101})
    assert "Toy Desk takes 100" in said(too_long)
    answer = erin.post(reverse("tickets:new"), values, follow=True)
    assert "#502 is created." in said(answer)
    assert desk.rows["502"].summary == "The rabbit squeaks"
    assert TicketCreation.objects.get().ticket_id == "502"


def test_what_it_lacks_is_not_offered_and_said_where_one_looks_for_it(linked, erin):
    post_note(erin, linked)
    post = Post.objects.get()
    address = reverse("sessions:post-edit", args=[linked.pk, post.pk])
    assert address not in read(erin, linked.get_absolute_url())
    with pytest.raises(note_edit.NotEditable, match="Toy Desk lets nobody change a note"):
        note_edit.check(post)
    configurations = reverse("tickets:configurations", args=["501"])
    assert "Toy Desk keeps no configurations with tickets." in read(erin, configurations)


MOMENT = datetime(2026, 9, 18, tzinfo=UTC)
TIME = TimeDraft(
    member_id="1", day=MOMENT.date(), start=MOMENT, hours=Decimal("0.5"), marker="RF-T1"
)


DOCUMENT = DocumentDraft(
    file_name="a.txt", content_type="text/plain", size=1, title="A", marker="RF-D1"
)


def test_what_it_lacks_raises_when_it_is_asked_for(desk):
    provider = registry.open_provider("toy", CREDENTIALS)
    assert SETUP.capabilities == frozenset()
    asks: dict[Capability, list[Callable[[], object]]] = {
        Capability.CONFIGURATIONS: [
            lambda: provider.get_ticket_configurations("501"),
            lambda: provider.list_about_configuration("501", "1"),
        ],
        Capability.NOTE_EDIT: [
            lambda: provider.get_note("501", "1", text=""),
            lambda: provider.edit_note("501", "1", text=""),
        ],
        Capability.TIME: [
            lambda: provider.list_work_roles(""),
            lambda: provider.list_work_types(),
            lambda: provider.list_periods(),
            lambda: provider.list_time("1", MOMENT, MOMENT),
            lambda: provider.book_time("501", TIME),
            lambda: provider.find_time("501", TIME, since=MOMENT),
        ],
        Capability.DOCUMENTS: [
            lambda: provider.attach_document("501", DOCUMENT, b"x"),
            lambda: provider.find_document("501", DOCUMENT, since=MOMENT),
        ],
    }
    assert asks.keys() == set(Capability)
    for ask in (each for some in asks.values() for each in some):
        with pytest.raises(NotOffered, match="Toy Desk does not offer this") as raised:
            ask()
        assert raised.value.certainty == InvalidRequest.certainty
    assert desk.journal == []
