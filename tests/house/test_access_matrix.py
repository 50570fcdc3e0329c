"""Every route × every role × own and other account, with exact statuses.

The rows below say what each address answers to somebody who may use it. Everybody else's
answer follows from the right it needs: without a log-in the log-in page, or 401 for htmx,
without the right 403, and for another account's object 404, whatever the role. A route
without a row fails, and so does a method that a route answers without a row. The Django
admin's pages are made from its registered models; tests/accounts/test_admin.py and
tests/psa/test_admin.py walk them.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import emails, passwords
from accounts.access import choose_account
from accounts.models import Invitation, Role
from accounts.permissions import Right, may
from psa.models import MemberRequest, Post, TicketCreation, TimeEntry
from sessions_app import lifecycle, linking
from sessions_app.models import AssistTurn, OwnTemplate, SessionPost, Snippet
from tests.builders import stored_file, stored_post, stored_time

pytestmark = pytest.mark.django_db
READ, WORK, ADMINISTER, OWN = Right.READ, Right.WORK, Right.ADMINISTER, Right.OWN
EVERYBODY, SUPER_ADMIN = "everybody", "super admin"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one method of one address answers to somebody who may use it."""

    route: str
    method: str
    needs: str
    status: int
    of: str = ""
    data: dict = field(default_factory=dict)
    but: dict = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def get(route, needs, status=200, of="", **more) -> Row:
    return Row(route=route, method="GET", needs=needs, status=status, of=of, **more)


def post(route, needs, status, of="", **more) -> Row:
    return Row(route=route, method="POST", needs=needs, status=status, of=of, **more)


HTMX = {"HX-Request": "true"}
STEP = {"kind": "note", "title": "Asked the user", "outcome": "", "notes": ""}
NOTE = {
    "request_id": str(uuid4()),
    "note_type": "internal_analysis",
    "content": "Idle timeout set back to 28800 seconds.",
}
RULES = {"round_minutes": "15", "minimum_minutes": "0", "idle_minutes": "20"}
QUESTION = {"question": "What next?", "request_id": str(uuid4())}
CARD = {"as": "step", "kind": "check", "title": "Ping it", "details": ""}
CHOSEN = {"password1": "several words together", "password2": "several words together"}

# Everybody asks the own PSA, and Southside's has no such ticket.
NOT_THEIRS = {"other owner": 404, "other admin": 404, "other engineer": 404}

# Without the right nobody learns whose a post is.
NO_ADMINS = {"other engineer": 403, "other viewer": 403}

# Of a note only who wrote it, the own engineer.
NOT_ITS_AUTHOR = {"own owner": 403, "own admin": 403, "super admin": 403}

# Of time only whose it is, the own engineer: to others it is not there.
NOT_ITS_PERSON = {"own owner": 404, "own admin": 404, "super admin": 404}

PERSON = {"member_id": "152"}  # somebody in either PSA

