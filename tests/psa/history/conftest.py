"""Posts of Northwind, as the history is to find them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from psa.models import Post


@pytest.fixture
def make_post(account, engineer):
    """Return a maker of posts of the engineer; `day` says when it was made, as 2026-04-21."""

    def make(*, day="", **fields) -> Post:
        values = {
            "account": account,
            "request_id": uuid4(),
            "ticket_id": "48291",
            "note_type": Post.NoteType.INTERNAL_ANALYSIS,
            "content": "Timer restored.",
            "state": Post.State.POSTED,
            "posted_by": engineer,
            "posted_by_name": engineer.name,
        }
        post = Post.objects.create(**{**values, **fields})
        if day:
            moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
            Post.objects.filter(pk=post.pk).update(created_at=moment)
            post.refresh_from_db()
        return post

    return make
