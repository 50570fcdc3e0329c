"""A note whose answer was lost is found again, whatever the PSA did with it: never posted twice."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from psa.models import Post
from psa.outbox import worker
from psa.outbox.kinds import NOTE
from psa.outbox.runtime import Runtime
from tests.tickets.test_detail import HTMX, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connection")]

WORDS = "Set the idle timeout of the firewall back to 28800 seconds, and tested it with two users."


def ours(tenant):
    return [note for note in tenant.notes_of(48291) if note["text"].startswith(WORDS[:60])]


@pytest.mark.parametrize("fault", ["cut_after", "error_after", "not_json"])
@pytest.mark.parametrize(
    "quirks",
    [
        {},
        {"clock_behind": timedelta(minutes=80)},
        {"clock_behind": timedelta(minutes=-80)},
        {"clock_behind": timedelta(minutes=80), "tells_time": False},
        {"note_text_limit": 70},
        {"most_per_page": 1},
        {"note_newlines": "space"},
        {"note_newlines": "crlf"},
        {"clock_behind": timedelta(minutes=80), "note_text_limit": 70, "most_per_page": 1},
    ],
    ids=lambda quirks: "+".join(quirks) or "none",
)
def test_a_note_that_arrived_is_found_and_not_sent_again(erin, tenant, simulator, quirks, fault):
    for name, value in quirks.items():
        setattr(simulator.quirks, name, value)
    simulator.faults.add(fault, method="POST", path="/notes$")
    values = {"request_id": str(uuid4()), "note_type": "internal_analysis", "content": WORDS}
    assert erin.post(url("note"), values, headers=HTMX).status_code == 202
    for minutes in (1, 10, 60):
        at = timezone.now() + timedelta(minutes=minutes)
        worker.run_batch(NOTE, Runtime(now=partial(lambda moment: moment, at)))
    (note,) = ours(tenant)
    post = Post.objects.get()
    assert (post.state, post.external_note_id) == ("posted", str(note["id"]))
    assert bool(post.warning) is ("note_text_limit" in quirks or "space" in quirks.values())


def test_what_may_be_the_note_is_neither_adopted_nor_sent_again(erin, tenant, simulator):
    """Cut so early that another note could begin so: it stays "being checked"."""
    simulator.quirks.note_text_limit = 40
    simulator.faults.add("cut_after", method="POST", path="/notes$")
    values = {"request_id": str(uuid4()), "note_type": "internal_analysis", "content": WORDS}
    erin.post(url("note"), values, headers=HTMX)
    for minutes in (1, 10, 60):
        at = timezone.now() + timedelta(minutes=minutes)
        worker.run_batch(NOTE, Runtime(now=partial(lambda moment: moment, at)))
    assert len([note for note in tenant.notes_of(48291) if note["text"] == WORDS[:40]]) == 1
    post = Post.objects.get()
    assert (post.state, post.external_note_id) == ("unknown", "")
    assert "may be this, but not surely" in post.error
