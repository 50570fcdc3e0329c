"""The Django admin of two accounts: nothing of the one is seen, counted or touched by the other.

Everything of the other account is called Zebra something. A crawler follows every link that
the own owner and the own admin are shown; the word must not be on any page. A model that is
registered without a row of the other account here fails.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Role, User
from psa.models import (
    MemberMapping,
    NoteEdit,
    Post,
    PsaConnection,
    TicketChange,
    TicketCreation,
    TicketDocument,
    TimeEntry,
)
from tests.builders import map_member

WORD = "zebra"
ADMINISTRATORS = [Role.OWNER, Role.ADMIN]
# Rows that the own account has of each model, which is what its lists must count.
OWN = {Account: 1, User: 3, PsaConnection: 1, MemberMapping: 1}


def fill(account: Account, connection: PsaConnection, people: list[User], word: str) -> None:
    """Give the account a row of everything that Django admin shows, each named by the word."""
    PsaConnection.objects.filter(pk=connection.pk).update(
        display_name=f"{word} PSA", company_id=f"{word}-company"
    )
    map_member(people[0], connection, f"{word}-7", f"{word} Member")
    common: dict[str, Any] = {"account": account, "connection": connection}
    post = Post.objects.create(
        **common,
        request_id=uuid4(),
        ticket_id=f"{word}-1",
        content=f"{word} text",
        note_type="internal_analysis",
        state="failed",
        posted_by=people[0],
        posted_by_name=f"{word} Poster",
    )
    TicketChange.objects.create(
        **common,
        request_id=uuid4(),
        ticket_id=f"{word}-2",
        kind="status",
        wanted_id="1",
        wanted_name=f"{word} status",
        made_by=people[0],
        made_by_name=f"{word} Maker",
    )
    NoteEdit.objects.create(
        **common,
        request_id=uuid4(),
        post=post,
        ticket_id=f"{word}-1",
        before=f"{word} text",
        content=f"{word} other text",
        state="failed",
        made_by=people[0],
    )
    TimeEntry.objects.create(
        **common,
        request_id=uuid4(),
        ticket_id=f"{word}-1",
        member_id=f"{word}-7",
        day=date(2026, 4, 21),
        hours=1,
        marker=f"{word}-T",
        state="failed",
        made_by=people[0],
        made_by_name=f"{word} Maker",
    )
    TicketDocument.objects.create(
        **common,
        request_id=uuid4(),
        after=post,
        ticket_id=f"{word}-1",
        source_id=uuid4(),
        file_name=f"{word}.png",
        content_type="image/png",
        size=1,
        marker=f"{word}-D",
        state="failed",
        made_by=people[0],
        made_by_name=f"{word} Maker",
    )
    TicketCreation.objects.create(
        **common,
        request_id=uuid4(),
        reference=f"{word}-reference",
        summary=f"{word} summary",
        made_by=people[0],
    )


@pytest.fixture
def foreign(make_user, other_account, other_connection) -> dict[type[Model], Model]:
    """Return a row of each registered model of the other account."""
    Account.objects.filter(pk=other_account.pk).update(name="Zebra MSP")
    other_account.refresh_from_db()
    people = [make_user(f"Zebra-{role}", other_account, role) for role in Role]
    fill(other_account, other_connection, people, "Zebra")
    rows = {model: of_other(model, other_account) for model in admin.site._registry}
    for row in rows.values():
        for flag in (ADDITION, CHANGE):
            LogEntry.objects.create(
                user=people[0],
                content_type=ContentType.objects.get_for_model(row),
                object_id=str(row.pk),
                object_repr=str(row),
                action_flag=flag,
            )
    return rows


def of_other(model: type[Model], account: Account) -> Model:
    """Return the other account's row of the model."""
    path = admin.site._registry[model].account_path  # type: ignore[attr-defined]
    row = model._default_manager.filter(**{path: account.pk}).first()
    assert row is not None, f"give the other account a {model.__name__} in `fill`"
    return row


@pytest.fixture
def browsers(make_user, account, connection, foreign) -> dict[str, Client]:
    """Return the own account's administrators, each with a browser; and the super admin."""
    people = {role: make_user(f"Own-{role}", account, role) for role in ADMINISTRATORS}
    engineer = make_user("Own-engineer", account)
    fill(account, connection, [engineer], "Own")
    everybody = people | {"super": make_user("Sue", None, is_superuser=True)}
    browsers = {str(name): Client() for name in everybody}
    for name, user in everybody.items():
        browsers[str(name)].force_login(user)
    return browsers


def links(base: str, page: str) -> Iterator[str]:
    """Yield the addresses inside the Django admin that a page leads to."""
    for href in re.findall(r'href="([^"#]+)"', page):
        url = urljoin(base, unescape(href))
        parts = urlsplit(url)
        if parts.netloc == "" and parts.path.startswith("/admin/") and "logout" not in parts.path:
            yield url


