"""What every PSA provider must do with tickets: search, history, configurations, people."""

import pytest

from psa.providers.errors import (
    ConnectionFailed,
    InvalidRequest,
    NotFound,
    PermissionMissing,
    ServerError,
    Timeout,
    WriteNotApplied,
    WriteUncertain,
)
from psa.providers.types import About, EntryKind, NoteDraft, NoteType, TicketFilter, Visibility
from tests.psa.providers.world import World

TEXT = '**Session**\n\n- Käse: 100 % of "users"\n\nRF-7K3Q9D'


class TicketsContract:
    @pytest.fixture
    def provider(self, world: World):
        return world.provider

    # --- Searching -------------------------------------------------------------------

    def test_a_page_of_tickets_and_its_total_cost_what_they_may(self, world, provider):
        found(provider)
        world.calls()
        page = provider.search_tickets(TicketFilter(), 1, 25)
        assert len(world.calls()) == world.costs.page_with_total
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
        provider.post_note(world.ticket_id, NOTE)
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

    def test_the_history_costs_what_it_may(self, world, provider):
        provider.test_connection()
        world.calls()
        provider.list_notes(world.ticket_id)
        assert len(world.calls()) == world.costs.history

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
        assert ticket.company
        about = About(ticket_id=ticket.id, summary=ticket.summary, company_id=ticket.company.id)
        related = provider.list_related(about)
        assert 0 < len(related) <= 10
        assert world.ticket_id not in ids(related)
        assert any(other.company == ticket.company for other in related)

    def test_tickets_about_the_same_configuration_are_others_and_few(self, world, provider):
        device, *_ = provider.get_ticket_configurations(world.ticket_id)
        about_it = provider.list_about_configuration(world.ticket_id, device.id)
        assert len(about_it) <= 10
        assert world.ticket_id not in ids(about_it)
        assert provider.list_about_configuration(world.ticket_id, "") == ()

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
        assert world.writes() == 1
        assert (world.member_id in world.stored_people()) is stored


NOTE = NoteDraft(text=TEXT, note_type=NoteType.INTERNAL_ANALYSIS)


def found(provider, **filters):
    return provider.search_tickets(TicketFilter(**filters), 1, 100).items


def ids(tickets):
    return [ticket.id for ticket in tickets]