ROWS = [
    # --- Health and log-in ---
    get("healthz", EVERYBODY),
    get("readyz", EVERYBODY),
    get("accounts:login", EVERYBODY, 302, but={"anonymous": 200}),
    post("accounts:login", EVERYBODY, 302, but={"anonymous": 422}),
    post("accounts:logout", EVERYBODY, 302),
    get("accounts:forgotten", EVERYBODY),
    post("accounts:forgotten", EVERYBODY, 200),
    get("accounts:new-password", EVERYBODY, of="password link"),
    post("accounts:new-password", EVERYBODY, 302, "password link", data=CHOSEN),
    get("accounts:log-in-state", READ),
    get("accounts:own-password", READ),
    post("accounts:own-password", READ, 422),
    get("accounts:own-email", READ),
    post("accounts:own-email", READ, 200),
    get("accounts:email", EVERYBODY, of="e-mail link"),
    post("accounts:email", EVERYBODY, 422, "e-mail link"),
    get("accounts:own-log-ins", READ),
    post("accounts:own-log-ins", READ, 302, data={"end": "others"}),
    # --- The account ---
    get("accounts:choose", SUPER_ADMIN),
    post("accounts:choose", SUPER_ADMIN, 302),
    get("accounts:admin-home", ADMINISTER),
    get("accounts:time-rules", ADMINISTER),
    post("accounts:time-rules", ADMINISTER, 302, data=RULES),
    # --- The team ---
    get("accounts:team", ADMINISTER),
    post("accounts:team-invite", ADMINISTER, 302, data={"email": "d@x.example", "role": "admin"}),
    post("accounts:invite-resend", ADMINISTER, 302, "invitation"),
    post("accounts:invite-withdraw", ADMINISTER, 302, "invitation"),
    get("accounts:invite", EVERYBODY, of="link"),
    post("accounts:invite", EVERYBODY, 302, "link", data=CHOSEN),
    get("accounts:person", ADMINISTER, of="person"),
    post("accounts:person-role", ADMINISTER, 302, "person", data={"role": "viewer"}),
    get("accounts:person-deactivate", ADMINISTER, of="person"),
    post("accounts:person-deactivate", ADMINISTER, 302, "person"),
    post("accounts:person-reactivate", ADMINISTER, 302, "person"),
    get("accounts:person-transfer", OWN, of="person"),
    post("accounts:person-transfer", OWN, 302, "person", but={"super admin": 409}),
    post("accounts:person-password", ADMINISTER, 200, "person"),
    post("accounts:person-email", ADMINISTER, 200, "person", data={"new_email": "d@x.example"}),
    get("sessions:hand-over", ADMINISTER, of="session"),
    post("sessions:hand-over", ADMINISTER, 422, "session"),
    get("sessions:hand-over-all", ADMINISTER, of="person"),
    post("sessions:hand-over-all", ADMINISTER, 422, "person"),
    get("sessions:note-templates", ADMINISTER),
    post("sessions:note-templates", ADMINISTER, 422),
    get("sessions:note-template", ADMINISTER, of="note template", but=NO_ADMINS),
    post("sessions:note-template", ADMINISTER, 422, "note template", but=NO_ADMINS),
    post("sessions:note-template-remove", ADMINISTER, 302, "note template", but=NO_ADMINS),
    get("sessions:snippets", ADMINISTER),
    post("sessions:snippets", ADMINISTER, 422),
    get("sessions:snippet", ADMINISTER, of="snippet", but=NO_ADMINS),
    post("sessions:snippet", ADMINISTER, 422, "snippet", but=NO_ADMINS),
    post("sessions:snippet-remove", ADMINISTER, 302, "snippet", but=NO_ADMINS),
    get("sessions:snippet-list", WORK),
    get("accounts:audit", ADMINISTER),
    get("accounts:audit-check", ADMINISTER),
    get("psa:integrations", ADMINISTER),
    post("psa:connection-save", ADMINISTER, 422),
    post("psa:connection-test", ADMINISTER, 302),
    get("psa:connection-delete", ADMINISTER),
    post("psa:connection-delete", ADMINISTER, 302),
    post("psa:members-save", ADMINISTER, 302),
    post("psa:members-auto-match", ADMINISTER, 200),
    post("psa:members-decide", ADMINISTER, 302, "member request", but=NO_ADMINS),
    get("psa:me", READ, but={SUPER_ADMIN: 404}),
    post("psa:me", READ, 302, data={"time_zone": "Europe/Oslo"}, but={SUPER_ADMIN: 404}),
    post("psa:me-member", WORK, 302, but={SUPER_ADMIN: 404}),
    get("psa:rights", ADMINISTER),
    get("psa:rights-next", ADMINISTER, 404),
    post("psa:rights-try", ADMINISTER, 422),
    get("psa:keys", ADMINISTER),
    post("psa:keys", ADMINISTER, 422),
    post("psa:keys-switch", ADMINISTER, 422),
    post("psa:keys-roll-back", ADMINISTER, 422),
    post("psa:keys-discard", ADMINISTER, 302),
    get("psa:posts", ADMINISTER),
    get("psa:post", ADMINISTER, of="account's post", but=NO_ADMINS),
    post(
        "psa:post-retry",
        ADMINISTER,
        302,
        "account's post",
        data={"part": "note"},
        but=NO_ADMINS,
    ),
    # --- Sessions ---
    get("dashboard", READ),
    get("my-queue", WORK),
    get("sessions:list", READ),
    get("sessions:new", WORK),
    post("sessions:new", WORK, 302, data={"title": "Printer on fire"}),
    post("sessions:draft-own", WORK, 204, "own draft", data={"title": "Half a sent"}),
    get("sessions:detail", READ, of="session"),
    get("sessions:details", WORK, of="session"),
    post("sessions:details", WORK, 302, "session", data={"title": "Better title"}),
    post("sessions:complete", WORK, 302, "session", data={"outcome": "abandoned"}),
    get("sessions:worked", WORK, of="session"),
    post("sessions:worked", WORK, 302, "session", data={"worked_hours": "0.50"}),
    get("sessions:clock", READ, 302, "session"),
    post("sessions:pause", WORK, 302, "session"),
    post("sessions:resume", WORK, 302, "session"),
    post("sessions:gap", WORK, 302, "session", data={"since": "2026-11-27", "answer": "no"}),
    get("sessions:interval", WORK, of="interval"),
    post("sessions:interval", WORK, 302, "interval", data={"remove": "1"}),
    get("sessions:interval-last", WORK, of="session"),
    post("sessions:interval-last", WORK, 302, "session", data={"remove": "1"}),
    post("sessions:reopen", WORK, 302, "session"),
    get("my-day", WORK),
    post("my-day", WORK, 422, data={"time_hours": "0"}),
    post("time-retry", WORK, 200, "time entry", but={**NOT_ITS_PERSON, "other viewer": 403}),
    get("time-sums", ADMINISTER),
    get("sessions:export", READ, 422, "session"),
    post("sessions:draft", WORK, 204, "draft", data={"title": "Half a sent"}),
    # --- Tickets ---
    get("tickets:list", WORK),
    get("tickets:companies", WORK),
    post("tickets:refresh", WORK, 302),
    get("tickets:new", WORK),
    post("tickets:new", WORK, 422),
    get("tickets:new-one", WORK, 502, "creation"),
    post("tickets:new-retry", WORK, 302, "creation"),
    get("tickets:new-choices", WORK),
    post("tickets:new-companies", WORK, 200),
    post("tickets:new-contacts", WORK, 200),
    post("tickets:new-alike", WORK, 200),
    post("tickets:new-parse", WORK, 422),
    get("tickets:search", WORK),
    get("tickets:search-filters", WORK),
    get("tickets:detail", WORK, of="ticket", but=NOT_THEIRS),
    get("tickets:row", WORK, 302, of="ticket"),
    get("tickets:notes", WORK, of="ticket", but=NOT_THEIRS),
    get("tickets:configurations", WORK, of="ticket", but=NOT_THEIRS),
    get("tickets:related", WORK, of="ticket", but=NOT_THEIRS),
    get("tickets:resources", WORK, of="ticket", but=NOT_THEIRS),
    post("tickets:resource-add", WORK, 302, "ticket", data=PERSON, but=NOT_THEIRS),
    post("tickets:resource-remove", WORK, 302, "ticket", data=PERSON, but=NOT_THEIRS),
    get("tickets:statuses", WORK, of="ticket", but=NOT_THEIRS),
    post("tickets:status", WORK, 422, "ticket", but=NOT_THEIRS),
    post("tickets:note", WORK, 422, "ticket"),
    get("tickets:posts", WORK, of="ticket"),
    get("tickets:board-statuses", WORK, of="board"),
    post("tickets:post-retry", WORK, 302, "ticket's post", but={"other viewer": 403}),
    # --- The ticket and its posts ---
    get("sessions:ticket-link", WORK, of="session"),
    post("sessions:ticket-link", WORK, 302, "session", data={"ticket_id": "48291"}),
    post("sessions:ticket-unlink", WORK, 302, "session"),
    get("sessions:post-preview", WORK, of="session"),
    post("sessions:post-text", WORK, 200, "session", data=NOTE),
    post("sessions:post", WORK, 200, "session", data=NOTE),
    get("sessions:posts", READ, of="session"),
    get("sessions:post-row", READ, 302, "post"),
    post("sessions:post-retry", WORK, 200, "post", data={"part": "note"}),
    get("sessions:post-edit", WORK, 409, "post", but=NOT_ITS_AUTHOR),
    post("sessions:post-edit", WORK, 422, "post", but=NOT_ITS_AUTHOR),
    # --- ResolutionAssist, without a key ---
    get("sessions:assist", READ, of="session"),
    post("sessions:assist-ask", WORK, 409, "session", data=QUESTION),
    get("sessions:assist-turn", READ, 302, "turn"),
    post("sessions:assist-stop", WORK, 302, "turn"),
    post("sessions:assist-resume", WORK, 409, "turn"),
    post("sessions:assist-note", WORK, 409, "turn"),
    post("sessions:assist-step", WORK, 302, "card"),
    # --- Steps ---
    post("sessions:step-add", WORK, 302, "session", data=STEP),
    get("sessions:step-edit", WORK, of="step"),
    post("sessions:step-edit", WORK, 302, "step", data=STEP),
    post("sessions:step-move", WORK, 302, "step", data={"direction": "down"}),
    post("sessions:step-remove", WORK, 302, "step"),
    post("sessions:step-restore", WORK, 302, "step"),
    get("sessions:file", READ, of="file"),
]

