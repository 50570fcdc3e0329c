"""Pages of the history, from the newest and from the oldest."""

import re
from uuid import uuid4

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from psa.history import pages
from psa.models import Post

URL = "/account/admin/integrations/posts/"


@pytest.fixture
def numbered(make_post):
    """Return seven posts of consecutive days, the newest first."""
    return [make_post(content=f"Note {n}", day=f"2026-04-{20 - n:02}") for n in range(7)]


@pytest.fixture
def listed(client_of, admin_user, monkeypatch):
    """Return which notes a page lists, and the pages that it leads to; three to a page."""
    monkeypatch.setattr(pages, "SIZE", 3)
    browser = client_of(admin_user)

    def ask(page):
        html = browser.get(URL, {"page": page, "user": ""}).content.decode()
        links = dict(re.findall(r'rel="(\w+)"\s+href="[^"]*page=([\w-]+)"', html))
        return [int(n) for n in re.findall(r"Note (\d)<", html)], links

    return ask


ENDS = {"first": "1", "last": "last"}


def test_few_posts_have_numbered_pages(numbered, listed):
    assert listed("1") == ([0, 1, 2], {"next": "2", "last": "last"})
    assert listed("2") == ([3, 4, 5], {**ENDS, "prev": "1", "next": "3"})
    assert listed("3") == ([6], {"first": "1", "prev": "2"})


@pytest.mark.parametrize("page", ["last", "4", "-1", "9" * 30])
def test_beyond_the_end_stands_the_last_page(page, numbered, listed):
    assert listed(page)[0] == [6]


@pytest.mark.parametrize("page", ["", "0", "x", "-9", "1.5", "9" * 5000])
def test_what_is_no_page_is_the_first(page, numbered, listed):
    assert listed(page)[0] == [0, 1, 2]


@pytest.fixture
def uncounted(numbered, monkeypatch):
    monkeypatch.setattr(pages, "COUNTED", 5)


def test_many_posts_are_read_from_either_end(uncounted, listed):
    assert listed("1") == ([0, 1, 2], {"next": "2", "last": "last"})
    assert listed("3") == ([6], {"first": "1", "prev": "2"})
    assert listed("last") == ([4, 5, 6], {"first": "1", "prev": "-2"})
    assert listed("-2") == ([1, 2, 3], {**ENDS, "prev": "-3", "next": "-1"})
    assert listed("-3") == ([0], {"next": "-2", "last": "last"})


def test_a_number_beyond_many_posts_is_the_last_page(uncounted, listed):
    assert listed("9" * 30)[0] == [4, 5, 6]
    assert listed("-4")[0] == [0, 1, 2]


def test_the_filter_goes_along(numbered, client_of, admin_user, monkeypatch):
    monkeypatch.setattr(pages, "SIZE", 3)
    html = client_of(admin_user).get(URL, {"q": "note", "status": "posted"}).content.decode()

    assert "?q=note&amp;status=posted&amp;page=2" in html
    assert "?q=note&amp;status=posted&amp;format=csv" in html


@pytest.fixture
def cost(client_of, admin_user):
    """Return how many queries the page of a filter takes."""
    browser = client_of(admin_user)

    def of(**wanted):
        with CaptureQueriesContext(database) as asked:
            assert browser.get(URL, wanted).status_code == 200
        return len(asked)

    return of


def test_a_page_costs_the_same_however_long_the_history_is(cost, make_post, account, engineer):
    for _ in range(10):
        make_post()
    # The log-in's session, person and account, the people to choose from and whose names are
    # shared, some, what is shown and the files that went with it;
    # with many posts also which of them are on the page.
    few, many = 8, 9
    assert [cost(), cost(q="timer"), cost(page="last")] == [few] * 3

    Post.objects.bulk_create(
        (
            Post(account=account, request_id=uuid4(), ticket_id=str(n), content="Timer restored.")
            for n in range(10_000)
        ),
        batch_size=1000,
    )
    assert [cost(), cost(q="timer"), cost(page="last")] == [many] * 3
    assert [cost(q="#77"), cost(posted_by=engineer.pk, q="#48291")] == [few] * 2


def test_a_row_shows_the_words_of_a_note_and_not_their_marks(make_post, client_of, admin_user):
    make_post(content="**Session Analysis — VPN drops**\n\nRestarted the `ipsec` service.")
    page = client_of(admin_user).get(URL).content.decode()
    assert ">Session Analysis — VPN drops\n\nRestarted the `ipsec` service.<" in page
