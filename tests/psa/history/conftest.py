"""Posts of Northwind, as the history is to find them."""

from datetime import UTC, datetime

import pytest

from psa.models import Post
from tests.builders import stored_post


@pytest.fixture
def make_post(account, engineer):
    """Return a maker of posts of the engineer; `day` says when it was made, as 2026-04-21."""

    def make(*, day="", **fields) -> Post:
        values = {"content": "Timer restored.", "state": Post.State.POSTED}
        post = stored_post(engineer, **values | fields)
        if day:
            moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
            Post.objects.filter(pk=post.pk).update(created_at=moment)
            post.refresh_from_db()
        return post

    return make
