"""What every PSA provider must do, whatever the vendor.

A new provider's tests inherit ProviderContract and give it one fixture, `world`: the
vendor's stand-in, arranged and looked at through the few words of World.
"""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from psa.providers.errors import (
    AuthFailed,
    ConnectionFailed,
    InvalidRequest,
    NotFound,
    PermissionMissing,
    PsaError,
    RateLimited,
    ServerError,
    SiteRefused,
    Timeout,
    WriteNotApplied,
    WriteUncertain,
)
from psa.providers.types import EntryKind, NoteDraft, NoteType, TicketFilter, Visibility
from tests.psa.providers.world import World

TEXT = "**Session**\n\n- Käse: 100 % of \"users\" & 'others'\n- C:\\temp [old] 🧀\n\nRF-7K3Q9D"
WRITTEN = [NoteType.INTERNAL_ANALYSIS, NoteType.RESOLUTION, NoteType.DESCRIPTION]


class ProviderContract:
    @pytest.fixture
    def provider(self, world: World):
        return world.provider

    # --- Reading ---------------------------------------------------------------------

    def test_a_connection_that_works_says_whose_it_is(self, provider):
        report = provider.test_connection()
        assert report.company_name
        assert report.version
        assert report.latency_ms >= 0

    def test_wrong_keys_are_said_to_be_wrong(self, world):
        for wrong in ({"public_key": "nobody"}, {"private_key": "nothing"}):
            with pytest.raises(AuthFailed):
                world.provider_with(**wrong).test_connection()

    def test_a_wrong_company_is_said_to_be_unknown(self, world):
        with pytest.raises(AuthFailed) as raised:
            world.provider_with(company_id="nobody").test_connection()
        assert raised.value.field == "company_id"

    def test_a_site_that_is_not_allowed_is_refused(self, world):
        with pytest.raises(SiteRefused):
            world.provider_with(site_url="https://10.0.0.1").test_connection()

    def test_a_ticket_is_read_in_one_call(self, world, provider):
        provider.test_connection()
        world.calls()
        ticket = provider.get_ticket(world.ticket_id)
        assert len(world.calls()) == 1
        assert (ticket.id, ticket.summary) == (world.ticket_id, world.ticket_summary)
        assert ticket.board.id == world.board_id
        assert ticket.status.id == world.current_status
        assert ticket.company.name == world.company_name
        assert ticket.updated_at.tzinfo
        assert not ticket.is_closed
        assert ticket.web_url == provider.ticket_url(world.ticket_id)

    def test_the_address_of_a_ticket_costs_no_call(self, world, provider):
        assert provider.ticket_url(world.ticket_id).startswith("https://")
        assert world.ticket_id in provider.ticket_url(world.ticket_id)
        assert world.calls() == []

    @pytest.mark.parametrize(
        "ticket_id", ["", "abc", "-1", "0", "1.5", "9" * 30, "1/notes", "../boards/1", "１２", "1 "]
    )
    def test_a_number_that_cannot_be_a_ticket_is_not_found_without_a_call(
        self, world, provider, ticket_id
    ):
        for act in (
            lambda: provider.get_ticket(ticket_id),
            lambda: provider.post_note(ticket_id, draft()),
            lambda: provider.update_ticket_status(ticket_id, world.closed_status),
            lambda: find(provider, ticket_id),
        ):
            with pytest.raises(NotFound):
                act()
        assert world.calls() == []

    def test_a_ticket_that_does_not_exist_is_not_found(self, world, provider):
        for act in (
            lambda: provider.get_ticket(world.missing_ticket_id),
            lambda: provider.post_note(world.missing_ticket_id, draft()),
            lambda: provider.update_ticket_status(world.missing_ticket_id, world.closed_status),
            lambda: find(provider, world.missing_ticket_id),
        ):
            with pytest.raises(NotFound):
                act()

    def test_statuses_are_the_boards_active_ones_in_its_order(self, world, provider):
        found = provider.get_ticket_statuses(world.board_id)
        ids = [status.id for status in found]
        assert world.current_status in ids
        assert world.closed_status in ids
        assert world.inactive_status not in ids
        assert world.status_of_other_board not in ids
        assert [s.sort_order for s in found] == sorted(s.sort_order for s in found)
        assert next(s for s in found if s.id == world.closed_status).is_closed

    def test_boards_are_listed_by_name(self, world, provider):
        boards = provider.list_boards()
        assert world.board_id in {board.id for board in boards}
        names = [board.name.casefold() for board in boards]
        assert names == sorted(names)

    def test_members_carry_flags(self, world, provider):
        members = {member.id: member for member in provider.list_members()}
        person = members[world.member_id]
        assert person.is_active
        assert not person.is_api
        assert person.name
        assert "@" in person.email
        assert any(member.is_api for member in members.values())
        assert any(not member.is_active for member in members.values())

    @pytest.mark.parametrize(
        ("kind", "error"),
        [("cut_before", ServerError), ("error_before", ServerError), ("refuse", ConnectionFailed)],
    )
    def test_a_read_survives_trouble_that_passes_and_reports_what_lasts(
        self, world, provider, kind, error
    ):
        world.fail(kind, "GET", times=1)
        assert provider.get_ticket(world.ticket_id).id == world.ticket_id
        world.fail(kind, "GET", times=None)
        with pytest.raises(error):
            provider.get_ticket(world.ticket_id)

    def test_a_read_that_takes_too_long_is_a_timeout(self, world, provider):
        provider.test_connection()
        world.fail("latency", "GET", seconds=60)
        with pytest.raises(Timeout):
            provider.get_ticket(world.ticket_id)

    # --- Notes -----------------------------------------------------------------------

    @pytest.mark.parametrize("note_type", WRITTEN)
    def test_a_note_is_written_once_in_one_call_and_stored_as_asked(
        self, world, provider, note_type
    ):
        provider.test_connection()
        before = world.stored_texts()
        world.calls()
        posted = provider.post_note(world.ticket_id, draft(note_type))
        assert len(world.calls()) == 1
        assert world.stored_texts() == [*before, TEXT]
        assert posted.differences == ()
        assert posted.note.note_type is note_type
        assert posted.note.visibility is note_type.visibility
        assert posted.note.created_at

    def test_a_note_for_colleagues_is_for_colleagues_only(self, world, provider):
        posted = provider.post_note(world.ticket_id, draft(NoteType.INTERNAL_ANALYSIS))
        assert posted.note.visibility is Visibility.COLLEAGUES

    def test_a_note_is_signed_by_the_chosen_member(self, world, provider):
        mine = provider.post_note(world.ticket_id, draft())
        theirs = provider.post_note(world.ticket_id, draft(member_id=world.member_id))
        names = {member.id: member.name for member in provider.list_members()}
        assert theirs.note.author == names[world.member_id]
        assert mine.note.author != theirs.note.author
        assert theirs.differences == ()

    def test_a_text_that_was_cut_is_said_to_be_different(self, world, provider):
        world.cut_texts_at(10)
        assert provider.post_note(world.ticket_id, draft()).differences

    def test_a_note_of_unknown_type_is_never_sent(self, world, provider):
        with pytest.raises(InvalidRequest):
            provider.post_note(world.ticket_id, draft(NoteType.UNKNOWN))
        assert world.calls() == []

    @pytest.mark.parametrize(
        ("kind", "error", "stored"),
        [
            ("refuse", ConnectionFailed, 0),
            ("rate_limited", RateLimited, 0),
            ("unauthorized", AuthFailed, 0),
            ("forbidden", PermissionMissing, 0),
            ("cut_before", WriteUncertain, 0),
            ("error_before", WriteUncertain, 0),
            ("cut_after", WriteUncertain, 1),
            ("error_after", WriteUncertain, 1),
            ("not_json", WriteUncertain, 1),
            ("latency", WriteUncertain, 1),
        ],
    )
    def test_a_write_in_trouble_is_sent_once_and_sorted_by_what_is_known(
        self, world, provider, kind, error, stored
    ):
        provider.test_connection()
        before = len(world.stored_texts())
        world.calls()
        world.fail(kind, "POST", seconds=60)
        with pytest.raises(error):
            provider.post_note(world.ticket_id, draft())
        assert sum(call.startswith("POST") for call in world.calls()) == 1
        assert len(world.stored_texts()) - before == stored

    @pytest.mark.parametrize(
        "kind", ["refuse", "cut_before", "error_before", "not_json", "latency"]
    )
    def test_trouble_while_finding_the_api_means_that_nothing_was_sent(self, world, provider, kind):
        before = world.stored_texts()
        world.fail(kind, "GET", seconds=60)
        with pytest.raises(ConnectionFailed):
            provider.post_note(world.ticket_id, draft())
        assert world.stored_texts() == before

    def test_a_missing_right_is_named(self, world):
        provider = world.provider_without_write_rights()
        assert provider.get_ticket(world.ticket_id)
        for act in (
            lambda: provider.post_note(world.ticket_id, draft()),
            lambda: provider.update_ticket_status(world.ticket_id, world.closed_status),
        ):
            with pytest.raises(PermissionMissing) as raised:
                act()
            assert raised.value.right in str(raised.value)
            assert raised.value.right

    # --- Finding a note again --------------------------------------------------------

    def test_a_note_is_found_by_its_marker(self, world, provider):
        posted = provider.post_note(world.ticket_id, draft())
        provider.post_note(world.ticket_id, draft(text="later"))
        found = find(provider, world.ticket_id, text="an older text")
        assert found.note == posted.note
        assert found.differences
        assert find(provider, world.ticket_id).differences == ()

    def test_without_a_marker_the_same_text_is_found(self, world, provider):
        posted = provider.post_note(world.ticket_id, draft())
        assert find(provider, world.ticket_id, marker="").note == posted.note
        assert find(provider, world.ticket_id, marker="", text=TEXT.replace("\n", "\r\n"))
        assert find(provider, world.ticket_id, marker="", text="another") is None

    def test_a_marker_wins_over_the_same_text(self, world, provider):
        marked = provider.post_note(world.ticket_id, draft(text="other words RF-7K3Q9D"))
        provider.post_note(world.ticket_id, draft(text="plain"))
        assert find(provider, world.ticket_id, text="plain").note == marked.note

    def test_what_is_absent_is_none(self, world, provider):
        assert find(provider, world.ticket_id) is None

    def test_notes_that_are_spoken_for_are_left_out(self, world, provider):
        first = provider.post_note(world.ticket_id, draft())
        second = provider.post_note(world.ticket_id, draft())
        ids = {first.note.id, second.note.id}
        found = find(provider, world.ticket_id)
        assert found.note.id in ids
        other = find(provider, world.ticket_id, exclude={found.note.id})
        assert other.note.id in ids - {found.note.id}
        assert find(provider, world.ticket_id, exclude=ids) is None

    def test_what_is_found_is_compared_with_what_was_asked(self, world, provider):
        provider.post_note(world.ticket_id, draft(NoteType.DESCRIPTION))
        kind = NoteType.INTERNAL_ANALYSIS
        assert find(provider, world.ticket_id, note_type=kind).differences
        assert not find(provider, world.ticket_id, note_type=NoteType.DESCRIPTION).differences
        assert find(provider, world.ticket_id, member_id=world.member_id).differences

    def test_a_note_is_found_among_many(self, world, provider):
        posted = provider.post_note(world.ticket_id, draft())
        for number in range(120):
            provider.post_note(world.ticket_id, draft(text=f"note {number}"))
        assert find(provider, world.ticket_id).note == posted.note

    # --- Status ----------------------------------------------------------------------

    def test_a_status_is_changed_in_one_call(self, world, provider):
        provider.test_connection()
        world.calls()
        ticket = provider.update_ticket_status(world.ticket_id, world.closed_status)
        assert len(world.calls()) == 1
        assert ticket.status.id == world.closed_status == world.stored_status()
        assert ticket.is_closed

    def test_a_status_of_another_board_is_refused_in_words(self, world, provider):
        with pytest.raises(InvalidRequest, match="does not belong to the ticket's board"):
            provider.update_ticket_status(world.ticket_id, world.status_of_other_board)
        assert world.stored_status() == world.current_status

    def test_a_status_that_cannot_be_is_not_found(self, world, provider):
        with pytest.raises(NotFound):
            provider.update_ticket_status(world.ticket_id, "Closed")

    def test_success_that_changed_nothing_is_not_believed(self, world, provider):
        world.ignore_status_changes()
        with pytest.raises(WriteNotApplied):
            provider.update_ticket_status(world.ticket_id, world.closed_status)

    @pytest.mark.parametrize(
        "kind", ["cut_before", "cut_after", "error_before", "error_after", "not_json"]
    )
    def test_a_status_change_in_trouble_is_uncertain_and_sent_once(self, world, provider, kind):
        provider.test_connection()
        world.calls()
        world.fail(kind, "PATCH")
        with pytest.raises(WriteUncertain):
            provider.update_ticket_status(world.ticket_id, world.closed_status)
        assert len(world.calls()) == 1

    # --- Searching -------------------------------------------------------------------

    def test_a_page_of_tickets_and_its_total_cost_two_calls_side_by_side(self, world, provider):
        found(provider)
        world.calls()
        page = provider.search_tickets(TicketFilter(), 1, 25)
        assert len(world.calls()) == 2
        assert (page.page, page.page_size, len(page.items)) == (1, 25, 25)
        assert page.total > 25
        assert page.pages == -(-page.total // 25)
        assert page.total_is_exact
        assert not any(ticket.is_closed for ticket in page.items)
        numbers = [int(ticket.id) for ticket in page.items]
        assert numbers == sorted(numbers, reverse=True)

    def test_pages_share_no_ticket_and_end(self, provider):
        first = provider.search_tickets(TicketFilter(), 1, 20)
        rest = [provider.search_tickets(TicketFilter(), n, 20) for n in range(2, first.pages + 1)]
        ids = [ticket.id for page in (first, *rest) for ticket in page.items]
        assert len(ids) == len(set(ids)) == first.total
        beyond = provider.search_tickets(TicketFilter(), first.pages + 1, 20)
        assert (beyond.items, beyond.total) == ((), first.total)

    def test_a_row_says_the_same_as_the_ticket(self, world, provider):
        (row,) = found(provider, query=world.ticket_id)
        assert row == provider.get_ticket(world.ticket_id)

    def test_a_ticket_is_found_by_each_filter_and_by_all(self, world, provider):
        ticket = provider.get_ticket(world.ticket_id)
        filters = {
            "query": world.ticket_summary[2:12].upper(),
            "board_id": world.board_id,
            "status_name": ticket.status.name,
            "priority_id": world.priority_id,
            "company_id": world.company_id,
            "member_identifier": world.owner_identifier,
        }
        for name, value in filters.items():
            assert world.ticket_id in ids(found(provider, **{name: value}))
        assert ids(found(provider, **filters)) == [world.ticket_id]
        assert ids(found(provider, **filters, member_id=world.owner_id)) == [world.ticket_id]

    def test_a_filter_leaves_out_what_it_does_not_mean(self, world, provider):
        for filters in (
            {"query": "no summary says this"},
            {"board_id": "2147483647"},
            {"status_name": "No status is called this"},
            {"priority_id": "2147483647"},
            {"company_id": "2147483647"},
            {"member_identifier": world.owner_identifier[:-1]},
        ):
            assert found(provider, **filters) == ()
        assert world.ticket_id not in ids(found(provider, unassigned=True))
        assert world.ticket_id not in ids(found(provider, closed=True))

    def test_open_closed_and_all(self, world, provider):
        provider.update_ticket_status(world.ticket_id, world.closed_status)
        by_number = {"query": world.ticket_id}
        assert found(provider, **by_number) == ()
        assert ids(found(provider, **by_number, closed=True)) == [world.ticket_id]
        assert ids(found(provider, **by_number, closed=None)) == [world.ticket_id]

    def test_what_nobody_works_on_is_unassigned(self, world, provider):
        world.leave_unowned()
        assert world.ticket_id in ids(found(provider, unassigned=True))
        provider.add_resource(world.ticket_id, world.member_id)
        assert world.ticket_id not in ids(found(provider, unassigned=True))

    @pytest.mark.parametrize(
        "summary",
        [
            "O'Brien's printer",
            'The 27" screen',
            'O\'Brien\'s 27" "new" screen',
            "C:\\Temp\\ is full",
            "100% of [old] mail_box (2)",
            "a and b or id > 0",
            "Käse über 🧀",
        ],
    )
    def test_hard_words_are_found_and_nothing_else(self, world, provider, summary):
        world.name_ticket(summary)
        assert ids(found(provider, query=summary)) == [world.ticket_id]
        assert ids(found(provider, query=summary[3:])) == [world.ticket_id]
        world.name_ticket("".join(sorted(summary)))
        assert found(provider, query=summary) == ()

    def test_what_cannot_be_searched_is_refused_without_a_call(self, world, provider):
        world.calls()
        for filters in ({"board_id": "x"}, {"member_id": "1"}, {"query": "x" * 10_000}):
            with pytest.raises(InvalidRequest):
                found(provider, **filters)
        for page, size in ((0, 25), (1, 0), (1, 1000)):
            with pytest.raises(InvalidRequest):
                provider.search_tickets(TicketFilter(), page, size)
        assert world.calls() == []

    @pytest.mark.parametrize(
        ("kind", "error"),
        [("latency", Timeout), ("error_before", ServerError), ("refuse", ConnectionFailed)],
    )
    def test_a_search_in_trouble_says_so(self, world, provider, kind, error):
        found(provider)
        world.fail(kind, "GET", times=None, seconds=60)
        with pytest.raises(error):
            found(provider)

    def test_priorities_are_listed_the_most_urgent_first(self, world, provider):
        priorities = provider.list_priorities()
        assert world.priority_id in {priority.id for priority in priorities}
        order = [priority.sort_order for priority in priorities]
        assert order == sorted(order)
        assert all(priority.color for priority in priorities)

    def test_companies_are_found_by_a_part_of_their_name(self, world, provider):
        company = provider.get_company(world.company_id)
        assert company.name == world.company_name
        assert company in provider.list_companies(world.company_name[1:6].upper())
        assert company in provider.list_companies(company.identifier)
        assert provider.list_companies("no company is called this") == ()
        everybody = provider.list_companies("")
        assert 1 < len(everybody) <= 50
        names = [found.name.casefold() for found in everybody]
        assert names == sorted(names)

    def test_a_company_that_does_not_exist_is_not_found(self, provider):
        for company_id in ("2147483647", "x"):
            with pytest.raises(NotFound):
                provider.get_company(company_id)

    # --- What is on a ticket ---------------------------------------------------------

    def test_the_history_holds_notes_and_time_newest_first(self, world, provider):
        provider.post_note(world.ticket_id, draft())
        world.customer_writes("It still drops.")
        world.somebody_works(1.5)
        timeline = provider.list_notes(world.ticket_id)
        assert timeline.missing_rights == ()
        moments = [entry.created_at for entry in timeline.entries]
        assert moments == sorted(moments, reverse=True)
        by_text = {entry.text: entry for entry in timeline.entries}
        ours, theirs = by_text[TEXT], by_text["It still drops."]
        assert (ours.kind, ours.note_type) == (EntryKind.NOTE, NoteType.INTERNAL_ANALYSIS)
        assert ours.visibility is Visibility.COLLEAGUES
        assert not ours.by_customer
        assert (theirs.by_customer, theirs.visibility) == (True, Visibility.CUSTOMER)
        (work,) = [entry for entry in timeline.entries if entry.kind is EntryKind.TIME]
        assert (work.hours, work.by_customer) == (1.5, False)
        assert work.author

    def test_the_history_costs_two_calls_side_by_side(self, world, provider):
        provider.test_connection()
        world.calls()
        provider.list_notes(world.ticket_id)
        assert len(world.calls()) == 2

    def test_without_the_right_to_see_time_the_notes_come_alone(self, world, provider):
        world.somebody_works(1.5)
        everything = provider.list_notes(world.ticket_id)
        timeline = world.provider_without_time().list_notes(world.ticket_id)
        notes = [entry for entry in everything.entries if entry.kind is EntryKind.NOTE]
        assert list(timeline.entries) == notes
        assert len(timeline.missing_rights) == 1
        assert "Time" in timeline.missing_rights[0]

    def test_configurations_of_a_ticket_are_told_by_name(self, world, provider):
        devices = provider.get_ticket_configurations(world.ticket_id)
        assert devices
        assert all(device.id and device.name and device.type for device in devices)
        assert provider.get_ticket_configurations(world.ticket_id) == devices

    def test_related_tickets_are_others_and_few(self, world, provider):
        ticket = provider.get_ticket(world.ticket_id)
        related = provider.list_related(ticket)
        assert 0 < len(related) <= 10
        assert world.ticket_id not in ids(related)
        assert any(other.company == ticket.company for other in related)

    def test_what_is_on_a_missing_ticket_is_not_found(self, world, provider):
        for missing in (world.missing_ticket_id, "x"):
            for act in (
                lambda missing=missing: provider.list_notes(missing),
                lambda missing=missing: provider.get_ticket_configurations(missing),
                lambda missing=missing: provider.list_resources(missing),
                lambda missing=missing: provider.add_resource(missing, world.member_id),
                lambda missing=missing: provider.remove_resource(missing, world.member_id),
            ):
                with pytest.raises(NotFound):
                    act()

    # --- People ----------------------------------------------------------------------

    def test_the_owner_is_listed_first_and_the_others_once(self, world, provider):
        provider.add_resource(world.ticket_id, world.member_id)
        owner, other = provider.list_resources(world.ticket_id)
        assert (owner.member_id, owner.is_owner) == (world.owner_id, True)
        assert owner.identifier == world.owner_identifier
        assert (other.member_id, other.is_owner) == (world.member_id, False)
        assert other.name

    def test_who_is_assigned_already_is_not_assigned_again(self, world, provider):
        provider.add_resource(world.ticket_id, world.member_id)
        world.calls()
        provider.add_resource(world.ticket_id, world.member_id)
        provider.add_resource(world.ticket_id, world.owner_id)
        assert all(call.startswith("GET") for call in world.calls())
        assert world.stored_people() == {world.owner_id, world.member_id}

    def test_who_is_assigned_first_owns_the_ticket(self, world, provider):
        world.leave_unowned()
        provider.add_resource(world.ticket_id, world.member_id)
        (owner,) = provider.list_resources(world.ticket_id)
        assert (owner.member_id, owner.is_owner) == (world.member_id, True)

    def test_people_are_taken_off_as_owner_and_beside_the_owner(self, world, provider):
        provider.add_resource(world.ticket_id, world.member_id)
        provider.remove_resource(world.ticket_id, world.owner_id)
        assert world.stored_people() == {world.member_id}
        provider.remove_resource(world.ticket_id, world.member_id)
        assert world.stored_people() == set()
        assert provider.list_resources(world.ticket_id) == ()
        world.calls()
        provider.remove_resource(world.ticket_id, world.member_id)
        assert all(call.startswith("GET") for call in world.calls())

    def test_a_member_that_cannot_be_is_not_found(self, world, provider):
        for act in (provider.add_resource, provider.remove_resource):
            with pytest.raises(NotFound):
                act(world.ticket_id, "Erin")

    def test_a_member_that_does_not_exist_is_refused_in_words(self, world, provider):
        for prepare in (lambda: None, world.leave_unowned):
            prepare()
            with pytest.raises(InvalidRequest, match="no longer knows this member"):
                provider.add_resource(world.ticket_id, "2147483647")

    def test_an_owner_that_did_not_change_is_not_believed(self, world, provider):
        world.ignore_owner_changes()
        with pytest.raises(WriteNotApplied):
            provider.remove_resource(world.ticket_id, world.owner_id)
        world.leave_unowned()
        with pytest.raises(WriteNotApplied):
            provider.add_resource(world.ticket_id, world.member_id)

    def test_without_the_right_to_schedule_people_it_is_named(self, world):
        provider = world.provider_without_people()
        for act in (
            lambda: provider.list_resources(world.ticket_id),
            lambda: provider.add_resource(world.ticket_id, world.member_id),
        ):
            with pytest.raises(PermissionMissing) as raised:
                act()
            assert raised.value.right

    @pytest.mark.parametrize("kind", ["latency", "error_before", "refuse"])
    def test_trouble_while_looking_means_that_nobody_was_assigned(self, world, provider, kind):
        provider.test_connection()
        world.fail(kind, "GET", times=None, seconds=60)
        for act in (provider.add_resource, provider.remove_resource):
            with pytest.raises(ConnectionFailed):
                act(world.ticket_id, world.member_id)
        assert world.stored_people() == {world.owner_id}

    @pytest.mark.parametrize(
        ("kind", "stored"), [("cut_before", False), ("error_after", True), ("not_json", True)]
    )
    def test_an_assignment_in_trouble_is_uncertain_and_sent_once(
        self, world, provider, kind, stored
    ):
        provider.test_connection()
        world.calls()
        world.fail(kind, "POST")
        with pytest.raises(WriteUncertain):
            provider.add_resource(world.ticket_id, world.member_id)
        assert sum(call.startswith("POST") for call in world.calls()) == 1
        assert (world.member_id in world.stored_people()) is stored

    # --- Everywhere ------------------------------------------------------------------

    def test_many_threads_share_a_provider(self, world, provider):
        seen = []

        def work():
            seen.append(provider.get_ticket(world.ticket_id).id)
            provider.post_note(world.ticket_id, draft())

        before = len(world.stored_texts())
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [world.ticket_id] * 8
        assert len(world.stored_texts()) - before == 8

    def test_no_error_repeats_the_vendors_words_or_a_secret(self, world):
        secret = "s3cr3t-private-key"
        provider = world.provider_with(private_key=secret)
        with pytest.raises(PsaError) as raised:
            provider.get_ticket(world.ticket_id)
        assert secret not in repr(raised.value)
        assert secret not in repr(vars(provider))


def draft(note_type=NoteType.INTERNAL_ANALYSIS, text=TEXT, member_id=None) -> NoteDraft:
    return NoteDraft(text=text, note_type=note_type, member_id=member_id)


def found(provider, **filters):
    return provider.search_tickets(TicketFilter(**filters), 1, 100).items


def ids(tickets):
    return [ticket.id for ticket in tickets]


def find(provider, ticket_id, *, marker="RF-7K3Q9D", text=TEXT, **more):
    since = datetime.now(UTC) - timedelta(minutes=1)
    return provider.find_note(ticket_id, marker=marker, text=text, since=since, **more)
