"""A note from the panel: through the outbox, once, and its text is never lost."""

import json
import re
from uuid import UUID, uuid4

import pytest

from psa.models import Post
from tests.tickets.test_detail import HTMX, NUMBER, text_of, url
from tickets import noting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connection")]

WORDS = "Asked Eve to restart the router."


@pytest.fixture
def values():
    return {
        "request_id": str(uuid4()),
        "note_type": "internal_analysis",
        "content": WORDS,
        "company": "Acme Dental Group",
    }


def send(client, values, **how):
    return client.post(url("note"), values, **how)


def ours(tenant):
    return [note for note in tenant.notes_of(NUMBER) if WORDS in note["text"]]


def found(pattern, answer) -> str:
    match = re.search(pattern, text_of(answer))
    assert match
    return match[1]


def kept(answer) -> str:
    return found(r"<textarea[^>]*>\s*([^<]*)</textarea>", answer)


def test_a_note_is_posted_with_the_line_it_is_found_by(erin, tenant, values):
    answer = send(erin, values, headers=HTMX)
    assert answer.status_code == 200
    (note,) = ours(tenant)
    marker = noting.marker_of(Post.objects.get().request_id)
    assert note["text"] == f"{WORDS}\n\nResolutionFlow · {marker}"
    assert re.fullmatch(r"RF-N[2-9A-HJKMNP-TV-Z]{7}", marker)
    assert (note["internalAnalysisFlag"], note["detailDescriptionFlag"]) == (True, False)
    assert Post.objects.get().marker == marker
    assert "notes-changed" in answer.headers["HX-Trigger"]
    assert kept(answer) == ""


def test_what_was_stored_otherwise_is_said_with_the_note(erin, simulator, values):
    simulator.quirks.note_text_limit = 70
    values["content"] = (
        "The router was restarted, and the line has been stable since then for an hour."
    )
    toast = json.loads(send(erin, values, headers=HTMX).headers["HX-Trigger"])["toast"]
    assert toast["message"] == f"The note is on #{NUMBER}. {Post.objects.get().warning}"
    assert (toast["tone"], bool(Post.objects.get().warning)) == ("warning", True)


def test_the_form_shows_that_line_before_it_is_posted(erin):
    page = erin.get(url())
    request_id = found(r'name="request_id" value="([^"]+)">\s*<input[^>]*company', page)
    assert noting.last_line(UUID(request_id)) in text_of(page)


def test_without_javascript_it_comes_back_to_the_ticket(erin, tenant, values):
    answer = send(erin, values)
    assert (answer.status_code, answer["Location"]) == (302, url())
    assert len(ours(tenant)) == 1


def test_a_double_click_posts_once(erin, tenant, values):
    assert [send(erin, values, headers=HTMX).status_code for _ in range(2)] == [200, 200]
    assert len(ours(tenant)) == 1


def test_an_id_that_was_used_with_other_words_is_422_and_they_are_kept(erin, tenant, values):
    send(erin, values, headers=HTMX)
    answer = send(erin, {**values, "content": "Other words"}, headers=HTMX)
    assert answer.status_code == 422
    assert kept(answer) == "Other words"
    assert len(ours(tenant)) == 1


def test_what_the_customer_reads_is_confirmed_by_name_first(erin, tenant, values):
    values["note_type"] = "description"
    answer = send(erin, values, headers=HTMX)
    assert answer.status_code == 422
    assert "Acme Dental Group can read this note" in text_of(answer)
    assert kept(answer) == WORDS
    assert ours(tenant) == []
    assert send(erin, {**values, "confirm_visible": "on"}, headers=HTMX).status_code == 200
    assert ours(tenant)[0]["detailDescriptionFlag"] is True


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
@pytest.mark.parametrize(
    "wrong",
    [
        {"content": ""},
        {"content": "  \n "},
        {"note_type": ""},
        {"note_type": "letter"},
        {"request_id": ""},
        {"request_id": "1; drop"},
    ],
)
def test_a_form_that_does_not_hold_is_422_with_its_text(erin, tenant, values, wrong, how):
    answer = send(erin, {**values, **wrong}, **how)
    assert answer.status_code == 422
    assert kept(answer).strip() == (values | wrong)["content"].strip()
    assert not Post.objects.exists()
    again = found(r'name="request_id" value="([^"]+)"', answer)
    assert re.fullmatch(r"[0-9a-f-]{36}", again)


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_too_many_are_429_and_the_text_is_kept(erin, values, settings, how):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": "0/m"}
    answer = send(erin, values, **how)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert kept(answer) == WORDS


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_a_refused_note_is_kept_and_can_be_posted_again(erin, tenant, simulator, values, how):
    simulator.faults.add("forbidden", times=1, method="POST", path="/notes")
    answer = send(erin, values, headers=HTMX)
    assert answer.status_code == 502
    assert kept(answer) == WORDS
    again = found(r'name="request_id" value="([^"]+)"', answer)
    assert again != values["request_id"]

    shown = text_of(erin.get(url("notes"), headers=HTMX))
    failed = Post.objects.get()
    assert f'data-post="{failed.pk}" data-state="failed"' in shown
    assert WORDS in shown
    retried = erin.post(f"{url('posts')}{failed.pk}/retry/", **how)
    assert retried.status_code == (200 if how else 302)
    assert len(ours(tenant)) == 1
    for headers in (HTMX, {}):
        again = erin.post(f"{url('posts')}{failed.pk}/retry/", headers=headers)
        assert again.status_code == 409
        assert "retried or replaced already" in again.content.decode()


