"""The list of sessions and the dashboard: found, filtered, paged, and never slow."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from psa.models import Post
from sessions_app import lifecycle, record
from sessions_app.models import SessionPost, Step, WorkSession
from tests.builders import stored_post
from tests.posts import with_status

LIST = reverse("sessions:list")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def make(account, engineer):
    def make(title, who=engineer, outcome="", **fields):
        session = lifecycle.start(who.account, who, title=title)
        if outcome:
            lifecycle.complete(session, outcome=outcome, resolution="x", next_steps="")
        for name, value in fields.items():
            setattr(session, name, value)
        session.save()
        WorkSession.objects.filter(pk=session.pk).update(**fields)
        return session

    return make


@pytest.fixture
def colleague(make_user, account):
    return make_user("Cora", account)


def found(browser, **query):
    answer = browser.get(LIST, query)
    assert answer.status_code == 200
    return [session.title for session in answer.context["page"]]


# --- The list ------------------------------------------------------------------------


def test_mine_are_listed_first_and_everyones_at_a_switch(browser, make, colleague):
    make("Mine")
    make("Hers", who=colleague)
    assert found(browser) == ["Mine"]
    assert found(browser, who="all") == ["Hers", "Mine"]


def test_a_viewer_sees_everyones_at_once(client_of, viewer, make):
    make("Erin's")
    assert found(client_of(viewer)) == ["Erin's"]


def test_another_account_is_never_listed(browser, make, stranger):
    make("Theirs", who=stranger)
    assert found(browser, who="all", q="Theirs") == []


def test_a_super_admin_sees_all_accounts(client_of, super_admin, make, stranger):
    make("Ours")
    make("Theirs", who=stranger)
    assert found(client_of(super_admin)) == ["Theirs", "Ours"]


def test_the_state_filters(browser, make):
    make("Open")
    for outcome in ("resolved", "escalated", "waiting", "abandoned"):
        make(outcome, outcome=outcome)
    assert found(browser, status="open") == ["Open"]
    for outcome in ("resolved", "escalated", "waiting", "abandoned"):
        assert found(browser, status=outcome) == [outcome]
    assert len(found(browser, status="")) == 5


@pytest.mark.parametrize(
    "words",
    ["vpn", "drops VPN", "contoso", "48291", "#48291", "RF-7K3", "7k3q9d", "  vpn  contoso "],
)
def test_title_client_reference_and_ticket_are_searched(browser, make, words):
    make("Printer on fire")
    make(
        "VPN drops",
        client_name="Contoso",
        psa_ticket_id="48291",
        reference="RF-7K3Q9D",
    )
    assert found(browser, q=words) == ["VPN drops"]


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "\\", "<b>", "🖨️", "x" * 200])
def test_a_search_takes_every_character_literally(browser, make, words):
    make("VPN drops")
    assert found(browser, q=words) == []
    make(f"Has {words}"[:200])
    assert len(found(browser, q=words[:150])) == 1


@pytest.mark.parametrize("query", [{"q": "x" * 201}, {"q": "a\x00b"}, {"status": "won"}])
def test_a_filter_that_does_not_hold_says_so(browser, make, query):
    make("VPN drops")
    answer = browser.get(LIST, query)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_pages_of_25_keep_the_filter_in_their_addresses(browser, make):
    for number in range(27):
        make(f"VPN {number:02}", started_at=timezone.now() - timedelta(hours=number))
    page = browser.get(LIST, {"q": "VPN", "status": "open"}).content.decode()
    assert page.count("session-row") - page.count("session-rows") == 25
    assert "?q=VPN&amp;status=open&amp;who=me&amp;page=2" in page
    assert found(browser, q="VPN", page="2") == ["VPN 25", "VPN 26"]
    assert found(browser, page="99") == ["VPN 25", "VPN 26"]
    assert len(found(browser, page="nonsense")) == 25


def test_htmx_gets_the_results_alone(browser, make):
    make("VPN drops")
    page = browser.get(LIST, headers=HTMX).content.decode()
    assert page.lstrip().startswith('<section class="stack" id="results"')
    assert "VPN drops" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "No sessions of yours yet"),
        ({"who": "all"}, "No sessions yet"),
        ({"q": "nothing"}, "No session matches"),
    ],
)
def test_an_empty_list_says_what_to_do(browser, query, words):
    assert words in browser.get(LIST, query).content.decode()


def test_a_viewer_of_an_empty_account_is_told_what_will_come(client_of, viewer):
    page = client_of(viewer).get(LIST).content.decode()
    assert "Sessions of your engineers appear here." in page
    assert "New session" not in page


# --- The dashboard -------------------------------------------------------------------


def post_of(session, **fields):
    status = fields.pop("status_state", "none")
    post = with_status(stored_post(session.engineer, **fields), status)
    return SessionPost.objects.create(session=session, post=post)


def test_the_dashboard_shows_my_open_sessions(browser, make, colleague):
    make("Mine")
    make("Done", outcome="resolved")
    make("Hers", who=colleague)
    page = browser.get("/").content.decode()
    assert "Mine" in page
    for absent in ("Done", "Hers", "Posts that need you"):
        assert absent not in page


def test_the_dashboard_offers_a_first_session(browser, client_of, viewer):
    assert "Nothing open" in browser.get("/").content.decode()
    page = client_of(viewer).get("/").content.decode()
    assert "You read along" in page
    assert "New session" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "failed", "error": "Refused by us."}, "Not posted"),
        ({"state": "unknown"}, "Being checked"),
        ({"state": "posted", "status_state": "failed"}, "Status not changed"),
        ({"state": "posted", "status_state": "unknown"}, "Being checked"),
    ],
)
def test_posts_that_need_me_are_on_the_dashboard(browser, session, fields, said):
    entry = post_of(session, **fields)
    page = browser.get("/").content.decode()
    assert "Posts that need you" in page
    assert said in page
    assert fields.get("error", "") in page
    assert f'data-post="{entry.post.pk}" data-state="{fields["state"]}"' in page


@pytest.mark.parametrize("fields", [{"state": "posted"}, {"state": "queued"}, {"state": "sending"}])
def test_posts_that_go_their_way_are_not(browser, session, fields):
    post_of(session, **fields)
    assert "Posts that need you" not in browser.get("/").content.decode()


def test_a_failed_post_that_was_posted_again_needs_nobody(browser, session):
    post_of(session, state="failed")
    post_of(session, state="posted", note_type="resolution")
    assert "Not posted" in browser.get("/").content.decode()
    post_of(session, state="posted")
    assert "Not posted" not in browser.get("/").content.decode()


def test_a_refused_status_that_was_changed_later_needs_nobody(browser, session):
    post_of(session, state="posted", status_state="failed")
    assert "Status not changed" in browser.get("/").content.decode()
    post_of(session, state="posted", status_state="applied")
    assert "Posts that need you" not in browser.get("/").content.decode()


def panel_post(session, connection, **fields):
    """Store a note that was posted from the ticket's panel: it belongs to no session."""
    values = {"content": "Router restarted.\n\nMarker"} | fields
    return stored_post(session.engineer, connection, **values)


