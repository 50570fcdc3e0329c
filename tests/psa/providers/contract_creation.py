"""What every PSA provider must do to create a ticket, and to find it when the answer was lost."""

from dataclasses import replace

import pytest

from psa.providers.drafts import NewTicket
from psa.providers.errors import (
    ConnectionFailed,
    InvalidRequest,
    NotFound,
    PermissionMissing,
    ServerError,
    WriteUncertain,
)
from tests.psa.providers.world import World

REFERENCE = "ResolutionFlow RF-T4F2K9QX8MN2"


class CreationContract:
    @pytest.fixture
    def provider(self, world: World):
        return world.provider

    @pytest.fixture
    def draft(self, world):
        """Return a ticket of which as little as possible is said."""
        return NewTicket(
            summary="Printer jams again", company_id=world.company_id, reference=REFERENCE
        )

    # --- Writing it ------------------------------------------------------------------

    def test_a_ticket_is_created_with_one_call_and_is_what_was_asked_for(
        self, world, provider, draft
    ):
        status = next(s for s in provider.get_ticket_statuses(world.board_id) if not s.is_closed)
        (contact, *_) = provider.list_contacts(world.company_id, "")
        wanted = replace(
            draft,
            board_id=world.board_id,
            status_id=status.id,
            priority_id=world.priority_id,
            owner_id=world.member_id,
            contact_id=contact.id,
            description="Since Monday.\n\nSmoke, “too”.",
        )
        world.calls()
        ticket = provider.create_ticket(wanted)
        assert len(world.calls()) == world.costs.creation
        assert ticket == provider.get_ticket(ticket.id)
        assert (ticket.summary, ticket.contact_name) == (wanted.summary, contact.name)
        found = [ticket.board, ticket.status, ticket.company, ticket.priority, ticket.owner]
        assert [one.id for one in found if one] == [
            wanted.board_id,
            wanted.status_id,
            wanted.company_id,
            wanted.priority_id,
            wanted.owner_id,
        ]
        (note,) = provider.list_notes(ticket.id).entries
        assert note.text == wanted.description
        assert ticket.web_url == provider.ticket_url(ticket.id)

    def test_what_is_left_open_the_psa_decides(self, provider, draft):
        ticket = provider.create_ticket(draft)
        assert ticket.board.id
        assert ticket.status.id
        assert not ticket.is_closed

    def test_what_does_not_fit_together_is_refused_and_nothing_created(
        self, world, provider, draft
    ):
        for wrong in (
            {"summary": ""},
            {"summary": "x" * 101},
            {"company_id": world.missing_ticket_id},
            {"company_id": ""},
            {"company_id": "Contoso"},
            {"board_id": world.board_id, "status_id": world.status_of_other_board},
            {"board_id": world.missing_ticket_id},
            {"owner_id": world.missing_ticket_id},
            {"contact_id": world.missing_ticket_id},
            {"priority_id": "high"},
        ):
            with pytest.raises(InvalidRequest) as refused:
                provider.create_ticket(replace(draft, **wrong))
            assert refused.value.sentence
        assert provider.find_created(REFERENCE) is None

    def test_without_the_right_to_add_tickets_it_is_named(self, world, draft):
        with pytest.raises(PermissionMissing) as raised:
            world.provider_without_write_rights().create_ticket(draft)
        assert "Add" in raised.value.right

    # --- Finding it again ------------------------------------------------------------

    def test_a_ticket_is_found_by_its_reference_and_no_other_is(self, world, provider, draft):
        assert provider.find_created(REFERENCE) is None
        ticket = provider.create_ticket(draft)
        provider.create_ticket(replace(draft, reference=REFERENCE + "X"))
        world.calls()
        assert provider.find_created(REFERENCE) == ticket
        assert len(world.calls()) == world.costs.find_created
        assert provider.find_created("RF-TNEVERUSED") is None

    @pytest.mark.parametrize(
        ("kind", "stored"),
        [
            ("cut_before", False),
            ("error_before", False),
            ("cut_after", True),
            ("error_after", True),
            ("not_json", True),
        ],
    )
    def test_a_creation_in_trouble_is_uncertain_sent_once_and_found_if_stored(
        self, world, provider, draft, kind, stored
    ):
        provider.test_connection()
        world.calls()
        world.fail(kind, "POST")
        with pytest.raises(WriteUncertain):
            provider.create_ticket(draft)
        assert world.writes() == 1
        assert (provider.find_created(REFERENCE) is not None) is stored

    def test_a_creation_that_never_left_says_so(self, world, provider, draft):
        provider.test_connection()
        world.fail("refuse", "POST")
        with pytest.raises(ConnectionFailed):
            provider.create_ticket(draft)
        assert provider.find_created(REFERENCE) is None

    def test_looking_in_trouble_tells_nothing(self, world, provider):
        provider.test_connection()
        world.fail("error_before", "GET", times=None)
        with pytest.raises(ServerError):
            provider.find_created(REFERENCE)

    def test_without_the_right_to_see_tickets_nothing_is_said_to_be_absent(self, world):
        with pytest.raises(PermissionMissing):
            world.provider_without("Service Tickets").find_created(REFERENCE)

    # --- What it may be made of ------------------------------------------------------

    def test_types_hold_their_subtypes_and_these_their_items(self, world, provider, draft):
        kinds = provider.list_types(world.board_id)
        names = [kind.name.casefold() for kind in kinds]
        assert names == sorted(names)
        assert names
        assert all(kind.id and kind.name for kind in kinds)
        kind = next(kind for kind in kinds if kind.subtypes)
        sub = next(sub for sub in kind.subtypes if sub.items)
        fitting = replace(
            draft,
            board_id=world.board_id,
            type_id=kind.id,
            subtype_id=sub.id,
            item_id=sub.items[0].id,
        )
        provider.create_ticket(fitting)
        foreign = next(one for k in kinds for one in k.subtypes if one not in kind.subtypes)
        with pytest.raises(InvalidRequest):
            provider.create_ticket(replace(fitting, subtype_id=foreign.id, item_id=""))

    def test_types_of_a_board_that_does_not_exist_are_not_found(self, world, provider):
        for board_id in (world.missing_ticket_id, "x"):
            with pytest.raises(NotFound):
                provider.list_types(board_id)

    def test_contacts_of_a_company_are_found_by_parts_of_their_names(self, world, provider):
        everybody = provider.list_contacts(world.company_id, "")
        assert everybody
        assert all(one.is_active and one.company_id == world.company_id for one in everybody)
        for one in everybody:
            first, last = one.name.split(" ", 1)
            for words in (first, last.upper(), f"{first[:2]} {last[1:]}"):
                assert one in provider.list_contacts(world.company_id, words)
            assert provider.get_contact(one.id) == one
        assert provider.list_contacts(world.company_id, "nobody is called this") == ()
        assert provider.list_contacts(world.missing_ticket_id, "") == ()

    def test_what_is_no_contact_is_not_found(self, world, provider):
        for contact_id in (world.missing_ticket_id, "x"):
            with pytest.raises(NotFound):
                provider.get_contact(contact_id)
        for company_id, words in (("x", ""), (world.company_id, "x" * 500)):
            with pytest.raises(InvalidRequest):
                provider.list_contacts(company_id, words)

    def test_open_tickets_of_the_company_in_similar_words_are_alike(self, world, provider, draft):
        words = "the jamming printer of accounting"
        assert provider.list_alike(world.company_id, words) == ()
        mine = provider.create_ticket(replace(draft, summary="Printer is jamming"))
        less = provider.create_ticket(replace(draft, summary="Printer toner", reference="X"))
        assert provider.list_alike(world.company_id, words) == (mine, less)
        assert provider.list_alike(world.missing_ticket_id, words) == ()
        assert provider.list_alike(world.company_id, "is it?") == ()
        provider.update_ticket_status(less.id, world.closed_status)
        assert provider.list_alike(world.company_id, words) == (mine,)