@pytest.fixture
def refused(erin, simulator, values):
    """Return the form that a refusal brings back, to be sent again."""
    simulator.faults.add("forbidden", times=1, method="POST", path="/notes")
    answer = send(erin, values, headers=HTMX)
    names = ("request_id", "replaces")
    hidden = {name: found(rf'name="{name}" value="([^"]+)"', answer) for name in names}
    return {**values, **hidden}


@pytest.mark.parametrize("words", [WORDS, f"{WORDS} It answers again."])
def test_posting_the_form_again_closes_the_refused_notes_retry(erin, tenant, refused, words):
    failed = Post.objects.get()
    assert send(erin, {**refused, "content": words}, headers=HTMX).status_code == 200
    assert f'data-post="{failed.pk}"' not in text_of(erin.get(url("notes"), headers=HTMX))
    assert erin.post(f"{url('posts')}{failed.pk}/retry/", headers=HTMX).status_code == 409
    assert len(ours(tenant)) == 1


def test_the_same_words_in_a_new_form_close_the_retry_too(erin, tenant, refused):
    failed = Post.objects.get()
    anew = {**refused, "request_id": str(uuid4()), "replaces": ""}
    assert send(erin, anew, headers=HTMX).status_code == 200
    assert erin.post(f"{url('posts')}{failed.pk}/retry/", headers=HTMX).status_code == 409
    assert len(ours(tenant)) == 1


def test_the_form_posts_nothing_when_the_refused_note_was_retried(erin, tenant, refused):
    failed = Post.objects.get()
    assert erin.post(f"{url('posts')}{failed.pk}/retry/", headers=HTMX).status_code == 200
    answer = send(erin, refused, headers=HTMX)
    assert answer.status_code == 422
    assert "posted or retried meanwhile" in text_of(answer)
    assert kept(answer) == WORDS
    assert len(ours(tenant)) == 1


def test_other_words_leave_the_refused_note_open(erin, tenant, refused):
    failed = Post.objects.get()
    other = {**refused, "request_id": str(uuid4()), "replaces": "", "content": "Called back."}
    assert send(erin, other, headers=HTMX).status_code == 200
    assert f'data-post="{failed.pk}"' in text_of(erin.get(url("notes"), headers=HTMX))
    assert "Not posted" in text_of(erin.get("/"))


def test_a_colleagues_refused_note_is_not_replaced(client_of, admin_user, refused):
    failed = Post.objects.get()
    other = {**refused, "request_id": str(uuid4())}
    assert send(client_of(admin_user), other, headers=HTMX).status_code == 200
    failed.refresh_from_db()
    assert not failed.replaced


def test_a_note_that_is_refused_again_says_why(erin, simulator, values):
    simulator.faults.add("forbidden", times=3, method="POST", path="/notes")
    send(erin, values, headers=HTMX)
    retry = f"{url('posts')}{Post.objects.get().pk}/retry/"
    assert erin.post(retry, headers=HTMX).status_code == 502
    assert erin.post(retry).status_code == 302


def test_a_note_that_waits_is_shown_until_it_is_there(erin, simulator, values):
    simulator.faults.add("refuse", times=99, method="POST", path="/notes")
    answer = send(erin, values, headers=HTMX)
    assert answer.status_code == 202
    shown = erin.get(url("posts"), headers=HTMX)
    assert "Waiting to be sent" in text_of(shown)
    assert 'hx-trigger="every 5s"' in text_of(shown)
    assert "HX-Trigger" not in shown.headers

    simulator.faults.clear()
    post = Post.objects.get()
    Post.objects.update(state="posted")
    settled = erin.get(url("posts"), headers=HTMX)
    assert str(post.pk) not in text_of(settled)
    assert "notes-changed" in settled.headers["HX-Trigger"]


def test_a_note_that_was_not_confirmed_is_being_checked(erin, simulator, values):
    simulator.faults.add("cut_after", times=1, method="POST", path="/notes")
    assert send(erin, values, headers=HTMX).status_code == 202
    assert "Being checked" in text_of(erin.get(url("posts"), headers=HTMX))


def test_posts_of_other_tickets_and_accounts_are_not_there(
    erin, simulator, values, client_of, stranger, other_connection
):
    simulator.faults.add("forbidden", times=1, method="POST", path="/notes")
    send(erin, values, headers=HTMX)
    post = Post.objects.get()
    assert str(post.pk) not in text_of(erin.get(url("posts", 48290), headers=HTMX))
    assert erin.post(f"/tickets/48290/posts/{post.pk}/retry/").status_code == 404
    stan = client_of(stranger)
    assert str(post.pk) not in text_of(stan.get(url("posts"), headers=HTMX))
    assert stan.post(f"{url('posts')}{post.pk}/retry/").status_code == 404
