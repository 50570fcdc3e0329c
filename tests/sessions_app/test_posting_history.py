"""The history of a session's posts: what is shown, followed, and mended."""

from uuid import uuid4

import pytest
from django.urls import reverse

from psa.models import Post
from psa.outbox import notes, worker
from psa.outbox.kinds import STATUS
from sessions_app import linking, listing
from sessions_app import posting as session_posting
from sessions_app.models import Draft, SessionPost
from tests.posts import with_status

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def linked(session, connection, engineer):
    linking.link(session, "48291", engineer)
    return session


@pytest.fixture
def make_post(linked, engineer, simulator):
    """Post a note of the session; `fault` is what the simulator does to the first write."""

    def make(fault="", *, method="POST", **fields):
        if fault:
            simulator.faults.add(fault, times=1, method=method)
        values = {
            "request_id": uuid4(),
            "content": "Timer restored.",
            "note_type": "internal_analysis",
            "ticket_id": "48291",
            "update_status_id": "",
            "seen_status_id": "",
            "seen_status_name": "",
            "replaces": None,
            **fields,
        }
        return session_posting.submit(linked, engineer, values)

    return make


@pytest.fixture
def status_change(simulator):
    """Return the fields of a status change on the ticket's own board."""
    tenant = simulator.tenants["northwind"]
    seen = tenant.tickets[48291]["status"]
    board = tenant.tickets[48291]["board"]["id"]
    other = next(
        s
        for s in tenant.statuses.values()
        if s["board"]["id"] == board and s["id"] != seen["id"] and not s.get("inactive")
    )
    return {
        "seen_status_id": str(seen["id"]),
        "seen_status_name": seen["name"],
        "update_status_id": str(other["id"]),
    }


def url(name, session, *more):
    return reverse(f"sessions:{name}", args=[session.pk, *more])


def history(client, session, **how):
    return client.get(url("posts", session), **how).content.decode()


# --- What is shown -------------------------------------------------------------------


def test_without_posts_it_says_how_to_make_one(session, erin):
    assert "No posts yet" in history(erin, session)


def test_a_posted_note_shows_all_about_it(make_post, linked, erin, status_change):
    post = make_post(**status_change, note_type="resolution")
    text = history(erin, linked)
    assert f'data-post="{post.pk}"' in text
    assert 'data-state="posted"' in text
    for words in ("Posted", "Status changed", "May reach the customer", "#48291", "Erin"):
        assert words in text
    assert f"{post.status_changed_from} → {post.status_changed_to}" in text
    assert "Timer restored." in text
    assert "Retry" not in text


def test_it_is_a_page_and_a_fragment(make_post, linked, erin):
    make_post()
    assert "<html" in history(erin, linked)
    assert "<html" not in history(erin, linked, headers=HTMX)


def test_the_session_page_holds_it_too(make_post, linked, erin):
    post = make_post()
    page = erin.get(linked.get_absolute_url()).content.decode()
    assert f'data-post="{post.pk}"' in page


def test_text_is_shown_escaped(make_post, linked, erin):
    make_post(content="<script>alert(1)</script>")
    assert "<script>alert(1)" not in history(erin, linked)
    assert "&lt;script&gt;alert(1)" in history(erin, linked)


def test_what_was_stored_otherwise_is_shown(make_post, linked, erin):
    post = make_post()
    Post.objects.filter(pk=post.pk).update(warning="The text differs.\nThe author differs.")
    text = history(erin, linked)
    assert "The text differs." in text
    assert "The author differs." in text


def test_a_viewer_reads_and_mends_nothing(make_post, linked, client_of, viewer):
    post = make_post("forbidden")
    client = client_of(viewer)
    text = history(client, linked)
    assert post.error in text
    assert "Retry" not in text
    assert client.get(url("post-row", linked, post.pk), headers=HTMX).status_code == 200
    assert client.post(url("post-retry", linked, post.pk), {"part": "note"}).status_code == 403


def test_a_stranger_sees_nothing(make_post, linked, client_of, stranger):
    post = make_post()
    client = client_of(stranger)
    for address in (url("posts", linked), url("post-row", linked, post.pk)):
        assert client.get(address).status_code == 404
    assert client.post(url("post-retry", linked, post.pk), {"part": "note"}).status_code == 404


def test_the_posts_of_another_session_are_not_here(make_post, linked, erin, account, engineer):
    from sessions_app import lifecycle

    post = make_post()
    other = lifecycle.start(account, engineer, title="Other", client_name="", problem="")
    assert erin.get(url("post-row", other, post.pk), headers=HTMX).status_code == 404
    assert "No posts yet" in history(erin, other)


def test_it_costs_the_same_for_one_and_for_many(
    make_post, linked, erin, django_assert_max_num_queries
):
    for _ in range(5):
        make_post(content=f"Note {uuid4()}")
    with django_assert_max_num_queries(9):
        history(erin, linked)


