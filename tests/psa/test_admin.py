"""The Django admin of the psa app: write-only secrets, tested values, nobody else's rows."""

import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import Role, User
from psa.models import MemberMapping, Post, PsaConnection, TicketCreation
from tests.builders import map_member, stored_post
from tests.posts import with_status
from tests.psa.connection_values import values_of

ADD = "/admin/psa/psaconnection/add/"
LIST = "/admin/psa/psaconnection/"


@pytest.fixture
def browser(client_of, owner):
    return client_of(owner)


@pytest.fixture
def post(connection, engineer) -> Post:
    return stored_post(engineer, connection)


@pytest.fixture
def mapping(connection, engineer) -> MemberMapping:
    return map_member(engineer, connection, "7", matched_by=MemberMapping.MatchedBy.AUTO_EMAIL)


def shown(response):
    return response.content.decode()


def change(row) -> str:
    return reverse(f"admin:psa_{row._meta.model_name}_change", args=[row.pk])


def messages_of(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_values_that_connect_are_kept_for_the_persons_own_account(browser, owner, simulator):
    assert browser.post(ADD, values_of(simulator)).status_code == 302
    saved = PsaConnection.objects.get()
    assert saved.account == owner.account
    assert saved.last_validated_at is not None
    assert LogEntry.objects.get().object_id == str(saved.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"private_key": "wrong"}, "public_key"),
        ({"company_id": "nobody"}, "company_id"),
        ({"site_url": "https://127.0.0.1"}, "site_url"),
        ({"private_key": ""}, "private_key"),
    ],
)
def test_values_that_do_not_connect_are_refused_beside_the_field(
    browser, simulator, changes, field
):
    answer = browser.post(ADD, values_of(simulator, **changes))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not PsaConnection.objects.exists()


def test_secrets_are_never_filled_in_and_the_token_stands_nowhere(browser, connection, simulator):
    tenant = simulator.tenants["northwind"]
    pages = shown(browser.get(change(connection))) + shown(browser.get(LIST))
    assert pages.count('type="password"') == 3
    for secret in (
        tenant.public_key,
        tenant.private_key,
        tenant.client_id,
        connection.credentials_encrypted,
    ):
        assert secret not in pages


def test_a_change_keeps_the_stored_secrets(browser, connection, simulator):
    empty = {"public_key": "", "private_key": "", "client_id": ""}
    values = values_of(simulator, display_name="Renamed", **empty)
    assert browser.post(change(connection), values).status_code == 302
    connection.refresh_from_db()
    assert connection.display_name == "Renamed"
    assert LogEntry.objects.get().get_change_message() == "Changed Name."


def test_a_change_made_meanwhile_by_somebody_else_is_not_overwritten(
    browser, connection, simulator, monkeypatch
):
    from psa import connections

    try_out = connections.try_out

    def slow(account, values):
        tested = try_out(account, values)
        connections.keep(try_out(account, values | {"display_name": "Theirs"}))
        return tested

    monkeypatch.setattr(connections, "try_out", slow)
    answer = browser.post(change(connection), values_of(simulator))
    assert "Somebody else changed" in shown(answer)
    connection.refresh_from_db()
    assert connection.display_name == "Theirs"


def test_an_account_that_has_a_connection_gets_no_second(browser, connection, simulator):
    assert browser.get(ADD).status_code == 403
    assert browser.post(ADD, values_of(simulator)).status_code == 403


def test_a_super_admin_chooses_the_account_once(
    client_of, super_admin, account, other_account, simulator
):
    browser = client_of(super_admin)
    values = values_of(simulator, account=str(account.pk))
    assert browser.post(ADD, values).status_code == 302
    assert "already exists" in shown(browser.post(ADD, values))
    saved = PsaConnection.objects.get()
    moved = values | {"account": str(other_account.pk), "display_name": "Renamed"}
    assert browser.post(change(saved), moved).status_code == 302
    saved.refresh_from_db()
    assert (saved.account, saved.display_name) == (account, "Renamed")


def test_the_test_action_says_what_came_of_it(browser, connection, simulator):
    run = {"action": "test_connection", "_selected_action": [str(connection.pk)]}
    assert "connected to" in messages_of(browser.post(LIST, run, follow=True))
    connection.refresh_from_db()
    assert connection.last_validated_at is not None
    simulator.faults.add("unauthorized", times=20, path="/system/info")
    assert "refused the credentials" in messages_of(browser.post(LIST, run, follow=True))


def test_a_connection_can_be_paused_and_resumed(browser, connection):
    for action, active in (("pause", False), ("resume", True)):
        run = {"action": action, "_selected_action": [str(connection.pk)]}
        assert browser.post(LIST, run).status_code == 302
        connection.refresh_from_db()
        assert connection.is_active is active


@pytest.mark.parametrize("way", ["one", "selected"])
def test_deleting_fails_the_posts_that_wait(browser, connection, mapping, post, way):
    if way == "one":
        browser.post(change(connection).replace("change", "delete"), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [str(connection.pk)]}
        browser.post(LIST, chosen | {"post": "yes"})
    assert not PsaConnection.objects.exists()
    assert not MemberMapping.objects.exists()
    post.refresh_from_db()
    assert post.state == Post.State.FAILED