def crawl(browser: Client) -> dict[str, str]:
    """Return every page that can be reached from the front page by following links."""
    found: dict[str, str] = {}
    waiting = ["/admin/"]
    while waiting:
        url = waiting.pop()
        if url in found:
            continue
        answer = browser.get(url)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            found[url] = ""
            continue
        found[url] = answer.content.decode()
        # Filters and orders of filters show the same rows again.
        if not urlsplit(url).query:
            waiting.extend(links(url, found[url]))
    return found


def url_of(model: type[Model], name: str, *arguments: object) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=arguments)


def snapshot(rows: dict[type[Model], Model]) -> dict[str, dict[str, Any]]:
    return {
        model.__name__: model._default_manager.filter(pk=row.pk).values().get()
        for model, row in rows.items()
    }


def test_no_page_that_can_be_reached_names_anything_of_the_other_account(browsers, capsys):
    pages = crawl(browsers["owner"])
    assert [url for url, page in pages.items() if WORD in page.lower()] == []
    for model in admin.site._registry:
        assert url_of(model, "changelist") in pages
    with capsys.disabled():
        print(f"\nDjango admin: {len(pages)} pages reached by an owner")


def test_a_super_admin_sees_what_the_others_must_not(browsers, foreign):
    for model, row in foreign.items():
        for url in (url_of(model, "changelist"), url_of(model, "change", row.pk)):
            assert WORD in browsers["super"].get(url).content.decode().lower(), url


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_lists_count_and_find_the_own_rows_only(role, browsers, foreign):
    for model in admin.site._registry:
        changelist = url_of(model, "changelist")
        shown = browsers[role].get(changelist).context["cl"]
        assert shown.result_count == OWN.get(model, 1), model
        assert shown.full_result_count in (None, shown.result_count), model
        searched = browsers[role].get(changelist, {"q": "Zebra"}).context["cl"]
        assert searched.result_count == 0, model
        faceted = browsers[role].get(changelist, {"_facets": "True"}).content.decode()
        # "(3)" behind a filter's choice: no choice counts more rows than there are.
        counts = [int(number) for number in re.findall(r"\((\d+)\)\s*</a>", faceted)]
        assert max(counts, default=0) <= OWN.get(model, 1), model


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_the_other_accounts_rows_are_not_there_by_their_address(role, browsers, foreign):
    before = snapshot(foreign)
    for model, row in foreign.items():
        for page in ("change", "history", "delete"):
            url = url_of(model, page, row.pk)
            assert browsers[role].get(url).status_code in (403, 404), url
            posted = browsers[role].post(url, {"post": "yes", "name": "Taken"})
            assert posted.status_code in (403, 404), url
            assert WORD not in posted.content.decode().lower()
    user = foreign[User]
    password = reverse("admin:auth_user_password_change", args=[user.pk])
    assert browsers[role].get(password).status_code == 404
    assert snapshot(foreign) == before


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_suggestion_names_the_other_account(role, browsers, foreign):
    for model in admin.site._registry:
        for one in model._meta.get_fields():
            if not one.many_to_one:
                continue
            meta = model._meta
            field = {
                "app_label": meta.app_label,
                "model_name": meta.model_name,
                "field_name": one.name,
                "term": "",
            }
            answer = browsers[role].get(reverse("admin:autocomplete"), field)
            if answer.status_code != 403:
                assert answer.status_code == 200
                assert WORD not in json.dumps(json.loads(answer.content)).lower(), one


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_action_reaches_the_other_accounts_rows(role, browsers, foreign, simulator):
    before = snapshot(foreign)
    for model, row in foreign.items():
        changelist = url_of(model, "changelist")
        offered = browsers[role].get(changelist).content.decode()
        for action in re.findall(r'<option value="(\w+)">', offered):
            sent = {"action": action, "_selected_action": [str(row.pk)], "post": "yes"}
            answer = browsers[role].post(changelist, sent, follow=True)
            assert WORD not in answer.content.decode().lower(), action
    assert snapshot(foreign) == before
    assert not simulator.journal


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_form_takes_the_other_accounts_ids(role, browsers, foreign, connection, account):
    before, engineer = snapshot(foreign), User.objects.get(name="Own-engineer")
    own = {"external_member_id": "9", "external_member_name": "Taken"}
    pairs = [
        {"connection": foreign[PsaConnection].pk, "user": engineer.pk},
        {"connection": connection.pk, "user": foreign[User].pk},
    ]
    for pair in pairs:
        answer = browsers[role].post(url_of(MemberMapping, "add"), own | pair)
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors
        assert WORD not in answer.content.decode().lower()
    assert MemberMapping.objects.filter(external_member_name="Taken").count() == 0
    assert snapshot(foreign) == before
    assert User.objects.filter(account=account).count() == OWN[User]