# --- Following a post that is on its way ---------------------------------------------


def test_a_waiting_row_asks_for_itself_until_it_is_settled(make_post, linked, erin, simulator):
    post = make_post("refuse")
    row = url("post-row", linked, post.pk)
    assert f'hx-get="{row}"' in history(erin, linked)
    waiting = erin.get(row, headers=HTMX).content.decode()
    assert 'data-state="queued"' in waiting
    assert 'hx-trigger="every 5s"' in waiting
    assert "hx-swap-oob" not in waiting
    notes.deliver(post.pk, at_once=True)
    settled = erin.get(row, headers=HTMX).content.decode()
    assert 'data-state="posted"' in settled
    assert "every 5s" not in settled
    assert 'role="status"' in settled


def test_a_row_without_javascript_is_the_history(make_post, linked, erin):
    answer = erin.get(url("post-row", linked, make_post().pk))
    assert answer.status_code == 302
    assert answer["Location"] == url("posts", linked)


@pytest.mark.parametrize(
    ("state", "status_state", "words"),
    [
        ("sending", "none", "kept and sent as soon as possible"),
        ("unknown", "none", "checking whether it"),
        ("posted", "queued", "The status change waits."),
        ("posted", "sending", "The status is being changed."),
        ("posted", "unknown", "checking whether ConnectWise changed the status"),
        ("posted", "failed", "The status was not changed"),
    ],
)
def test_every_state_says_how_it_stands(make_post, linked, erin, state, status_state, words):
    post = make_post()
    Post.objects.filter(pk=post.pk).update(state=state)
    with_status(post, status_state)
    text = " ".join(history(erin, linked).split())
    assert words in text
    assert ("every 5s" in text) is (status_state != "failed")


# --- Mending -------------------------------------------------------------------------


