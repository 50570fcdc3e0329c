"""`manage.py prune`: old drafts go, everything that was submitted stays."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import LogIn
from psa.models import Post
from sessions_app import drafts
from sessions_app.models import Draft, WorkSession

pytestmark = pytest.mark.django_db


def prune(**options) -> str:
    out = StringIO()
    call_command("prune", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def old_draft(engineer):
    drafts.save(engineer, None, "session", {"title": "Half a title"})
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=181))


def test_a_draft_goes_after_half_a_year(engineer, old_draft):
    assert prune() == "1 old drafts and 0 ended log-ins removed.\n"
    assert drafts.load(engineer, None, "session") == {}


def test_a_draft_of_this_half_year_stays(engineer):
    drafts.save(engineer, None, "session", {"title": "Half a title"})
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=179))
    prune()
    assert drafts.load(engineer, None, "session") == {"title": "Half a title"}


def test_the_age_can_be_set(engineer, old_draft):
    prune(draft_days=365)
    assert Draft.objects.count() == 1
    prune(draft_days=30)
    assert Draft.objects.count() == 0


def test_no_age_at_all_is_refused(engineer, old_draft):
    with pytest.raises(CommandError, match="must be 1 or more"):
        prune(draft_days=0)
    assert Draft.objects.count() == 1


def test_ended_log_ins_go_and_others_stay():
    now = timezone.now()
    tomorrow = now + timedelta(days=1)
    LogIn.objects.create(session_key="ended", expire_date=now - timedelta(seconds=1))
    LogIn.objects.create(session_key="unused", expire_date=tomorrow, used_at=now - timedelta(7, 1))
    LogIn.objects.create(session_key="alive", expire_date=tomorrow)
    assert prune() == "0 old drafts and 2 ended log-ins removed.\n"
    assert [log_in.session_key for log_in in LogIn.objects.all()] == ["alive"]


def test_sessions_and_posts_are_never_removed(account, session, old_draft):
    long_ago = timezone.now() - timedelta(days=4000)
    Post.objects.create(account=account, request_id=uuid4(), ticket_id="1", content="Old")
    Post.objects.update(created_at=long_ago)
    WorkSession.objects.update(started_at=long_ago)
    prune(draft_days=1)
    assert (Post.objects.count(), WorkSession.objects.count()) == (1, 1)
