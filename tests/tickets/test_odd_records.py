"""What the pages make of records that other products broke on (tests/cases)."""

import itertools
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from psa import opened
from psa.models import Post
from sessions_app import linking
from tests.cases import Case
from tests.simulated import rewrite_answers

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TICKET = reverse("tickets:detail", args=["1060"])
HALF_EMOJI = "cw-01-half-emoji-in-summary"
PASTED_PICTURE = "cw-30-pasted-picture-as-data-uri"
NO_DATE = "cw-32-net-minimum-date"
MARKUP = "cw-33-markup-and-direction-in-a-summary"


@pytest.fixture
def told(monkeypatch, connection):
    """Return a function that has the PSA answer as the case says."""
    return lambda name: rewrite_answers(monkeypatch, Case(name).rewrite)


def words(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/tickets/", "/tickets/search/", TICKET])
def test_half_a_surrogate_pair_is_shown_as_a_replacement(told, erin, address):
    told(HALF_EMOJI)
    assert "Printer on floor 2 broken \ufffd" in words(erin.get(address, headers=HTMX))


def test_a_session_works_on_a_ticket_with_half_a_surrogate_pair(told, erin, session):
    told(HALF_EMOJI)
    link = reverse("sessions:ticket-link", args=[session.pk])
    assert erin.post(link, {"ticket_id": "1060"}).status_code == 302
    assert "broken \ufffd" in words(erin.get(session.get_absolute_url()))
    preview = words(erin.get(reverse("sessions:post-preview", args=[session.pk])))
    assert 'name="ticket_id" value="1060"' in preview


@pytest.mark.parametrize("htmx", [{}, HTMX], ids=["page", "panel"])
def test_a_date_that_stands_for_none_is_not_known(told, erin, htmx):
    told(NO_DATE)
    page = words(erin.get(TICKET, headers=htmx))
    assert page.count("Not known") == 2
    assert "0001-01-01" not in page
    assert "9999-12-31" not in page


@pytest.mark.parametrize("address", ["/tickets/", TICKET])
def test_a_summary_is_decoded_once_and_reads_from_left_to_right(told, erin, address):
    told(MARKUP)
    page = words(erin.get(address, headers=HTMX))
    assert "&lt;b&gt;Bob &amp; Sons&#x27; printer fdp.exe" in page
    assert "&amp;lt;" not in page
    assert "\u202e" not in page


def test_a_picture_that_stands_in_a_note_is_named(told, erin):
    told(PASTED_PICTURE)
    page = words(erin.get(f"{TICKET}notes/", headers=HTMX))
    assert "Picture: pasted" in page
    assert "iVBOR" not in page


def odd(_request, status, value):
    """Answer as ConnectWise would if every text and date in it was one of the worst."""

    def changed(item, key=""):
        if isinstance(item, dict):
            return {name: changed(each, name) for name, each in item.items()}
        if isinstance(item, list):
            return [changed(each) for each in item]
        if not isinstance(item, str) or key.endswith("_href"):
            return item
        if re.match(r"\d{4}-\d\d-\d\dT", item):
            return f"{next(dates)}T23:59:59-14:00"
        return f"{item}\ud83d\0\u202e"

    dates = itertools.cycle(["0001-01-01", "9999-12-31"])
    return status, changed(value)


def test_what_odd_answers_leave_behind_is_shown_listed_and_exported(
    monkeypatch, connection, tenant, session, client_of, engineer, owner
):
    linking.link(session, "48291", engineer)
    rewrite_answers(monkeypatch, odd)
    opened.forget(connection.pk)
    erin, olive = client_of(engineer), client_of(owner)
    note = {"note_type": "internal_analysis", "content": "Timer restored — 5 °C"}
    board, now = (tenant.tickets[48291][name]["id"] for name in ("board", "status"))
    others = [row["id"] for row in tenant.statuses.values() if row["board"]["id"] == board]
    wanted = next(number for number in others if number != now)
    sent = {**note, "request_id": uuid4(), "update_status_id": wanted, "seen_status_id": now}
    assert erin.post(reverse("sessions:post", args=[session.pk]), sent).status_code in (200, 202)
    ticket = reverse("tickets:detail", args=["48291"])
    assert erin.post(f"{ticket}note/", {**note, "request_id": uuid4()}).status_code == 302
    assert erin.post(f"{ticket}status/", {"status_id": now}).status_code == 302

    posts = reverse("psa:posts")
    pages = [session.get_absolute_url(), "/", "/tickets/", ticket, f"{ticket}notes/"]
    assert all(words(erin.get(page)) for page in pages)
    pages = [posts, "/account/admin/integrations/?tab=members", "/admin/psa/post/"]
    pages += [reverse("psa:post", args=[post.pk]) for post in Post.objects.all()]
    assert all(words(olive.get(page)) for page in pages)
    exported = b"".join(olive.get(posts, {"format": "csv"}).streaming_content).decode()
    assert exported.count("Timer restored") == Post.objects.count() == 2
