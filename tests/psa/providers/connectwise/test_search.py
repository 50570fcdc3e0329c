"""Filters as conditions: each applied or refused, bounded, and short enough for an address."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.providers.connectwise import conditions as c
from psa.providers.connectwise import search
from psa.providers.errors import InvalidRequest
from psa.providers.types import About, Reference, Ticket, TicketFilter

NOW = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)


def asked(**filters):
    return str(search.search_for(TicketFilter(**{"closed": None} | filters)).condition)


def ticket(number=1, summary="", company=None):
    return Ticket(
        id=str(number),
        summary=summary,
        board=Reference(id="1", name="Help Desk"),
        status=Reference(id="1", name="New"),
        company=company,
        contact_name="",
        priority=None,
        owner=None,
        is_closed=False,
        updated_at=None,
        web_url="",
    )


@pytest.mark.parametrize(
    ("filters", "written"),
    [
        ({"query": " O'Brien "}, 'summary contains "O\'Brien"'),
        ({"query": "48291"}, '(id = 48291 OR summary contains "48291")'),
        ({"query": "#48291"}, '(id = 48291 OR summary contains "#48291")'),
        ({"query": "99999999999"}, 'summary contains "99999999999"'),
        ({"query": "VPN Müller"}, '(summary contains "VPN" AND summary contains "Müller")'),
        (
            {"query": "user’s PST"},
            '(summary contains "user" AND summary contains "s" AND summary contains "PST")',
        ),
        ({"board_id": "20"}, "board/id = 20"),
        ({"status_name": "New"}, 'status/name = "New"'),
        ({"priority_id": "2"}, "priority/id = 2"),
        ({"company_id": "250"}, "company/id = 250"),
        (
            {"member_identifier": "ERuiz"},
            '(owner/identifier = "ERuiz" OR resources contains "ERuiz")',
        ),
        (
            {"member_identifier": "ERuiz", "member_id": "154"},
            '(owner/id = 154 OR resources contains "ERuiz")',
        ),
        ({"unassigned": True}, "(owner/id = null AND resources = null)"),
        ({"closed": False}, "closedFlag = false"),
        ({"closed": True}, "closedFlag = true"),
        ({"query": "x", "closed": False}, '(summary contains "x" AND closedFlag = false)'),
    ],
)
def test_every_filter_is_applied(filters, written):
    assert asked(**filters) == written


def test_nothing_wanted_asks_for_everything():
    everything = search.search_for(TicketFilter(closed=None, query="  "))
    assert everything.condition is None
    assert everything.is_exact
    assert everything.holds({"id": 1})


@pytest.mark.parametrize(
    "filters",
    [
        {"board_id": "x"},
        {"board_id": "0"},
        {"priority_id": "1 OR 1=1"},
        {"company_id": "-1"},
        {"company_id": "9" * 30},
        {"member_id": "154"},
        {"member_id": "x", "member_identifier": "ERuiz"},
        {"unassigned": True, "member_identifier": "ERuiz"},
        {"unassigned": True, "member_id": "154"},
        {"query": "x" * 101},
        {"query": "x" * 10_000},
        {"status_name": "x" * 101},
        {"member_identifier": "x" * 101},
    ],
)
def test_what_cannot_be_asked_for_is_refused(filters):
    with pytest.raises(InvalidRequest) as raised:
        search.search_for(TicketFilter(**filters))
    assert raised.value.sentence != InvalidRequest.default


@pytest.mark.parametrize(("page", "size"), [(0, 25), (-1, 25), (100_001, 25), (1, 0), (1, 101)])
def test_a_page_that_no_list_has_is_refused(page, size):
    with pytest.raises(InvalidRequest):
        search.check_page(page, size)


# --- Checking what came back ---------------------------------------------------------


def row(summary="", number=1, status="New", owner="", resources=""):
    people = {"owner": {"id": 7, "identifier": owner}} if owner else {}
    return {
        "id": number,
        "summary": summary,
        "status": {"id": 1, "name": status},
        "resources": resources,
        **people,
    }


def holds(found, **filters):
    return search.search_for(TicketFilter(**filters)).holds(found)


def test_words_are_checked_where_more_was_asked_for():
    hard = 'the "IT" guy\'s C:\\temp'
    assert holds(row(f"About {hard} again".upper()), query=hard)
    assert not holds(row("guy's IT C: temp"), query=hard)
    assert not holds(row("50 of 100"), query="50%")
    assert holds(row("nothing of it", 48291), query="48291")


def test_words_that_were_asked_for_as_they_are_are_connectwises_affair():
    assert holds(row("Mueller"), query="Müller")


def test_a_status_is_the_one_that_is_named():
    assert holds(row(status="new [x]"), status_name="New [x]")
    assert not holds(row(status="New [x] 2"), status_name="New [x]")


def test_a_member_is_not_one_whose_name_contains_it():
    assert holds(row(owner="Ann"), member_identifier="ann")
    assert holds(row(owner="Bob", resources="Joann, ANN"), member_identifier="ann")
    assert not holds(row(owner="Bob", resources="Joann, Bob"), member_identifier="ann")


def test_unassigned_is_nobodys():
    assert holds(row(), unassigned=True)
    assert not holds(row(resources="Ann"), unassigned=True)


# --- Companies -----------------------------------------------------------------------


def test_companies_are_asked_for_by_both_names():
    found = search.companies_named(" O'Brien ")
    assert str(found.condition) == '(name contains "O\'Brien" OR identifier contains "O\'Brien")'
    assert found.holds({"id": 1, "name": "whoever"})
    assert search.companies_named(" ").condition is None
    assert search.companies_named("").holds({"id": 1})


def test_companies_are_checked_where_more_was_asked_for():
    found = search.companies_named("a_b")
    assert found.holds({"id": 1, "identifier": "XA_BX"})
    assert not found.holds({"id": 1, "name": "acb"})


def test_a_company_of_endless_name_is_refused():
    with pytest.raises(InvalidRequest):
        search.companies_named("x" * 101)


# --- Bounds --------------------------------------------------------------------------


def test_few_statuses_bound_in_one_question():
    condition = c.equals(c.TICKET_CLOSED, False)
    assert [str(part) for part in search.bounded(condition, [3, 1, 3])] == [
        "(closedFlag = false AND status/id in (1,3))"
    ]
    assert search.bounded(condition, []) == [condition]
    assert search.bounded(None, [1]) == [None]
    assert search.any_of([None]) is None


@given(st.sets(st.integers(1, 10**6), min_size=1, max_size=900), st.text(min_size=1, max_size=100))
def test_many_statuses_are_asked_for_in_parts_that_fit_and_share_nothing(statuses, query):
    wanted = TicketFilter(query=query)
    condition = search.search_for(wanted).condition
    parts = search.bounded(condition, statuses)
    named = [
        set(map(int, str(part).rpartition("in (")[2].rstrip(")").split(","))) for part in parts
    ]
    assert set().union(*named) == statuses
    assert sum(map(len, named)) == len(statuses)
    assert all(search._length({"conditions": str(part)}) < 3_500 for part in parts)
    if len(query) < 20:
        assert all(search.fits({"conditions": str(part)}) for part in parts)


# --- Tickets that may help -----------------------------------------------------------


def test_telling_words_are_abbreviations_and_long_ones():
    assert search.telling_words("VPN drops after five minutes") == ("vpn", "drops")
    assert search.telling_words("O'Brien: cannot print, again!") == ("brien", "print")
    assert search.telling_words("re: it is on") == ()
    assert len(search.telling_words("one printer cabinet keyboard monitor scanner")) == 3


def test_what_has_most_in_common_comes_first():
    ours, theirs = Reference(id="1", name="Acme"), Reference(id="2", name="Other")
    mine = ticket(5, "VPN drops", ours)
    words = ticket(3, "vpn drops again", theirs)
    both = ticket(1, "vpn is slow", ours)
    neighbour, newer = ticket(4, "Mouse", ours), ticket(6, "Mouse", ours)
    about = About(ticket_id="5", summary="VPN drops", company_id="1")
    found = search.likeliest(about, [neighbour, newer, words, both, mine])
    assert [other.id for other in found] == ["3", "1", "6", "4"]
    assert search.likeliest(About(ticket_id="5", summary="VPN"), [neighbour])


def test_what_says_nothing_is_not_searched_for():
    for company_id in ("", "x", "0"):
        about = About(ticket_id="1", summary="re: it", company_id=company_id)
        assert search.similar(about, NOW) is None