# Pages about one account, which a super admin has to choose.
ONE_ACCOUNT = {
    "accounts:admin-home",
    "accounts:time-rules",
    "accounts:team",
    "accounts:team-invite",
    "sessions:note-templates",
    "sessions:snippets",
    "sessions:snippet-list",
    "accounts:audit",
    "accounts:audit-check",
    "psa:integrations",
    "psa:connection-save",
    "psa:connection-test",
    "psa:connection-delete",
    "psa:posts",
    "psa:members-save",
    "psa:members-auto-match",
    "psa:members-decide",
    "psa:rights",
    "psa:rights-next",
    "psa:rights-try",
    "psa:keys",
    "psa:keys-switch",
    "psa:keys-roll-back",
    "psa:keys-discard",
    "my-queue",
    "time-sums",
    "sessions:new",
    "tickets:list",
    "tickets:companies",
    "tickets:refresh",
    "tickets:new",
    "tickets:new-choices",
    "tickets:new-companies",
    "tickets:new-contacts",
    "tickets:new-alike",
    "tickets:new-parse",
    "tickets:search",
    "tickets:search-filters",
    "tickets:detail",
    "tickets:row",
    "tickets:notes",
    "tickets:configurations",
    "tickets:related",
    "tickets:resources",
    "tickets:resource-add",
    "tickets:resource-remove",
    "tickets:statuses",
    "tickets:status",
    "tickets:note",
    "tickets:posts",
    "tickets:post-retry",
    "tickets:board-statuses",
}

