"""What an account uses of Claude, against its share of the day."""

from datetime import UTC, datetime

import pytest

from accounts import usage
from accounts.models import ClaudeUsage
from resolutionflow.lib.claude import CapReached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cap(settings):
    settings.AI_DAILY_TOKENS = 1000


def spend(account, reserved, used_in=0, used_out=0):
    counting = usage.meter(account)
    counting.reserve(reserved)
    counting.settle(reserved, used_in, used_out)


def test_what_a_call_used_is_counted_and_what_it_set_aside_given_back(account):
    spend(account, 400, 100, 50)

    row = ClaudeUsage.objects.get(account=account)
    assert (row.calls, row.tokens_in, row.tokens_out, row.held) == (1, 100, 50, 0)


def test_calls_under_way_count_against_the_cap(account):
    usage.meter(account).reserve(600)

    with pytest.raises(CapReached):
        usage.meter(account).reserve(401)
    usage.meter(account).reserve(400)


def test_the_cap_is_the_accounts_own(account, other_account):
    spend(account, 1000, 900, 100)

    with pytest.raises(CapReached):
        usage.meter(account).reserve(1)
    usage.meter(other_account).reserve(1000)


def test_the_next_day_begins_anew(account, monkeypatch):
    spend(account, 1000, 900, 100)

    tomorrow = datetime(2999, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    usage.meter(account).reserve(1000)