def test_a_failed_note_is_retried(make_post, linked, erin, simulator):
    post = make_post("forbidden")
    assert "Retry" in history(erin, linked)
    answer = erin.post(url("post-retry", linked, post.pk), {"part": "note"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'data-state="posted"' in answer.content.decode()
    texts = [n["text"] for n in simulator.tenants["northwind"].notes_of(48291)]
    assert texts.count("Timer restored.") == 1


def test_a_retry_that_fails_again_is_502(make_post, linked, erin, simulator):
    post = make_post("forbidden")
    simulator.faults.add("forbidden", times=1, method="POST")
    answer = erin.post(url("post-retry", linked, post.pk), {"part": "note"}, headers=HTMX)
    assert answer.status_code == 502
    assert 'data-state="failed"' in answer.content.decode()


def test_only_the_status_is_retried(make_post, linked, erin, simulator, status_change):
    post = make_post("forbidden", method="PATCH", **status_change)
    assert (post.state, post.status_state) == ("posted", "failed")
    assert "Retry the status only" in history(erin, linked)
    answer = erin.post(url("post-retry", linked, post.pk), {"part": "status"})
    assert answer.status_code == 200
    post.refresh_from_db()
    assert post.status_state == "applied"
    linked.refresh_from_db()
    assert linked.psa_ticket_status == post.status_changed_to
    texts = [n["text"] for n in simulator.tenants["northwind"].notes_of(48291)]
    assert texts.count("Timer restored.") == 1


@pytest.mark.parametrize("who", ["worker", "admin"])
def test_the_header_follows_a_status_that_somebody_else_applied(
    make_post, linked, simulator, status_change, who
):
    post = make_post("forbidden", method="PATCH", **status_change)
    notes.retry_status(post)
    if who == "worker":
        worker.run_batch(STATUS)
    else:
        notes.deliver(post.pk)
    post.refresh_from_db()
    linked.refresh_from_db()
    assert post.status_state == "applied"
    assert linked.psa_ticket_status == post.status_changed_to


def test_what_was_retried_already_is_409(make_post, linked, erin):
    post = make_post()
    for headers in ({}, HTMX):
        answer = erin.post(url("post-retry", linked, post.pk), {"part": "note"}, headers=headers)
        assert answer.status_code == 409
        assert "already" in answer.content.decode()


def test_an_unknown_part_is_422(make_post, linked, erin):
    post = make_post("forbidden")
    answer = erin.post(url("post-retry", linked, post.pk), {"part": "everything"})
    assert answer.status_code == 422


def test_retries_count_against_the_limit(make_post, linked, erin, settings):
    post = make_post("forbidden")
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": "0/m"}
    answer = erin.post(url("post-retry", linked, post.pk), {"part": "note"})
    assert answer.status_code == 429
    post.refresh_from_db()
    assert post.state == "failed"


def test_a_retry_leaves_other_typed_text_alone(make_post, linked, erin, engineer):
    post = make_post("forbidden")
    address = reverse("sessions:draft", args=[linked.pk, "post"])
    erin.post(address, {"content": "Typing on", "request_id": str(uuid4())})
    erin.post(url("post-retry", linked, post.pk), {"part": "note"})
    assert Draft.objects.get(form="post").values["content"] == "Typing on"


def test_a_failed_note_is_reviewed_in_the_dialog(make_post, linked, erin):
    post = make_post("forbidden", content="See RF-7K2M9Q.")
    answer = erin.get(url("post-preview", linked), {"post": post.pk}, headers=HTMX)
    form = answer.context["form"]
    assert form["content"].value() == "See RF-7K2M9Q."
    assert form["replaces"].value() == str(post.pk)
    assert form["request_id"].value() != post.request_id


@pytest.mark.parametrize("wanted", ["nonsense", str(uuid4())], ids=["nonsense", "unknown"])
def test_reviewing_a_post_that_is_not_there_opens_the_record(linked, erin, wanted):
    answer = erin.get(url("post-preview", linked), {"post": wanted})
    assert "**Steps taken**" in answer.context["form"]["content"].value()


def test_a_conflict_offers_the_dialog_and_no_blind_retry(make_post, linked, erin, status_change):
    make_post(**{**status_change, "seen_status_id": "999"})
    text = history(erin, linked)
    assert "Review and post again" in text
    assert ">Retry<" not in text.replace("</svg>", "")


def test_mending_a_note_that_was_posted_meanwhile_asks_first(make_post, linked, erin, settings):
    post = make_post("forbidden")
    shown = erin.get(url("post-preview", linked), {"post": post.pk}).context["form"]
    erin.post(url("post-retry", linked, post.pk), {"part": "note"})
    values = {name: shown[name].value() for name in ("content", "note_type", "request_id")}
    values["replaces"] = post.pk
    answer = erin.post(url("post", linked), values)
    assert answer.status_code == 422
    assert "meanwhile" in answer.content.decode()
    assert answer.context["form"]["replaces"].value() is None
    assert Post.objects.count() == 1


def test_a_removed_connection_leaves_the_history_to_read(make_post, linked, erin, connection):
    make_post("forbidden")
    connection.delete()
    text = history(erin, linked)
    assert "Timer restored." in text
    assert "Retry" not in text
    assert "Review and post again" not in text


def test_relinking_leaves_posts_with_their_ticket(make_post, linked, erin, engineer, simulator):
    make_post()
    other = next(n for n in simulator.tenants["northwind"].tickets if n != 48291)
    linking.link(linked, str(other), engineer)
    assert "#48291" in history(erin, linked)
    linking.unlink(linked)
    assert "#48291" in history(erin, linked)


def test_a_replaced_note_needs_nobody_any_more(make_post, linked, erin, engineer):
    failed = make_post("forbidden")
    assert list(listing.posts_that_need(engineer)) == [failed]
    make_post(replaces=failed.pk)
    assert list(listing.posts_that_need(engineer)) == []
    assert "Replaced by a later note." in history(erin, linked)


# --- Many posts, and long ones -------------------------------------------------------


def stored(session, number, content="A note"):
    """Store so many posts of the session without sending any."""
    posts = [
        Post(
            account=session.account,
            connection=session.psa_connection,
            request_id=uuid4(),
            ticket_id="48291",
            note_type="internal_analysis",
            content=f"{content} {place}",
            state=Post.State.POSTED,
        )
        for place in range(number)
    ]
    Post.objects.bulk_create(posts)
    SessionPost.objects.bulk_create([SessionPost(session=session, post=post) for post in posts])
    return posts


def test_the_last_fifty_posts_are_listed_and_older_ones_a_page_further(erin, linked):
    stored(linked, 120)
    shown = erin.get(linked.get_absolute_url()).content.decode()
    assert shown.count("data-post=") == 50
    address = reverse("sessions:posts", args=[linked.pk])
    assert f'{address}?page=2"' in shown
    counts = [
        erin.get(address, {"page": page}).content.decode().count("data-post=")
        for page in ("", "2", "3", "4", "x", "9" * 30)
    ]
    assert counts == [50, 50, 20, 0, 50, 50]


def test_a_long_text_is_opened_by_itself(erin, linked):
    [post] = stored(linked, 1, "<b>" + "x" * 200_000)
    shown = erin.get(linked.get_absolute_url()).content.decode()
    assert len(shown) < 100_000
    assert "x" * 1_000 not in shown.split('id="posts"')[1]
    address = reverse("sessions:post-row", args=[linked.pk, post.pk]) + "?text=1"
    assert address in shown
    answer = erin.get(address)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == post.content


def test_a_text_that_is_not_long_stands_in_its_row(erin, linked):
    stored(linked, 1, "<b>" + "x" * 9_000)
    assert "&lt;b&gt;" + "x" * 9_000 in erin.get(linked.get_absolute_url()).content.decode()