def test_a_note_from_the_panel_needs_me_too_and_leads_to_its_ticket(browser, session, connection):
    failed = panel_post(session, connection, state="failed", error="Refused by us.")
    page = browser.get("/").content.decode()
    ticket = reverse("tickets:detail", args=["48291"])
    assert f'href="{ticket}" hx-get="{ticket}"' in page
    assert f'data-post="{failed.pk}" data-state="failed"' in page
    for said in ("Router restarted.", "Refused by us.", "Not posted"):
        assert said in page
    assert "Marker" not in page
    post_of(session, state="posted")
    assert "Not posted" in browser.get("/").content.decode()
    panel_post(session, connection, state="posted", content="Called the user back.")
    assert "Not posted" in browser.get("/").content.decode()
    Post.objects.filter(pk=failed.pk).update(replaced=True)
    assert "Posts that need you" not in browser.get("/").content.decode()


def test_a_note_from_the_panel_does_not_settle_what_a_session_has_to_say(
    browser, session, connection
):
    post_of(session, state="failed")
    panel_post(session, connection, state="posted")
    assert "Not posted" in browser.get("/").content.decode()


def test_posts_of_colleagues_need_the_colleagues(browser, session, colleague):
    post_of(session, state="failed", posted_by=colleague)
    assert "Posts that need you" not in browser.get("/").content.decode()


# --- Cost ----------------------------------------------------------------------------


def queries(browser, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(15) as counted:
        assert browser.get(address).status_code == 200
    return len(counted)


def test_lists_cost_the_same_with_5_and_with_200_sessions(
    browser, make, django_assert_max_num_queries
):
    def both():
        return [queries(browser, url, django_assert_max_num_queries) for url in (LIST, "/")]

    for number in range(5):
        post_of(make(f"Session {number}"), state="failed")
    few = both()
    first = WorkSession.objects.earliest("started_at")
    WorkSession.objects.bulk_create(
        WorkSession(account=first.account, engineer=first.engineer, title=f"More {number}")
        for number in range(195)
    )
    for session in WorkSession.objects.all()[:20]:
        post_of(session, state="failed")
    many = both()
    assert few == many


def test_a_session_costs_the_same_with_5_and_with_200_steps(
    browser, session, connection, django_assert_max_num_queries
):
    step = {"kind": "check", "outcome": "ok", "notes": "n", "command_output": "c"}
    WorkSession.objects.update(psa_connection=connection, psa_ticket_id="48291")

    def grow(to):
        numbers = range(session.steps.count() + 1, to + 1)
        Step.objects.bulk_create(
            Step(**step, session=session, title=f"Step {number}", position=number)
            for number in numbers
        )

    record.note_of(session)  # rendered once for each change
    grow(5)
    few = queries(browser, session.get_absolute_url(), django_assert_max_num_queries)
    grow(200)
    many = queries(browser, session.get_absolute_url(), django_assert_max_num_queries)
    assert few == many


def test_the_first_page_asks_the_psa_nothing(browser, session, connection, simulator):
    WorkSession.objects.update(psa_connection=connection, psa_ticket_id="48291")
    for address in ("/", LIST, session.get_absolute_url()):
        assert browser.get(address).status_code == 200
    assert len(simulator.journal) == 0
