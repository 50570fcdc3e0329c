"""How many SQL queries each page costs, and that it costs no more in a large account."""

from uuid import uuid4

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from psa.models import Post
from psa.opened import open_provider
from sessions_app import linking, record
from sessions_app.models import SessionPost, WorkSession
from tests.builders import map_member

# Of each: the log-in's session and person, and what the page itself asks for.
PINNED = {
    "dashboard": 15,
    "my day": 13,
    "my queue": 6,
    "sessions": 6,
    "one session": 15,
    "tickets": 4,
    "one ticket": 5,
    "new ticket": 5,
    "spin-off": 6,
    "assistant": 7,
    "update ticket": 22,
    "snippets to choose from": 5,
}
PINNED_FOR_ADMINISTRATORS = {
    "team": 6,
    "one person": 4,
    "audit": 7,
    "time sums": 5,
    "templates": 5,
    "snippets": 4,
}
BATCH = 1000


@pytest.fixture
def addresses(session, connection, engineer):
    """Return the pages, of an engineer who is mapped and a session that is linked."""
    member = open_provider(connection).list_members()[0]
    map_member(engineer, connection, member.id, member.name)
    linking.link(session, "48291", engineer)
    record.note_of(session)  # rendered once for each change, which costs more
    return {
        "dashboard": reverse("dashboard"),
        "my day": reverse("my-day"),
        "my queue": reverse("my-queue"),
        "sessions": reverse("sessions:list"),
        "one session": session.get_absolute_url(),
        "tickets": reverse("tickets:list"),
        "one ticket": reverse("tickets:detail", args=["48291"]),
        "new ticket": reverse("tickets:new"),
        "spin-off": reverse("tickets:new") + f"?session={session.pk}",
        "assistant": reverse("sessions:assist", args=[session.pk]),
        "update ticket": reverse("sessions:post-preview", args=[session.pk]),
        "snippets to choose from": reverse("sessions:snippet-list") + f"?session={session.pk}",
    }


@pytest.fixture
def crowd(account, engineer, connection, session):
    """Fill the account up to so many sessions, each with a post; one in ten failed."""

    def fill(size):
        numbers = range(WorkSession.objects.count(), size)
        sessions = [
            WorkSession(
                account=account,
                engineer=engineer,
                reference=f"RF-{number:06}",
                title=f"Session {number}",
                psa_connection=connection,
                psa_ticket_id=str(number),
            )
            for number in numbers
        ]
        posts = [
            Post(
                account=account,
                connection=connection,
                request_id=uuid4(),
                ticket_id=str(number),
                note_type=Post.NoteType.INTERNAL_ANALYSIS,
                content="Two users confirmed.",
                state=Post.State.POSTED if number % 10 else Post.State.FAILED,
                posted_by=engineer,
            )
            for number in numbers
        ]
        WorkSession.objects.bulk_create(sessions, batch_size=BATCH)
        Post.objects.bulk_create(posts, batch_size=BATCH)
        # Every other one that failed came from a ticket's panel.
        ties = [
            SessionPost(session=each, post=post)
            for each, post in zip(sessions, posts, strict=True)
            if int(post.ticket_id) % 20
        ]
        SessionPost.objects.bulk_create(ties, batch_size=BATCH)
        assert WorkSession.objects.count() == size

    return fill


@pytest.mark.parametrize("size", [10, 1_000])
def test_each_page_costs_the_same_however_large_the_account_is(
    size, addresses, crowd, client_of, engineer
):
    crowd(size)
    browser = client_of(engineer)
    cost = {}
    for page, address in addresses.items():
        with CaptureQueriesContext(database) as asked:
            assert browser.get(address).status_code == 200
        cost[page] = len(asked)
    assert cost == PINNED


@pytest.mark.parametrize("size", [10, 1_000])
def test_so_do_the_pages_of_administrators(size, account, admin_user, engineer, client_of):
    people = [User(email=f"p{n}@x.example", account=account) for n in range(size // 10)]
    User.objects.bulk_create(people)
    moment = timezone.now()
    entries = [
        AuditEntry(
            account=account, number=n, at=moment, action=f"a.{n % 30}", actor_email=f"{n % 9}"
        )
        for n in range(1, size + 1)
    ]
    AuditEntry.objects.bulk_create(entries, batch_size=BATCH)
    browser = client_of(admin_user)
    cost = {}
    for page, address in (
        ("team", reverse("accounts:team")),
        ("one person", reverse("accounts:person", args=[engineer.pk])),
        ("audit", reverse("accounts:audit")),
        ("time sums", reverse("time-sums")),
        ("templates", reverse("sessions:note-templates")),
        ("snippets", reverse("sessions:snippets")),
    ):
        with CaptureQueriesContext(database) as asked:
            assert browser.get(address).status_code == 200
        cost[page] = len(asked)
    assert cost == PINNED_FOR_ADMINISTRATORS