def test_another_accounts_rows_are_neither_listed_nor_opened(
    client_of, make_user, other_account, connection, mapping, post
):
    browser = client_of(make_user("Sam", other_account, Role.OWNER))
    for row in (connection, mapping, post):
        listing = browser.get(reverse(f"admin:psa_{row._meta.model_name}_changelist"))
        assert listing.status_code == 200
        assert listing.context["cl"].result_count == 0
        assert browser.get(change(row)).status_code == 404
        assert browser.get(change(row).replace("change", "history")).status_code == 404
    for row in (connection, mapping):
        gone = browser.post(change(row).replace("change", "delete"), {"post": "yes"})
        assert gone.status_code == 404
    run = {"action": "test_connection", "_selected_action": [str(connection.pk)]}
    browser.post(LIST, run)
    connection.refresh_from_db()
    assert connection.last_validated_at is None


def test_a_mapping_offers_only_the_accounts_own_people(
    browser, connection, other_connection, engineer, stranger
):
    form = browser.get("/admin/psa/membermapping/add/").context["adminform"].form
    assert set(form.fields["connection"].queryset) == {connection}
    assert engineer in form.fields["user"].queryset
    assert stranger not in form.fields["user"].queryset


def test_a_mapping_set_here_is_marked_as_set_by_an_administrator(browser, mapping):
    values = {
        "connection": str(mapping.connection_id),
        "user": str(mapping.user_id),
        "external_member_id": "8",
        "external_member_name": "Erin Ruiz",
    }
    assert browser.post(change(mapping), values).status_code == 302
    mapping.refresh_from_db()
    assert mapping.external_member_id == "8"
    assert mapping.matched_by == MemberMapping.MatchedBy.MANUAL_ADMIN


def test_a_super_admin_cannot_map_across_accounts(client_of, super_admin, connection, stranger):
    values = {
        "connection": str(connection.pk),
        "user": str(stranger.pk),
        "external_member_id": "8",
        "external_member_name": "Stan",
    }
    answer = client_of(super_admin).post("/admin/psa/membermapping/add/", values)
    assert list(answer.context["adminform"].form.errors) == ["user"]
    assert client_of(super_admin).post("/admin/psa/membermapping/add/", {}).status_code == 200


def test_posts_can_be_read_but_not_written_or_deleted(browser, client_of, super_admin, post):
    for reader in (browser, client_of(super_admin)):
        assert "Restarted the spooler." in shown(reader.get(change(post)))
        assert reader.post(change(post), {"content": "Changed"}).status_code == 403
        assert reader.get("/admin/psa/post/add/").status_code == 403
        assert (
            reader.post(change(post).replace("change", "delete"), {"post": "yes"}).status_code
            == 403
        )
        listing = reader.get("/admin/psa/post/")
        assert listing.status_code == 200
        assert "delete_selected" not in shown(listing)
    post.refresh_from_db()
    assert post.content == "Restarted the spooler."


def test_engineers_are_not_let_in(client_of, engineer, connection):
    assert client_of(engineer).get(LIST).status_code == 302


def run_action(browser, model, action, row, **more):
    sent = {"action": action, "_selected_action": [str(row.pk)], **more}
    return messages_of(browser.post(f"/admin/psa/{model}/", sent, follow=True))


def test_people_are_matched_by_the_products_own_operation(browser, connection, make_user, account):
    User.objects.create_user("erin@northwind.example", name="Erin Ruiz", account=account)
    said = run_action(browser, "psaconnection", "auto_match", connection)
    assert "1 of 2 unmapped people matched." in said
    assert MemberMapping.objects.get().matched_by == MemberMapping.MatchedBy.AUTO_EMAIL


def test_matching_says_why_it_could_not_be_done(browser, connection, simulator):
    simulator.faults.add("forbidden", times=20, path="/system/members")
    said = run_action(browser, "psaconnection", "auto_match", connection)
    assert "Member Maintenance" in said
    assert not MemberMapping.objects.exists()


@pytest.mark.parametrize(
    ("fields", "queued"),
    [
        ({"state": "failed"}, {"state": "queued"}),
        ({"state": "posted", "status_state": "failed"}, {"ticketchange_part__state": "queued"}),
    ],
)
def test_what_failed_is_queued_again(browser, post, fields, queued):
    fields = dict(fields)
    with_status(post, fields.pop("status_state", "none"))
    Post.objects.update(**fields)
    assert "1 queued again" in run_action(browser, "post", "retry", post)
    assert Post.objects.filter(**queued).exists()


def test_what_did_not_fail_is_not_queued_again(browser, post):
    Post.objects.update(state="posted")
    said = run_action(browser, "post", "retry", post)
    assert "retried already" in said
    assert "queued again" not in said


def test_a_new_ticket_that_failed_is_looked_for_again(browser, connection):
    row = TicketCreation.objects.create(
        account=connection.account,
        connection=connection,
        request_id=uuid.uuid4(),
        summary="Printer",
        state="failed",
        absences=3,
    )
    assert "1 queued again" in run_action(browser, "ticketcreation", "retry", row)
    assert TicketCreation.objects.filter(state="unknown", absences=0).exists()
    assert "cannot be retried" in run_action(browser, "ticketcreation", "retry", row)
    TicketCreation.objects.update(connection=None, state="failed")
    assert "connection is removed" in run_action(browser, "ticketcreation", "retry", row)


def test_the_accounts_limits_hold_here_too(browser, connection, simulator, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "connection": "0/m", "match": "0/m"}

    for action in ("test_connection", "auto_match"):
        sent = {"action": action, "_selected_action": [str(connection.pk)]}
        assert browser.post(LIST, sent).status_code == 429
    values = values_of(simulator, display_name="Renamed")
    answer = browser.post(change(connection), values)

    assert "Too many attempts." in shown(answer)
    assert 'value="Renamed"' in shown(answer)
    assert simulator.journal == []
