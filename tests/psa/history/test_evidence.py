"""What the history tells of one post."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from psa.history.evidence import Evidence
from psa.models import Post, PostAttempt
from sessions_app.models import SessionPost
from tests.posts import with_status

AT = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)


@pytest.fixture
def page_of(client_of, admin_user):
    browser = client_of(admin_user)

    def ask(post, **headers):
        answer = browser.get(f"/account/admin/integrations/posts/{post.pk}/", headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


def test_it_tells_who_where_and_what_was_sent(page_of, make_post, session):
    post = make_post(content="Timer <b>restored</b>.", external_note_id="1003")
    SessionPost.objects.create(session=session, post=post)
    html = page_of(post)

    for told in ("Erin, signed as the API member", "#48291", "1003", session.reference):
        assert told in html
    assert "Timer &lt;b&gt;restored&lt;/b&gt;." in html
    assert f'data-post="{post.pk}" data-state="posted"' in html


def test_for_htmx_it_is_a_dialog(page_of, make_post):
    html = page_of(make_post(), **{"HX-Request": "true"})

    assert html.lstrip().startswith("<dialog")


def test_what_was_stored_as_sent_is_said_so(page_of, make_post):
    assert "Exactly what was sent." in page_of(make_post(stored_content="Timer restored."))


def test_what_was_stored_otherwise_is_shown(page_of, make_post):
    html = page_of(make_post(stored_content="Timer changed."))

    assert "<strong>restored</strong>" in html
    assert "<strong>changed</strong>" in html


def test_what_is_not_known_is_not_claimed(page_of, make_post):
    assert "Not known" in page_of(make_post())
    assert "Nothing that we know of." in page_of(make_post(state="failed", error="Refused."))


def test_what_was_changed_of_the_generated_note_is_shown(page_of, make_post):
    html = page_of(make_post(generated_content="Timer restored.\nSecret line"))

    assert '<del class="difference-line difference-removed"' in html
    assert "Secret line" in html


def test_a_note_that_was_posted_as_generated_is_said_so(page_of, make_post):
    html = page_of(make_post(generated_content="Timer restored."))

    assert "Just as the session&#x27;s record made it." in html.replace("'", "&#x27;")


def test_texts_too_long_to_compare_are_shown_whole(page_of, make_post):
    html = page_of(make_post(content="a " * 40_000, stored_content="b", generated_content="c"))

    assert html.count("too long to be compared here") == 2


def test_each_attempt_is_shown_with_its_outcome(page_of, make_post):
    post = make_post(state="failed", error="Refused.", attempts=3)
    for part, outcome in (("send", "unknown"), ("check", "queued"), ("send", "")):
        PostAttempt.objects.create(
            post=post, part=part, outcome=outcome, started_at=AT, error=f"why {outcome}"
        )
    html = page_of(post)

    order = [html.index(text) for text in ("Uncertain", "Not there, sent again", "Under way")]
    assert order == sorted(order)
    assert "why unknown" in html
    assert "2026-04-21 09:10:00" in html
    assert "1 attempt from before" in html


def test_a_post_that_waits_has_none(page_of, make_post):
    assert "None yet" in page_of(make_post(state="queued"))


def test_the_ticket_is_linked_while_there_is_a_connection(make_post, connection):
    assert "recid=48291" in Evidence(make_post(connection=connection)).web_url
    connection.is_active = False
    assert Evidence(make_post(connection=connection)).web_url == ""
    assert Evidence(make_post()).web_url == ""


@pytest.fixture
def retry(client_of, admin_user):
    browser = client_of(admin_user)
    return lambda post, part: browser.post(
        f"/account/admin/integrations/posts/{post.pk}/retry/", {"part": part}
    )


def test_a_failed_note_is_sent_again_from_here(retry, make_post, connection, simulator):
    post = make_post(state="failed", error="Refused.", connection=connection)
    answer = retry(post, "note")

    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/account/admin/integrations/posts/{post.pk}/",
    )
    post.refresh_from_db()
    assert (post.state, post.attempts, post.stored_content) == ("posted", 1, "Timer restored.")


def test_only_the_status_is_tried_again(retry, make_post, connection, simulator):
    post = make_post(connection=connection, external_note_id="1")
    with_status(post, "failed", wanted_id="999", seen_id="1")
    assert retry(post, "status").status_code == 302
    post.refresh_from_db()
    assert (post.attempts, post.status_state) == (0, "failed")
    assert post.status_error


@pytest.mark.parametrize(
    ("fields", "part", "status"),
    [
        ({"state": "failed", "error": "Refused."}, "note", 409),  # no connection left
        ({"state": "posted"}, "note", 409),
        ({"state": "failed", "error": "Refused."}, "everything", 422),
    ],
)
def test_what_cannot_be_retried_is_refused_with_a_sentence(
    fields, part, status, retry, make_post, connection
):
    has_connection = fields["state"] == "posted"
    post = make_post(**fields, connection=connection if has_connection else None)
    answer = retry(post, part)

    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert not PostAttempt.objects.exists()


def test_retries_are_limited_as_posts_are(retry, make_post, connection, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": "0/m"}
    post = make_post(state="failed", error="Refused.", connection=connection)
    answer = retry(post, "note")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1


def test_an_account_without_posts_is_told_how_to_begin(client_of, admin_user):
    browser = client_of(admin_user)

    for address in ("posts/", "?tab=posts"):
        html = browser.get(f"/account/admin/integrations/{address}").content.decode()
        assert "No posts yet — link a ticket and post session docs" in html
    html = browser.get("/account/admin/integrations/posts/", {"q": "vpn"}).content.decode()
    assert "No post matches" in html


def test_a_fragment_holds_the_results_alone(client_of, admin_user, make_post):
    make_post()
    address = "/account/admin/integrations/posts/"
    html = client_of(admin_user).get(address, headers={"HX-Request": "true"}).content.decode()

    assert html.lstrip().startswith('<section class="stack" id="results"')


def test_a_super_admin_opens_any_accounts_post(client_of, super_admin, make_post):
    post = make_post()
    address = f"/account/admin/integrations/posts/{post.pk}/"

    assert client_of(super_admin).get(address).status_code == 200
    gone = f"/account/admin/integrations/posts/{uuid4()}/"
    assert client_of(super_admin).get(gone).status_code == 404
    assert Post.objects.count() == 1
