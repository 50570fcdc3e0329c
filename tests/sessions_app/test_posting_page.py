"""Update Ticket through the pages: the dialog, posting, and what every outcome answers."""

import re
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from psa.models import Post
from sessions_app import linking
from sessions_app.models import Draft, SessionPost
from tests.builders import map_member

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def linked(session, connection, engineer, simulator):
    """Return the session, linked to #48291; what linking asked is forgotten."""
    linking.link(session, "48291", engineer)
    simulator.journal.clear()
    return session


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def wanted(tenant):
    """Return another status of the ticket's board: its id as text, and its name."""
    ticket = tenant.tickets[48291]
    statuses = [
        status
        for status in tenant.statuses.values()
        if status["board"]["id"] == ticket["board"]["id"]
        and status["id"] != ticket["status"]["id"]
        and not status.get("inactive")
    ]
    return str(statuses[0]["id"]), statuses[0]["name"]


def url(name, session, *more):
    return reverse(f"sessions:{name}", args=[session.pk, *more])


def opened(client, session, **query):
    """Open the dialog and return the form's values as a browser would send them."""
    answer = client.get(url("post-preview", session), query, headers=HTMX)
    assert answer.status_code == 200
    return form_of(answer)


def form_of(answer):
    form, shown = answer.context["form"], answer.context["shown"]
    kept = ("content", "note_type", "request_id", "begun_from")
    values = {name: form[name].value() or "" for name in kept}
    replaces = form["replaces"].value()
    return {
        **{name: str(value) for name, value in values.items()},
        "replaces": str(replaces) if replaces else "",
        "update_status_id": "",
        "ticket_id": answer.context["session"].psa_ticket_id,
        "seen_status_id": shown.status_id,
        "seen_status_name": shown.status_name,
        "board_id": shown.board_id,
    }


def send(client, session, values, **how):
    return client.post(url("post", session), values, **how)


def notes(tenant, number=48291):
    """Return the texts that our product left on the ticket."""
    return [n["text"] for n in tenant.notes_of(number) if "ResolutionFlow" in n["text"]]


def calls(simulator):
    return [entry.method for entry in simulator.journal if "companyinfo" not in entry.path]


# --- The dialog ----------------------------------------------------------------------


def test_the_dialog_shows_the_note_that_will_be_sent(linked, erin):
    values = opened(erin, linked)
    assert "**Steps taken**" in values["content"]
    marker = values["content"].splitlines()[-1]
    assert re.fullmatch(rf"ResolutionFlow · {linked.reference}-[2-9A-HJKMNP-TV-Z]{{4}}", marker)
    assert values["note_type"] == "internal_analysis"


def test_it_opens_with_one_call_once_the_statuses_are_known(linked, erin, simulator):
    opened(erin, linked)
    simulator.journal.clear()
    opened(erin, linked)
    assert calls(simulator) == ["GET"]


def test_it_offers_the_statuses_of_the_board_and_keeps_the_present_one(linked, erin, wanted):
    text = erin.get(url("post-preview", linked), headers=HTMX).content.decode()
    assert f"Keep: {linked.psa_ticket_status}" in text
    assert f'<option value="{wanted[0]}"' in text


def test_it_says_who_can_see_each_type_and_asks_for_confirmation_by_name(linked, erin):
    text = erin.get(url("post-preview", linked), headers=HTMX).content.decode()
    company = linked.psa_ticket_company.replace("'", "&#x27;")
    assert f"{company} can read this note" in text
    assert "Colleagues only" in text


def test_the_note_type_can_be_chosen_by_the_address(linked, erin):
    assert opened(erin, linked, note_type="resolution")["note_type"] == "resolution"
    assert opened(erin, linked, note_type="nonsense")["note_type"] == "internal_analysis"


def test_it_says_how_the_note_will_be_signed(linked, erin, engineer, connection):
    address = url("post-preview", linked)
    assert "not mapped yet" in erin.get(address).content.decode()
    map_member(engineer, connection, "5", "Erin Ruiz")
    assert "Signed as Erin Ruiz (ConnectWise member)" in erin.get(address).content.decode()


