"""The demo is seeded through the product's own operations, and never among real people."""

import pytest
from django.core.management import CommandError, call_command

from psa.models import MemberMapping, Post
from sessions_app.models import WorkSession
from tests.simulated import SITE


def test_the_demo_shows_sessions_in_several_states(db, settings, simulator):
    settings.DEMO = True
    call_command("seed_demo", site=SITE)
    outcomes = set(WorkSession.objects.values_list("outcome", flat=True))
    assert outcomes == {"", "resolved", "escalated"}
    assert set(Post.objects.values_list("state", flat=True)) == {"posted", "failed"}
    assert MemberMapping.objects.filter(user__email="erin@northwind.example").exists()


def test_the_demo_is_refused_outside_of_demo_mode(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="known to everybody"):
        call_command("seed_demo", site=SITE)


def test_the_demo_is_refused_where_people_work(db, settings, engineer):
    settings.DEMO = True
    with pytest.raises(CommandError, match="has people already"):
        call_command("seed_demo", site=SITE)
