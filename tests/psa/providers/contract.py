"""What every PSA provider must do, whatever the vendor.

A new provider's tests inherit ProviderContract, and TicketsContract beside it, and give them
one fixture, `world`: the vendor's stand-in, arranged and looked at through the few words of
World.
"""

import threading
from dataclasses import replace
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
from psa.providers.types import NoteDraft, NoteType, Visibility
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

    def test_a_ticket_is_read_for_what_it_may_cost(self, world, provider):
        provider.test_connection()
        world.calls()
        ticket = provider.get_ticket(world.ticket_id)
        assert len(world.calls()) == world.costs.ticket
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
        assert any("@" in email for email in person.emails)
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
        assert len(world.calls()) == world.costs.note
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
        assert world.writes() == 1
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

    # --- Editing a note --------------------------------------------------------------

    def test_a_note_gets_another_text_and_nothing_else_changes(self, world, provider):
        posted = provider.post_note(world.ticket_id, draft(NoteType.RESOLUTION)).note
        world.calls()
        edited = provider.edit_note(world.ticket_id, posted.id, text=f"{TEXT} mended")
        assert len(world.calls()) == world.costs.edit_note
        assert edited.differences == ()
        assert replace(edited.note, text=TEXT) == posted
        assert world.stored_texts()[-1] == f"{TEXT} mended"

    def test_a_note_is_read_and_compared_for_what_it_may_cost(self, world, provider):
        posted = provider.post_note(world.ticket_id, draft()).note
        world.calls()
        assert provider.get_note(world.ticket_id, posted.id, text=TEXT).differences == ()
        assert len(world.calls()) == world.costs.read_note
        other = provider.get_note(world.ticket_id, posted.id, text="Other words.")
        assert other.note == posted
        assert other.differences

    @pytest.mark.parametrize("note_id", ["", "abc", "2147483647", "../1"])
    def test_a_note_that_is_not_on_the_ticket_is_not_found(self, world, provider, note_id):
        provider.post_note(world.ticket_id, draft())
        with pytest.raises(NotFound):
            provider.get_note(world.ticket_id, note_id, text=TEXT)
        with pytest.raises(NotFound):
            provider.edit_note(world.ticket_id, note_id, text=TEXT)
        assert world.stored_texts()[-1] == TEXT

    @pytest.mark.parametrize(
        ("kind", "error", "text"),
        [
            ("rate_limited", RateLimited, TEXT),
            ("forbidden", PermissionMissing, TEXT),
            ("error_before", WriteUncertain, TEXT),
            ("cut_after", WriteUncertain, "Mended."),
            ("not_json", WriteUncertain, "Mended."),
        ],
    )
    def test_an_edit_in_trouble_is_sent_once(self, world, provider, kind, error, text):
        posted = provider.post_note(world.ticket_id, draft()).note
        world.calls()
        world.fail(kind, "PATCH")
        with pytest.raises(error):
            provider.edit_note(world.ticket_id, posted.id, text="Mended.")
        assert world.writes() == 1
        assert world.stored_texts()[-1] == text

    # --- Status ----------------------------------------------------------------------

    def test_a_status_is_changed_for_what_it_may_cost(self, world, provider):
        provider.test_connection()
        world.calls()
        ticket = provider.update_ticket_status(world.ticket_id, world.closed_status)
        assert len(world.calls()) == world.costs.status
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
        assert world.writes() == 1

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


def find(provider, ticket_id, *, marker="RF-7K3Q9D", text=TEXT, **more):
    since = datetime.now(UTC) - timedelta(minutes=1)
    return provider.find_note(ticket_id, marker=marker, text=text, since=since, **more)