def test_it_is_a_page_without_javascript_and_a_fragment_for_htmx(linked, erin):
    address = url("post-preview", linked)
    assert "<html" in erin.get(address).content.decode()
    fragment = erin.get(address, headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert "data-dialog" in fragment


def test_without_a_ticket_there_is_nothing_to_update(session, connection, erin):
    for headers in ({}, HTMX):
        answer = erin.get(url("post-preview", session), headers=headers)
        assert answer.status_code == 422
        assert "No ticket is linked" in answer.content.decode()


def test_when_the_psa_is_down_the_text_is_still_there(linked, erin, simulator):
    simulator.faults.add("refuse", times=20)
    answer = erin.get(url("post-preview", linked), headers=HTMX)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "You can still post the note" in text
    assert "**Steps taken**" in text
    assert "could not be read" in text


def test_when_only_the_statuses_cannot_be_read_the_dialog_says_so(linked, erin, simulator):
    simulator.faults.add("error_before", times=20, path="/statuses")
    answer = erin.get(url("post-preview", linked), headers=HTMX)
    assert answer.status_code == 200
    assert "You can still post the note" in answer.content.decode()


def test_opening_refreshes_what_the_header_shows(linked, erin, tenant):
    tenant.tickets[48291]["summary"] = "VPN drops every hour"
    opened(erin, linked)
    linked.refresh_from_db()
    assert linked.psa_ticket_summary == "VPN drops every hour"


# --- Posting -------------------------------------------------------------------------


def test_a_note_is_posted_exactly_as_approved(linked, erin, tenant):
    values = opened(erin, linked)
    values["content"] += "\n\n👩‍🔧 **Bold** <b>HTML</b> & “quotes” \\ | # x"
    answer = send(erin, linked, values)
    assert answer.status_code == 200
    assert notes(tenant) == [values["content"]]
    post = Post.objects.get()
    assert (post.state, post.warning, post.marker) == (
        "posted",
        "",
        re.findall(r"RF-\w{6}-\w{4}", values["content"])[0],
    )
    assert SessionPost.objects.get().session == linked
    assert f'data-post="{post.pk}"' in answer.content.decode()
    assert 'data-state="posted"' in answer.content.decode()


def test_a_browser_sends_crlf_and_the_ticket_gets_plain_line_ends(linked, erin, tenant):
    values = opened(erin, linked)
    send(erin, linked, {**values, "content": values["content"].replace("\n", "\r\n")})
    assert notes(tenant) == [values["content"]]


def test_htmx_gets_header_history_and_toast(linked, erin):
    answer = send(erin, linked, opened(erin, linked), headers=HTMX)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'id="ticket-header"' in text
    assert 'id="posts"' in text
    assert 'role="status"' in text
    assert "View in ConnectWise" in text
    assert "<dialog" not in text


def test_a_note_alone_costs_one_call(linked, erin, simulator):
    values = opened(erin, linked)
    simulator.journal.clear()
    send(erin, linked, values)
    assert calls(simulator) == ["POST"]


def test_with_a_status_change_it_costs_three(linked, erin, simulator, wanted, tenant):
    values = opened(erin, linked)
    simulator.journal.clear()
    answer = send(erin, linked, {**values, "update_status_id": wanted[0]})
    assert answer.status_code == 200
    assert calls(simulator) == ["GET", "POST", "PATCH"]
    assert tenant.tickets[48291]["status"]["id"] == int(wanted[0])
    linked.refresh_from_db()
    assert linked.psa_ticket_status == wanted[1]


def test_choosing_the_present_status_is_no_change(linked, erin, simulator):
    values = opened(erin, linked)
    simulator.journal.clear()
    send(erin, linked, {**values, "update_status_id": values["seen_status_id"]})
    assert calls(simulator) == ["POST"]
    assert Post.objects.get().status_state == "none"


@pytest.mark.parametrize(
    ("note_type", "flag"),
    [
        ("internal_analysis", "internalAnalysisFlag"),
        ("resolution", "resolutionFlag"),
        ("description", "detailDescriptionFlag"),
    ],
)
def test_each_type_lands_where_it_should(linked, erin, tenant, note_type, flag):
    values = {**opened(erin, linked), "note_type": note_type, "confirm_visible": "on"}
    assert send(erin, linked, values).status_code == 200
    stored = next(n for n in tenant.notes_of(48291) if "ResolutionFlow" in n["text"])
    flags = ("internalAnalysisFlag", "resolutionFlag", "detailDescriptionFlag")
    assert [name for name in flags if stored.get(name)] == [flag]
    assert Post.objects.get().warning == ""


def test_a_double_click_posts_once(linked, erin, tenant):
    values = opened(erin, linked)
    first, second = send(erin, linked, values), send(erin, linked, values)
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(notes(tenant)) == 1
    assert Post.objects.count() == 1


def test_two_tabs_with_the_same_text_post_once(linked, erin, tenant):
    one, other = opened(erin, linked), opened(erin, linked)
    assert one["request_id"] == other["request_id"]
    send(erin, linked, one)
    assert send(erin, linked, other).status_code == 200
    assert len(notes(tenant)) == 1


def test_two_tabs_with_other_text_ask_before_posting_a_second_note(linked, erin, tenant):
    one, other = opened(erin, linked), opened(erin, linked)
    send(erin, linked, one)
    changed = {**other, "content": other["content"].replace("RF-", "Changed. RF-")}
    answer = send(erin, linked, changed)
    assert answer.status_code == 422
    assert "used already with other text" in answer.content.decode()
    again = form_of(answer)
    assert again["request_id"] != other["request_id"]
    assert "Changed." in again["content"]
    assert len(notes(tenant)) == 1
    assert send(erin, linked, again).status_code == 200
    assert len(notes(tenant)) == 2


def test_two_colleagues_post_notes_of_their_own(linked, erin, tenant, client_of, admin_user):
    adam = client_of(admin_user)
    one, other = opened(erin, linked), opened(adam, linked)
    assert one["request_id"] != other["request_id"]
    send(erin, linked, one)
    send(adam, linked, other)
    assert len(notes(tenant)) == 2


def test_the_next_note_of_a_session_has_its_own_marker(linked, erin, tenant):
    first = opened(erin, linked)
    send(erin, linked, first)
    second = opened(erin, linked)
    assert first["content"].splitlines()[-1] != second["content"].splitlines()[-1]
    send(erin, linked, second)
    assert len(notes(tenant)) == 2


def test_the_request_id_of_another_session_is_refused(linked, erin, account, engineer):
    from sessions_app import lifecycle

    values = opened(erin, linked)
    send(erin, linked, values)
    other = lifecycle.start(account, engineer, title="Other", client_name="", problem="")
    linking.link(other, "48291", engineer)
    assert send(erin, other, values).status_code == 422


def test_a_completed_session_can_still_be_posted(linked, erin, tenant):
    from sessions_app import lifecycle

    lifecycle.complete(linked, outcome="resolved", resolution="Timer restored.", next_steps="")
    assert send(erin, linked, opened(erin, linked)).status_code == 200
    assert "Timer restored." in notes(tenant)[0]


# --- What cannot be posted -----------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"content": ""}, "The note is empty"),
        ({"content": " \n "}, "The note is empty"),
        ({"note_type": "nonsense"}, "Choose where the note goes"),
        ({"note_type": ""}, "Choose where the note goes"),
        ({"note_type": "description"}, "Confirm that the customer may read this note"),
        ({"update_status_id": "7", "seen_status_id": ""}, "which status you saw"),
        ({"request_id": "not-an-id"}, "out of date"),
        ({"request_id": ""}, "out of date"),
    ],
)
def test_what_does_not_hold_is_422_with_the_form(linked, erin, simulator, change, sentence):
    values = opened(erin, linked)
    simulator.journal.clear()
    answer = send(erin, linked, {**values, **change}, headers=HTMX)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert list(simulator.journal) == []
    assert not Post.objects.exists()


