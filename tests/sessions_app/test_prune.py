"""`manage.py prune`: old drafts go, everything that was submitted stays."""

import os
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import LogIn
from psa.models import Post
from sessions_app import drafts
from sessions_app.files import store
from sessions_app.models import Draft, Step, StepFile, WorkSession
from tests.builders import stored_file

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
    assert prune() == "1 old drafts and 0 ended log-ins removed.\n0 files removed.\n"
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
    assert prune() == "0 old drafts and 2 ended log-ins removed.\n0 files removed.\n"
    assert [log_in.session_key for log_in in LogIn.objects.all()] == ["alive"]


def test_sessions_and_posts_are_never_removed(account, session, old_draft):
    long_ago = timezone.now() - timedelta(days=4000)
    Post.objects.create(account=account, request_id=uuid4(), ticket_id="1", content="Old")
    Post.objects.update(created_at=long_ago)
    WorkSession.objects.update(started_at=long_ago)
    prune(draft_days=1)
    assert (Post.objects.count(), WorkSession.objects.count()) == (1, 1)


# --- Files -----------------------------------------------------------------------------


@pytest.fixture
def storage(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    files = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "files": files}
    return tmp_path


def on_disk(storage) -> set[str]:
    return {path.name for path in storage.rglob("*") if path.is_file()}


def age(storage, days):
    """Make everything that is stored so old."""
    moment = (timezone.now() - timedelta(days=days)).timestamp()
    for path in storage.rglob("*"):
        os.utime(path, (moment, moment))


def test_files_that_were_taken_out_go_after_a_month_and_others_stay(session, storage):
    now = timezone.now()
    first, second, third = session.steps.all()
    stays = stored_file(first)
    lately = stored_file(first, b"lately", removed_at=now - timedelta(days=29))
    gone = stored_file(first, b"long ago", removed_at=now - timedelta(days=31))
    with_step = stored_file(second, b"with its step")
    Step.objects.filter(pk=second.pk).update(removed_at=now - timedelta(days=31))
    kept_with_step = stored_file(third, b"with its step, lately")
    Step.objects.filter(pk=third.pk).update(removed_at=now - timedelta(days=29))
    age(storage, 40)
    assert prune().endswith("\n2 files removed.\n")
    left = {stays.pk, lately.pk, kept_with_step.pk}
    assert {file.pk for file in StepFile.objects.all()} == left
    assert on_disk(storage) == {key.hex for key in left}
    assert not {gone.pk, with_step.pk} & left
    assert prune(file_days=1).endswith("\n2 files removed.\n")


def test_bytes_that_belong_to_nothing_go_but_young_ones_stay(session, storage):
    stays = stored_file(session.steps.first(), width=1, height=1)
    lost, young = uuid4(), uuid4()
    store.put(lost, b"bytes", b"small")
    (storage / "00").mkdir(exist_ok=True)
    (storage / "00" / "notes-of-an-operator.txt").write_text("not ours")
    age(storage, 2)
    store.put(young, b"bytes")
    assert prune().endswith("\n1 files removed.\n")
    names = {stays.pk.hex, f"{stays.pk.hex}.small", young.hex, "notes-of-an-operator.txt"}
    assert on_disk(storage) == names


def test_files_of_a_session_that_is_gone_go(session, storage):
    stored_file(session.steps.first())
    session.delete()
    age(storage, 2)
    prune()
    assert on_disk(storage) == set()


def test_a_row_goes_before_its_bytes(session, storage, monkeypatch):
    file = stored_file(session.steps.first(), removed_at=timezone.now() - timedelta(days=31))
    age(storage, 2)
    with monkeypatch.context() as patched:
        patched.setattr(store, "drop", lambda _id: False)
        with pytest.raises(CommandError, match="storage of files"):
            prune()
    assert not StepFile.objects.exists()
    assert on_disk(storage) == {file.pk.hex}
    assert prune().endswith("\n1 files removed.\n")
    assert on_disk(storage) == set()


def test_no_age_of_files_at_all_is_refused():
    with pytest.raises(CommandError, match="--file-days must be 1 or more"):
        prune(file_days=0)