# The objects that stand in addresses; all of them belong to the first account.
ADDRESSES = {
    "": lambda world: {},
    "own draft": lambda world: {"form": "session"},
    "time entry": lambda world: {"entry_id": world.entry.pk},
    "session": lambda world: {"session_id": world.session.pk},
    "step": lambda world: {"session_id": world.session.pk, "step_id": world.step.pk},
    "file": lambda world: {"session_id": world.session.pk, "file_id": world.file.pk},
    "interval": lambda world: {
        "session_id": world.session.pk,
        "interval_id": world.interval.pk,
    },
    "turn": lambda world: {"session_id": world.session.pk, "turn_id": world.turn.pk},
    "card": lambda world: {
        "session_id": world.session.pk,
        "turn_id": world.turn.pk,
        "number": 0,
    },
    "post": lambda world: {"session_id": world.session.pk, "post_id": world.post.pk},
    "creation": lambda world: {"creation_id": world.creation.pk},
    "board": lambda world: {"board_id": "20"},
    "ticket": lambda world: {"ticket_id": "48291"},
    "account's post": lambda world: {"post_id": world.post.pk},
    "ticket's post": lambda world: {"ticket_id": "48291", "post_id": world.post.pk},
    "member request": lambda world: {"request_id": world.request.pk},
    "note template": lambda world: {"template_id": world.template.pk},
    "snippet": lambda world: {"snippet_id": world.snippet.pk},
    "person": lambda world: {"user_id": world.person.pk},
    "invitation": lambda world: {"invitation_id": world.invitation.pk},
    "link": lambda world: {"token": world.invitation.token},
    "password link": lambda world: {
        "user_id": world.forgetful.pk,
        "token": passwords.token_for(world.forgetful),
    },
    "e-mail link": lambda world: {
        "token": emails.make_link(world.forgetful, world.forgetful, "new@x.example")
    },
    "draft": lambda world: {"session_id": world.session.pk, "form": "step"},
}
# Addresses that name nothing of an account's: another account's people see their own page,
# and numbers of tickets and boards are those of their own PSA.
NOBODYS = {"", "own draft", "ticket", "board", "link", "password link", "e-mail link"}