def test_what_was_typed_comes_back(linked, erin):
    values = {**opened(erin, linked), "content": "My <own> words", "note_type": "description"}
    text = send(erin, linked, values).content.decode()
    assert "My &lt;own&gt; words" in text
    assert re.search(r'value="description"\s+checked', text)


def test_sixty_thousand_characters_are_posted_uncut(linked, erin, tenant):
    long = {**opened(erin, linked), "content": "ResolutionFlow " + "x" * 60_000}
    assert send(erin, linked, long).status_code == 200
    assert notes(tenant) == [long["content"]]


def test_without_a_ticket_a_post_is_422(session, connection, erin):
    values = {"content": "x", "note_type": "resolution", "request_id": uuid4()}
    for headers in ({}, HTMX):
        answer = send(erin, session, values, headers=headers)
        assert answer.status_code == 422
        assert "No ticket is linked" in answer.content.decode()
    answer = send(erin, session, {**values, "content": ""})
    assert answer.status_code == 422


def test_a_connection_removed_while_the_dialog_was_open(linked, erin, connection):
    values = opened(erin, linked)
    connection.delete()
    answer = send(erin, linked, values, headers=HTMX)
    assert answer.status_code == 422
    assert "connection to this ticket was removed" in answer.content.decode()
    assert Draft.objects.get(form="post").values["content"] == values["content"]


