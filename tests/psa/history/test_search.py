"""Which posts a filter finds."""

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps

from psa.models import Post
from sessions_app.models import SessionPost
from tests import cases

URL = "/account/admin/integrations/posts/"
POST = re.compile(r'data-post="([0-9a-f-]{36})"')


@pytest.fixture
def found(client_of, admin_user):
    """Return the ids that the page of a filter lists, in their order."""
    browser = client_of(admin_user)

    def ask(**wanted):
        answer = browser.get(URL, wanted)
        assert answer.status_code == 200
        return POST.findall(answer.content.decode())

    return ask


def ids(*posts):
    return [str(post.pk) for post in posts]


@pytest.mark.parametrize(
    "q", ["vpn", "VPN timer", "tim*", "vpn 483*", "10.0.0.5", "SRV-02", "48300", "#48300"]
)
def test_words_parts_of_addresses_and_the_ticket_are_found(q, found, make_post):
    wanted = make_post(content="VPN at 10.0.0.5: timer of SRV-02 restored.", ticket_id="48300")
    make_post(content="Printer jams.")

    assert found(q=q) == ids(wanted)


def test_every_word_has_to_be_there(found, make_post):
    make_post(content="VPN restored.")

    assert found(q="vpn printer") == []


def test_a_beginning_that_most_posts_hold_is_one_of_several_conditions(found, make_post):
    for number in range(45):
        make_post(content=f"Timer {number} restored.")
    wanted = make_post(content="Timetable of the VPN.", note_type="resolution")

    assert len(found(q="tim*")) == 25
    assert found(q="tim* vpn") == ids(wanted)
    assert found(q="tim* vp*", note_type="resolution") == ids(wanted)
    assert found(q="tim* printer") == []


def test_the_posts_of_a_session_are_found_by_its_reference(found, make_post, session):
    wanted = make_post()
    make_post()
    SessionPost.objects.create(session=session, post=wanted)

    assert found(q=session.reference.lower()) == ids(wanted)


@pytest.mark.parametrize(
    "q", ["MÜLLER", "muller zugriff", "“Zugriff”", "pst-datei", "CAFE", "gesto*", "Zoë’s"]
)
def test_case_accents_and_typographic_signs_make_no_difference(q, found, make_post):
    wanted = make_post(content="“Zugriff” für Müller: PST–Datei im Café gestört, Zoe's PC.")
    make_post(content="Printer jams.")

    assert found(q=q) == ids(wanted)


@pytest.mark.parametrize("q", cases.text("text-25-number-as-we-print-it").splitlines())
def test_whatever_names_a_ticket_finds_its_posts(q, found, make_post):
    wanted = make_post(ticket_id="48291")
    make_post(content="See 48291.", ticket_id="48290")

    assert found(q=q) == ids(wanted)


def test_the_posts_of_a_session_are_found_by_its_address(found, make_post, session):
    wanted = make_post()
    make_post()
    SessionPost.objects.create(session=session, post=wanted)

    assert found(q=f"https://desk.example{session.get_absolute_url()}") == ids(wanted)


def test_posts_from_before_are_found_after_the_migration(found, make_post):
    wanted = make_post(content="Müller")
    Post.objects.update(folded="")
    migration = import_module("psa.migrations.0013_fold_posts")
    migration.fold_posts(apps, SimpleNamespace(connection=SimpleNamespace(vendor="sqlite")))

    assert found(q="muller") == ids(wanted)


@pytest.mark.parametrize(
    "wanted", [{"status": "failed"}, {"note_type": "resolution"}, {"since": "2026-04-21"}]
)
def test_state_type_and_day_narrow_it(wanted, found, make_post):
    one = make_post(state="failed", note_type="resolution", day="2026-04-21")
    make_post(day="2026-04-20T23:59:59")

    assert found(**wanted) == ids(one)


def test_days_count_in_whole_and_a_person_by_id(found, make_post, owner, engineer):
    last = make_post(day="2026-04-21T23:59:59.999999", posted_by=owner)
    first = make_post(day="2026-04-21", posted_by=engineer)
    make_post(day="2026-04-22")

    assert found(since="2026-04-21", until="2026-04-21") == ids(last, first)
    assert found(since="2026-04-21", until="2026-04-21", user=engineer.pk) == ids(first)


def test_everything_together_finds_what_it_says(found, make_post, engineer):
    everything = {
        "q": "#48291 timer", "status": "unknown", "note_type": "description",
        "user": engineer.pk, "since": "2026-04-21", "until": "2026-04-22",
    }  # fmt: skip
    wanted = make_post(state="unknown", note_type="description", day="2026-04-21T12:00")

    assert found(**everything) == ids(wanted)


def test_what_no_text_can_hold_finds_nothing(found, make_post):
    make_post()

    assert found(q="'!&|") == []


def test_another_accounts_posts_are_never_found(found, make_post, other_account):
    make_post(account=other_account)

    assert found() == []
    assert found(q="timer") == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"status": "nonsense"},
        {"user": "999999"},
        {"since": "yesterday"},
        {"until": "9999-12-31"},
        {"since": "2026-04-22", "until": "2026-04-21"},
        {"q": "x" * 201},
    ],
)
@pytest.mark.parametrize("more", [{}, {"format": "csv"}])
def test_a_filter_that_does_not_hold_is_refused(wanted, more, client_of, admin_user, make_post):
    make_post()
    answer = client_of(admin_user).get(URL, {**wanted, **more})

    assert answer.status_code == 422
    assert POST.findall(answer.content.decode()) == []
    assert "field-error" in answer.content.decode()


def test_the_filter_is_shown_as_it_was_asked(client_of, admin_user, engineer, owner):
    owner.name = '<b>"Olive"'
    owner.save()
    wanted = {"q": '"><script>', "user": engineer.pk, "since": "2026-04-21", "status": "failed"}
    html = client_of(admin_user).get(URL, wanted).content.decode()

    assert f'<option value="{engineer.pk}" selected>Erin</option>' in html
    assert '<option value="failed" selected>' in html
    assert 'value="2026-04-21"' in html
    assert "&lt;b&gt;&quot;Olive&quot;</option>" in html
    assert "<script>" not in html.partition("<main")[2]


def test_a_person_of_another_account_cannot_be_asked_for(client_of, admin_user, stranger):
    assert client_of(admin_user).get(URL, {"user": stranger.pk}).status_code == 422