@dataclass(frozen=True)
class World:
    """The account whose objects are asked for, and everybody who asks."""

    session: object
    step: object
    entry: object
    interval: object
    post: object
    people: dict
    person: object
    invitation: object
    turn: object
    creation: object
    forgetful: object
    request: object
    file: object
    template: object
    snippet: object


@pytest.fixture
def world(session, connection, other_connection, make_user, account, other_account) -> World:
    people = {"anonymous": None, "super admin": make_user("Sue", None, is_superuser=True)}
    for role in Role:
        people[f"own {role}"] = make_user(f"own-{role}", account, role)
        people[f"other {role}"] = make_user(f"other-{role}", other_account, role)
    linking.link(session, "48291", session.engineer)
    refused = {"state": Post.State.FAILED, "error": "ConnectWise refused it."}
    failed = stored_post(people["own engineer"], connection, **refused)
    SessionPost.objects.create(session=session, post=failed)
    invitation = Invitation.objects.create(account=account, email="dana@example.com")
    turn = AssistTurn.objects.create(
        session=session, request_id=uuid4(), question="What now?", proposals=[CARD]
    )
    dana = people["own engineer"]
    unborn = TicketCreation.objects.create(
        account=account,
        connection=connection,
        request_id=uuid4(),
        reference="RF-TNOTTHERE",
        summary="Printer on fire",
        chosen={"company": {"id": "250", "name": "Acme Dental Group"}},
        state=TicketCreation.State.FAILED,
        error="ConnectWise refused it.",
    )
    return World(
        file=stored_file(session.steps.first()),
        session=session,
        step=session.steps.first(),
        entry=stored_time(dana, connection, state=TimeEntry.State.FAILED),
        interval=session.intervals.create(
            person=dana,
            started_at=session.started_at - timedelta(hours=2),
            ended_at=session.started_at - timedelta(hours=1),
        ),
        post=failed,
        people=people,
        person=dana,
        invitation=invitation,
        turn=turn,
        creation=unborn,
        forgetful=make_user("forgetful", account),
        template=OwnTemplate.objects.create(
            account=account, name="House style", note_type="resolution", sections=["steps"]
        ),
        snippet=Snippet.objects.create(account=account, name="bye", text="Kind regards"),
        request=MemberRequest.objects.create(
            connection=connection,
            user=dana,
            external_member_id="152",
            external_member_name="Somebody",
        ),
    )


def browser(user, account) -> Client:
    """Return a logged-in browser; a super admin has chosen the first account to work in."""
    client = Client()
    if user is None:
        return client
    client.force_login(user)
    if user.is_superuser:
        holder: Any = SimpleNamespace(session=client.session)
        choose_account(holder, account)
        holder.session.save()
    return client


def expected(row: Row, name: str, user) -> int:
    if name in row.but:
        return row.but[name]
    if row.needs == EVERYBODY:
        return row.status
    if user is None:
        return 302
    if row.needs == SUPER_ADMIN:
        return row.status if user.is_superuser else 403
    if name.startswith("other ") and row.of not in NOBODYS:
        return 404
    return row.status if may(user, Right(row.needs)) else 403