def test_a_session_that_was_linked_elsewhere_meanwhile_asks_again(linked, erin, engineer, tenant):
    values = opened(erin, linked)
    other = next(n for n in tenant.tickets if n != 48291)
    linking.link(linked, str(other), engineer)
    answer = send(erin, linked, values)
    assert answer.status_code == 409
    assert f"linked to ticket #{other} meanwhile" in answer.content.decode()
    assert not Post.objects.exists()
    assert send(erin, linked, form_of(answer)).status_code == 200
    assert len(notes(tenant, other)) == 1


def test_too_many_posts_are_429_and_the_text_is_kept(linked, erin, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": "1/m"}
    send(erin, linked, opened(erin, linked))
    values = {**opened(erin, linked), "content": "The text of the second note"}
    answer = send(erin, linked, values)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert Draft.objects.get(form="post").values["content"] == "The text of the second note"
    assert Post.objects.count() == 1


def test_a_form_to_mend_does_not_count_against_the_limit(linked, erin, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": "1/m"}
    values = opened(erin, linked)
    assert send(erin, linked, {**values, "content": " "}).status_code == 422
    assert send(erin, linked, values).status_code == 200


# --- What the PSA makes of it --------------------------------------------------------


def test_a_status_that_moved_is_409_and_the_engineer_decides(linked, erin, tenant, wanted):
    values = {**opened(erin, linked), "update_status_id": wanted[0]}
    ticket = tenant.tickets[48291]
    before = dict(ticket["status"])
    third = next(
        {"id": status["id"], "name": status["name"]}
        for status in tenant.statuses.values()
        if status["board"]["id"] == ticket["board"]["id"]
        and status["id"] not in (before["id"], int(wanted[0]))
    )
    ticket["status"] = third
    answer = send(erin, linked, values, headers=HTMX)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert f"“{before['name']}” and is now “{third['name']}”" in text
    assert 'data-state="failed"' in text
    assert notes(tenant) == []
    again = form_of(answer)
    assert again["request_id"] != values["request_id"]
    assert again["seen_status_id"] == str(third["id"])
    assert again["content"].splitlines()[:-1] == values["content"].splitlines()[:-1]
    decided = send(erin, linked, {**again, "update_status_id": wanted[0]})
    assert decided.status_code == 200
    assert len(notes(tenant)) == 1
    assert tenant.tickets[48291]["status"]["id"] == int(wanted[0])


def test_a_repeat_of_a_conflict_is_a_conflict_still(linked, erin, tenant, wanted):
    values = {**opened(erin, linked), "update_status_id": wanted[0], "seen_status_id": "1"}
    assert send(erin, linked, values).status_code == 409
    assert send(erin, linked, values).status_code == 409
    assert Post.objects.count() == 1


def test_a_status_of_another_board_leaves_the_note_posted(linked, erin, tenant):
    board = tenant.tickets[48291]["board"]["id"]
    foreign = next(s for s in tenant.statuses.values() if s["board"]["id"] != board)
    values = {**opened(erin, linked), "update_status_id": str(foreign["id"])}
    answer = send(erin, linked, values)
    assert answer.status_code == 200
    assert "The status was not changed" in answer.content.decode()
    assert "Retry the status only" in answer.content.decode()
    assert len(notes(tenant)) == 1


def test_a_psa_that_is_down_queues_the_note(linked, erin, simulator):
    values = opened(erin, linked)
    simulator.faults.add("refuse", times=20)
    answer = send(erin, linked, values, headers=HTMX)
    assert answer.status_code == 202
    text = answer.content.decode()
    assert 'data-state="queued"' in text
    assert "kept and sent as soon as possible" in text
    assert 'hx-trigger="every 5s"' in text


def test_a_psa_that_cut_the_connection_is_being_checked(linked, erin, simulator, tenant):
    values = opened(erin, linked)
    simulator.faults.add("cut_after", times=1, method="POST")
    answer = send(erin, linked, values, headers=HTMX)
    assert answer.status_code == 202
    assert 'data-state="unknown"' in answer.content.decode()
    assert "checking whether it received it" in re.sub(r"\s+", " ", answer.content.decode())
    assert send(erin, linked, values).status_code == 202
    assert len(notes(tenant)) == 1


def test_a_psa_that_refuses_is_502_with_retry_and_copy(linked, erin, simulator, tenant):
    values = opened(erin, linked)
    simulator.faults.add("forbidden", times=1, method="POST")
    answer = send(erin, linked, values, headers=HTMX)
    assert answer.status_code == 502
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert "Retry" in text
    assert 'data-copy="#id_content"' in text
    again = form_of(answer)
    assert again["replaces"] == str(Post.objects.get().pk)
    assert send(erin, linked, again).status_code == 200
    assert len(notes(tenant)) == 1
    assert Post.objects.filter(state="failed", replaced=True).count() == 1


def test_a_repeat_of_a_failed_post_sends_nothing(linked, erin, simulator):
    values = opened(erin, linked)
    simulator.faults.add("forbidden", times=1, method="POST")
    send(erin, linked, values)
    simulator.journal.clear()
    assert send(erin, linked, values).status_code == 502
    assert calls(simulator) == []


def test_no_answer_carries_a_credential_or_the_psas_body(linked, erin, simulator, tenant):
    values = opened(erin, linked)
    simulator.faults.add("not_json", times=1, method="POST")
    text = send(erin, linked, values).content.decode()
    for secret in (tenant.private_key, tenant.public_key, "Traceback"):
        assert secret not in text


# --- Drafts --------------------------------------------------------------------------


def autosave(client, session, values):
    address = reverse("sessions:draft", args=[session.pk, "post"])
    assert client.post(address, values).status_code == 204


def test_typed_text_comes_back_with_its_id(linked, erin):
    values = {**opened(erin, linked), "content": "Half a sentence", "note_type": "resolution"}
    autosave(erin, linked, values)
    again = opened(erin, linked)
    assert {k: again[k] for k in ("content", "note_type", "request_id")} == {
        k: values[k] for k in ("content", "note_type", "request_id")
    }
    assert (
        "Your text from last time is back" in erin.get(url("post-preview", linked)).content.decode()
    )


def test_one_can_start_again_from_the_record(linked, erin):
    autosave(erin, linked, {**opened(erin, linked), "content": "Half a sentence"})
    assert "**Steps taken**" in opened(erin, linked, fresh="1")["content"]


def test_posting_forgets_the_draft(linked, erin):
    values = {**opened(erin, linked), "content": "Done."}
    autosave(erin, linked, values)
    send(erin, linked, values)
    assert not Draft.objects.filter(form="post").exists()


def test_a_failed_post_keeps_the_draft_under_a_new_id(linked, erin, simulator):
    values = opened(erin, linked)
    simulator.faults.add("forbidden", times=1, method="POST")
    send(erin, linked, values)
    again = opened(erin, linked)
    assert again["request_id"] != values["request_id"]
    assert again["replaces"] == str(Post.objects.get().pk)
    lines, before = again["content"].splitlines(), values["content"].splitlines()
    assert lines[:-1] == before[:-1]
    assert lines[-1] != before[-1]


def test_a_late_autosave_of_a_posted_note_is_no_new_text(linked, erin):
    values = opened(erin, linked)
    send(erin, linked, values)
    autosave(erin, linked, values)
    assert "restored" not in erin.get(url("post-preview", linked)).context["form"].initial


def test_text_that_was_typed_on_after_posting_is_kept(linked, erin):
    values = opened(erin, linked)
    send(erin, linked, values)
    autosave(erin, linked, {**values, "content": values["content"] + "\nAnd more."})
    again = opened(erin, linked)
    assert "And more." in again["content"]
    assert again["request_id"] != values["request_id"]


def test_a_draft_without_a_proper_id_still_opens(linked, erin):
    autosave(erin, linked, {"content": "Typed", "request_id": "nonsense"})
    again = opened(erin, linked)
    assert again["content"] == "Typed"
    assert UUID(again["request_id"])


# --- Who may -------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "status"), [("viewer", 403), ("stranger", 404)])
def test_others_post_nothing(linked, client_of, request, person, status, tenant):
    client = client_of(request.getfixturevalue(person))
    values = {"content": "x", "note_type": "resolution", "request_id": uuid4()}
    assert send(client, linked, values).status_code == status
    assert client.get(url("post-preview", linked)).status_code == status
    assert notes(tenant) == []
    assert not Draft.objects.exists()


def test_an_ended_log_in_is_asked_for_above_the_dialog(linked, erin, client):
    values = opened(erin, linked)
    answer = send(client, linked, values, headers=HTMX)
    assert answer.status_code == 401
    assert "data-login" in answer.content.decode()
    assert not Post.objects.exists()