def ask(client: Client, method: str, url: str, data: dict, **headers: str) -> tuple[int, str]:
    """Return status and destination; what the request changed is taken back."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        if data:
            response = client.post(url, data, headers=headers)
        else:
            response = client.generic(method, url, headers=headers)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code, response.get("Location", response.get("HX-Redirect", ""))


def routes(patterns=None, namespace="") -> Iterator[str]:
    """Yield the name of every route of the project, the Django admin's aside."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            if inner != "admin:":
                yield from routes(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            yield namespace + entry.name


def test_each_person_gets_exactly_this(world, account, settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/m")
    browsers = {name: browser(user, account) for name, user in world.people.items()}
    wrong: dict[str, str] = {}

    for row in ROWS:
        wrong |= wrong_answers(row, world, browsers)

    assert wrong == {}


def wrong_answers(row: Row, world: World, browsers: dict[str, Client]) -> dict[str, str]:
    """Return what the address answers to somebody that it should not, by row and person."""
    url = reverse(row.route, kwargs=ADDRESSES[row.of](world))
    wrong = {}
    # To htmx a refusal is the same whoever is refused: one person for each is enough.
    by_htmx = {403, 404}

    for name, user in world.people.items():
        client = browsers[name]
        wanted = expected(row, name, user)
        if user is None and row.needs != EVERYBODY:
            fragment = ask(client, row.method, url, row.data, **HTMX)
            if fragment != (401, ""):
                wrong[f"{row}: anonymous with htmx"] = f"{fragment}"
        if wanted in by_htmx:
            by_htmx.remove(wanted)
            fragment = ask(client, row.method, url, row.data, **HTMX)
            if fragment != (wanted, ""):
                wrong[f"{row}: {name} with htmx"] = f"{fragment}"
        status, location = ask(client, row.method, url, row.data)
        if status != wanted:
            wrong[f"{row}: {name}"] = f"{status} instead of {wanted}"
        elif user is None and row.needs != EVERYBODY and not location.startswith("/login/?next="):
            wrong[f"{row}: {name}"] = f"sent to {location}"

    return wrong


def test_methods_without_a_row_are_refused(world, account, settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/m")
    answered = defaultdict(set)
    for row in ROWS:
        answered[row.route].add(row.method)
    owner = browser(world.people["own owner"], account)
    wrong = {}

    for row in ROWS:
        url = reverse(row.route, kwargs=ADDRESSES[row.of](world))
        for method in {"GET", "POST", "PUT", "DELETE"} - answered[row.route]:
            if ask(owner, method, url, {})[0] != 405:
                wrong[f"{method} {row.route}"] = "answered"

    assert wrong == {}


def test_a_super_admin_is_asked_for_an_account_only_where_one_is_needed(world):
    asked = set()
    client = Client()
    client.force_login(world.people["super admin"])

    for row in ROWS:
        url = reverse(row.route, kwargs=ADDRESSES[row.of](world))
        if ask(client, row.method, url, row.data)[1].startswith("/account/choose/?next="):
            asked.add(row.route)

    assert asked == ONE_ACCOUNT


def test_an_object_that_does_not_exist_answers_as_another_accounts_does(world, account):
    gone, no_step = SimpleNamespace(pk=uuid4()), SimpleNamespace(pk=999_999)
    nothing = replace(
        world,
        session=gone,
        step=no_step,
        entry=gone,
        interval=no_step,
        post=gone,
        person=no_step,
        invitation=no_step,
        turn=no_step,
        creation=gone,
        request=no_step,
        template=no_step,
        snippet=no_step,
    )
    owner = browser(world.people["own owner"], account)

    for row in ROWS:
        if row.of not in NOBODYS:
            url = reverse(row.route, kwargs=ADDRESSES[row.of](nothing))
            assert ask(owner, row.method, url, row.data)[0] == 404, str(row)


def test_steps_and_posts_are_not_reached_through_another_session(world, account, other_account):
    for whose in (account, other_account):
        user = world.people["own owner" if whose == account else "other owner"]
        elsewhere = lifecycle.start(whose, user, title="Another", client_name="", problem="")
        mixed = replace(world, session=elsewhere)
        client = browser(user, account)
        for row in ROWS:
            if row.of in ("step", "post", "turn", "card"):
                url = reverse(row.route, kwargs=ADDRESSES[row.of](mixed))
                assert ask(client, row.method, url, row.data)[0] == 404, str(row)


def test_every_route_has_a_row_and_every_row_a_route(world, capsys):
    found = set(routes()) - {"styleguide", "styleguide-dialog"}  # with DEBUG only
    known = {row.route for row in ROWS}

    assert sorted(found - known) == [], "routes without a row: add one line to ROWS for each"
    assert sorted(known - found) == [], "rows without a route"
    with capsys.disabled():
        size = len(ROWS) * len(world.people)
        print(
            f"\naccess matrix: {len(found)} routes, {len(ROWS)} rows × "
            f"{len(world.people)} people = {size} answers"
        )
