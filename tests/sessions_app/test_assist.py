"""ResolutionAssist, through its pages: what is asked, what comes back, what a click does."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from resolutionflow.simulators.messages import Script
from sessions_app import assist, drafts, lifecycle
from sessions_app.assist import answering
from sessions_app.models import AssistTurn, Draft

HTMX = {"HX-Request": "true"}
STEP = {"name": "propose_step", "input": {"kind": "check", "title": "Ping it", "details": "-t"}}
FIX = {"name": "suggest_fix", "input": {"title": "Set the timer", "details": ""}}
TICKET = {"name": "propose_ticket", "input": {"summary": "Old switch", "description": "Port 4"}}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Write answers in the test's own thread."""
    monkeypatch.setattr(answering, "start", lambda turn: answering.write(turn.pk, turn.run))


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def url(name, session, *args):
    return reverse(f"sessions:{name}", args=[session.pk, *args])


def ask(browser, session, question="What next?", *, htmx=True, **sent):
    sent = {"question": question, "request_id": str(uuid4())} | sent
    headers = HTMX if htmx else {}
    return browser.post(url("assist-ask", session), sent, headers=headers)


def last(session):
    return session.assist_turns.order_by("pk").last()


def sent_to(service):
    """Return all that left for Claude in the last request."""
    return json.dumps(service.requests[-1], ensure_ascii=False)


# --- Asking ----------------------------------------------------------------------------


def test_an_answer_is_shown_with_what_was_asked(browser, session, claude_service):
    claude_service.will(Script(text="Look at the **timer**."))
    answer = ask(browser, session)
    assert answer.status_code == 200
    page = answer.text
    assert "What next?" in page
    assert "Look at the <strong>timer</strong>." in page
    assert 'data-state="done"' in page
    assert "stand-in by plain rules, not by Claude" in page


def test_without_htmx_the_conversation_is_a_page(browser, session, claude_service):
    assert ask(browser, session, htmx=False).url == url("assist", session)
    page = browser.get(url("assist", session)).text
    assert "<html" in page
    assert "What next?" in page


def test_claude_knows_the_session_and_the_ticket(browser, session, connection, claude_service):
    session.psa_connection, session.psa_ticket_id = connection, "48291"
    session.save()
    ask(browser, session)
    told = sent_to(claude_service)
    assert "Does the tunnel connect at all?" in told
    assert "Ticket 48291" in told


def test_a_ticket_that_cannot_be_read_does_not_keep_claude_from_answering(
    browser, session, connection, claude_service, simulator
):
    session.psa_connection, session.psa_ticket_id = connection, "48291"
    session.save()
    simulator.faults.add("error_before", times=None, status=500)
    claude_service.will(Script(text="Without the ticket: yes."))
    assert "Without the ticket: yes." in ask(browser, session).text
    assert "could not be read" in sent_to(claude_service)


def test_secrets_do_not_leave(browser, session, claude_service):
    values = {"kind": "note", "title": "The password is Hunter2!x", "outcome": "", "notes": ""}
    lifecycle.add_step(session, {**values, "command_output": ""})
    ask(browser, session, "Their pwd=Sommer2026! works?")
    assert "Hunter2!x" not in sent_to(claude_service)
    assert "Sommer2026!" not in sent_to(claude_service)


def test_the_conversation_so_far_is_told(browser, session, claude_service):
    claude_service.will(Script(text="First answer."), Script(text="Second."))
    ask(browser, session, "First?")
    ask(browser, session, "And then?")
    said = [each["content"] for each in claude_service.requests[-1]["messages"]]
    assert said == ["First?", "First answer.", "And then?"]


def test_what_was_proposed_is_told_also_where_nothing_was_said(browser, session, claude_service):
    claude_service.will(Script(text="\n\n", calls=[STEP, TICKET]), Script(text="Second."))
    ask(browser, session, "First?")
    ask(browser, session, "I did that. Next?")
    said = [each["content"] for each in claude_service.requests[-1]["messages"]]
    proposed = "Proposed: check “Ping it”; ticket “Old switch”"
    assert said == ["First?", proposed, "I did that. Next?"]


def test_what_was_proposed_is_told_below_what_was_said(browser, session, claude_service):
    claude_service.will(Script(text="Look there.\n\n", calls=[FIX]), Script(text="Second."))
    ask(browser, session, "First?")
    ask(browser, session, "Next?")
    told = claude_service.requests[-1]["messages"][1]["content"]
    assert told == "Look there.\n\nProposed: fix “Set the timer”"


def test_an_answer_of_blanks_is_never_told(browser, session, claude_service):
    claude_service.will(Script(text=" \n"), Script(text="Second."))
    ask(browser, session, "First?")
    ask(browser, session, "Anyone?")
    said = [each["content"] for each in claude_service.requests[-1]["messages"]]
    assert said == ["Anyone?"]


def test_a_card_that_is_proposed_again_after_a_break_stands_there_once(
    browser, session, claude_service
):
    claude_service.will(Script(text="Try", calls=[STEP], stop_reason="max_tokens"))
    claude_service.will(Script(text=" this.", calls=[STEP, FIX]))
    ask(browser, session)
    browser.post(url("assist-resume", session, last(session).pk), headers=HTMX)
    assert [each["as"] for each in last(session).proposals] == ["step", "fix"]
    assert "Try\\n\\nProposed: check “Ping it”" in sent_to(claude_service)


def test_an_answer_that_broke_off_after_its_cards_is_gone_on_with(browser, session, claude_service):
    claude_service.will(Script(text="", calls=[STEP], stop_reason="max_tokens"))
    assert "Continue</button>" in ask(browser, session).text
    browser.post(url("assist-resume", session, last(session).pk), headers=HTMX)
    told = [each["content"] for each in claude_service.requests[-1]["messages"]]
    assert told[1] == "Proposed: check “Ping it”"
    assert "Go on exactly where its text stops" in told[2]


def test_another_question_under_a_used_id_is_409_and_kept(browser, session, claude_service):
    claude_service.will(Script(text="First answer."))
    used = str(uuid4())
    ask(browser, session, "First?", request_id=used)
    drafts.save(session.engineer, session, "assist", {"question": "And then?"})
    answer = ask(browser, session, "And then?", request_id=used)
    assert answer.status_code == 409
    assert "asked something else before" in answer.text
    assert ">And then?</textarea>" in answer.text.replace("\n", "")
    assert f'value="{used}"' not in answer.text
    assert drafts.load(session.engineer, session, "assist") == {"question": "And then?"}
    assert session.assist_turns.count() == 1


def test_a_repeat_keeps_what_was_typed_since(browser, session, claude_service):
    used = str(uuid4())
    ask(browser, session, "First?", request_id=used)
    drafts.save(session.engineer, session, "assist", {"question": "And then?"})
    assert ask(browser, session, "First?", request_id=used).status_code == 200
    assert drafts.load(session.engineer, session, "assist") == {"question": "And then?"}
    # What is only the beginning of the question comes back as no ghost.
    drafts.save(session.engineer, session, "assist", {"question": "Firs"})
    ask(browser, session, "First?", request_id=used)
    assert drafts.load(session.engineer, session, "assist") == {}
    assert session.assist_turns.count() == 1


def test_a_summary_that_is_refused_leaves_the_question_beside_it(browser, session, claude_service):
    used = str(uuid4())
    ask(browser, session, "First?", request_id=used)
    drafts.save(session.engineer, session, "assist", {"question": "And then?"})
    sent = {"kind": "summary", "request_id": used}
    answer = browser.post(url("assist-ask", session), sent, headers=HTMX)
    assert answer.status_code == 409
    assert ">And then?</textarea>" in answer.text.replace("\n", "")
    assert f'value="{used}"' not in answer.text
    assert session.assist_turns.count() == 1


def test_a_double_click_asks_once(browser, session, claude_service):
    request_id = str(uuid4())
    for _ in range(2):
        assert ask(browser, session, request_id=request_id).status_code == 200
    assert len(claude_service.requests) == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"question": "  "}, "Write what you want to know."),
        ({"question": "x" * 20_001}, "This is too long."),
        ({"request_id": "x"}, "valid UUID"),
    ],
)
def test_a_question_that_does_not_hold_is_kept(browser, session, claude_service, sent, sentence):
    answer = ask(browser, session, **sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert claude_service.requests == []


def test_two_tabs_do_not_talk_across_each_other(browser, session, engineer, claude_service):
    running(session, engineer)
    answer = ask(browser, session, "From the other tab?")
    assert answer.status_code == 409
    assert "still being written" in answer.text
    assert "From the other tab?" in answer.text


def test_what_was_typed_waits_until_it_is_asked(browser, session, claude_service):
    browser.post(url("draft", session, "assist"), {"question": "Half a"})
    assert "Half a" in browser.get(url("assist", session)).text
    ask(browser, session, "Half a question?")
    assert not Draft.objects.filter(form="assist").exists()


# --- Days on which Claude does not answer ----------------------------------------------


def test_without_a_key_the_page_says_so(browser, session):
    page = browser.get(url("assist", session), headers=HTMX).text
    assert "Claude is not set up here" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (Script(status=529, error="overloaded_error"), "Claude is overloaded"),
        (Script(stop_reason="refusal"), "Claude declined to answer"),
        (Script(raw="<html>"), "broke off half-way"),
    ],
)
def test_what_went_wrong_is_said_and_can_be_repeated(
    browser, session, claude_service, script, sentence
):
    claude_service.will(script, Script(text="Now it works."))
    page = ask(browser, session).text
    assert sentence in page
    assert "Ask again" in page
    browser.post(url("assist-resume", session, last(session).pk), headers=HTMX)
    assert last(session).answer == "Now it works."
    assert last(session).state == "done"


def test_the_days_share_is_said_to_be_used_up(browser, session, claude_service, settings):
    settings.AI_DAILY_TOKENS = 10
    assert "used up today" in ask(browser, session).text
    assert claude_service.requests == []


def test_an_error_of_ours_is_said_and_logged(browser, session, claude_service, monkeypatch, caplog):
    monkeypatch.setattr("sessions_app.assist.context.system", lambda _: 1 / 0)
    assert "error of ours" in ask(browser, session).text
    assert "An answer broke off" in caplog.text


def test_an_answer_that_breaks_off_is_continued_where_it_stopped(browser, session, claude_service):
    claude_service.will(Script(text="First half, and " * 20, cut_after=6), Script(text="the rest."))
    page = ask(browser, session).text
    assert "broke off half-way" in page
    assert "Continue" in page
    half = last(session).answer
    assert half.startswith("First half")
    browser.post(url("assist-resume", session, last(session).pk), headers=HTMX)
    assert last(session).answer == half + "the rest."
    said = [each["content"] for each in claude_service.requests[-1]["messages"]]
    assert said[:2] == ["What next?", half]


def test_an_answer_without_room_can_be_continued(browser, session, claude_service):
    claude_service.will(Script(text="So far", stop_reason="max_tokens"))
    assert "too long for one piece" in ask(browser, session).text
    assert last(session).state == "stopped"


# --- Stopping, and losing the writer ---------------------------------------------------


def running(session, engineer, **values):
    """Return a turn that another process is writing."""
    return AssistTurn.objects.create(
        session=session,
        request_id=uuid4(),
        question="Slow?",
        asked_by=engineer,
        asked_by_name="Erin",
        **values,
    )


def test_a_running_answer_asks_for_itself_again(browser, session, engineer, claude_service):
    turn = running(session, engineer, answer="So far")
    page = browser.get(url("assist-turn", session, turn.pk), headers=HTMX).text
    assert f'hx-get="{url("assist-turn", session, turn.pk)}"' in page
    assert "So far" in page
    turn.state = "done"
    turn.save()
    assert "hx-trigger" not in browser.get(url("assist-turn", session, turn.pk), headers=HTMX).text


def test_a_stopped_answer_is_written_no_further(browser, session, claude_service, monkeypatch):
    claude_service.will(Script(text="word " * 50))
    monkeypatch.setattr(answering, "_EVERY", 0.0)
    take = answering._Writer._take

    def stop_early(writer, event):
        take(writer, event)
        if writer._turn.answer.count("word") > 9:
            assist.stop(AssistTurn.objects.get(pk=writer._turn.pk))

    monkeypatch.setattr(answering._Writer, "_take", stop_early)
    page = ask(browser, session).text
    assert "Stopped" in page
    assert "Continue" in page
    assert 0 < last(session).answer.count("word") < 12


def test_stopping_what_is_whole_changes_nothing(browser, session, claude_service):
    ask(browser, session)
    answer = browser.post(url("assist-stop", session, last(session).pk), headers=HTMX)
    assert answer.status_code == 200
    assert last(session).state == "done"


def test_without_htmx_stopping_leads_back_to_the_answer(browser, session, engineer):
    turn = running(session, engineer)
    answer = browser.post(url("assist-stop", session, turn.pk))
    assert answer.url == f"{url('assist', session)}#assist-{turn.pk}"
    turn.refresh_from_db()
    assert turn.state == "stopped"


def test_a_lost_writer_is_noticed(browser, session, engineer, claude_service):
    turn = running(session, engineer, written_at=timezone.now() - timedelta(seconds=101))
    assert "the server was restarted" in browser.get(url("assist", session)).text
    claude_service.will(Script(text="Again."))
    browser.post(url("assist-resume", session, turn.pk), headers=HTMX)
    assert last(session).answer == "Again."


def test_what_is_whole_cannot_be_continued(browser, session, claude_service):
    ask(browser, session)
    answer = browser.post(url("assist-resume", session, last(session).pk), headers=HTMX)
    assert answer.status_code == 409
    assert "not cut off" in answer.text


def test_a_writer_that_was_taken_over_writes_nothing(session, engineer, claude_service):
    turn = running(session, engineer)
    answering.write(turn.pk, uuid4())
    assert claude_service.requests == []


# --- Cards -----------------------------------------------------------------------------


def test_a_card_becomes_a_step_by_one_click(browser, session, claude_service):
    claude_service.will(Script(text="Try this.", calls=[STEP, FIX]))
    page = ask(browser, session).text
    assert "Ping it" in page
    assert "Set the timer" in page
    card = url("assist-step", session, last(session).pk, 0)
    for _ in range(2):
        answer = browser.post(card, headers=HTMX)
        assert answer.status_code == 200
        assert "Added" in answer.text
    steps = lifecycle.steps_of(session)
    assert [(step.kind, step.title, step.notes) for step in steps[3:]] == [
        ("check", "Ping it", "-t")
    ]


def test_without_htmx_a_card_leads_to_its_step(browser, session, claude_service):
    claude_service.will(Script(calls=[STEP]))
    ask(browser, session)
    answer = browser.post(url("assist-step", session, last(session).pk, 0))
    step = lifecycle.steps_of(session)[-1]
    assert answer.url == f"{session.get_absolute_url()}?step={step.pk}#step-{step.pk}"


def test_the_step_of_a_card_shows_in_the_list_once(browser, session, claude_service):
    claude_service.will(Script(calls=[STEP]))
    ask(browser, session)
    card = url("assist-step", session, last(session).pk, 0)
    assert 'hx-swap-oob="beforeend:#step-list"' in browser.post(card, headers=HTMX).text
    assert 'hx-swap-oob="beforeend:#step-list"' not in browser.post(card, headers=HTMX).text


def test_a_card_for_another_ticket_opens_the_form_and_creates_nothing(
    browser, session, connection, claude_service
):
    claude_service.will(Script(calls=[TICKET]))
    page = ask(browser, session).text
    address = f"{reverse('tickets:new')}?session={session.pk}&turn={last(session).pk}&card=0"
    assert address.replace("&", "&amp;") in page
    assert 'value="Old switch"' in browser.get(address).text
    card = url("assist-step", session, last(session).pk, 0)
    assert browser.post(card, headers=HTMX).status_code == 404


def test_a_card_with_a_long_text_opens_its_form(browser, session, connection, claude_service):
    text = "Коммутатор " * 300
    long = {"name": "propose_ticket", "input": {"summary": "Old switch", "description": text}}
    claude_service.will(Script(calls=[long]))
    ask(browser, session)
    address = f"{reverse('tickets:new')}?session={session.pk}&turn={last(session).pk}&card=0"
    assert text.strip() in browser.get(address).text
    turn = last(session).pk
    wrong_cards = [f"&turn={turn}&card={card}" for card in ("1", "x", "00", "1000", "٠")]
    wrong_turns = [f"&turn={name}&card=0" for name in ("999999", "9" * 40, f"0{turn}", "x")]
    for wrong in ("&card=0", *wrong_cards, *wrong_turns):
        page = browser.get(address.partition("&turn")[0] + wrong)
        assert page.status_code == 200
        assert "Old switch" not in page.text


def test_a_card_of_another_session_is_none(
    browser, session, connection, claude_service, account, engineer
):
    claude_service.will(Script(calls=[TICKET]))
    ask(browser, session)
    other = lifecycle.start(account, engineer, title="Other", client_name="", problem="")
    named = f"?session={other.pk}&turn={last(session).pk}&card=0"
    page = browser.get(reverse("tickets:new") + named)
    assert page.status_code == 200
    assert "Old switch" not in page.text


def test_a_cards_ticket_and_another_one_are_kept_apart(
    browser, session, connection, claude_service, engineer
):
    claude_service.will(Script(calls=[TICKET]))
    ask(browser, session)
    turn = last(session).pk
    drafts.save(engineer, session, "ticket", {"summary": "Begun before", "priority": "1"})
    address = f"{reverse('tickets:new')}?session={session.pk}&turn={turn}&card=0"
    page = browser.get(address).text
    assert 'value="Old switch"' in page
    assert "Begun before" not in page
    assert '<option value="1" selected' not in page
    assert "Another ticket that you began here is kept." in page
    kept = reverse("sessions:draft", args=[session.pk, f"ticket-{turn}-0"])
    assert f'data-autosave="{kept}"' in page
    assert browser.post(kept, {"summary": "Old switch, port 4"}).status_code == 204
    assert 'value="Old switch, port 4"' in browser.get(address).text
    assert 'value="Old switch"' in browser.get(f"{address}&fresh=1").text
    assert drafts.load(engineer, session, "ticket")["summary"] == "Begun before"


def test_a_completed_session_takes_no_cards(browser, session, claude_service):
    claude_service.will(Script(calls=[STEP]))
    ask(browser, session)
    lifecycle.complete(session, outcome="waiting", resolution="", next_steps="")
    answer = browser.post(url("assist-step", session, last(session).pk, 0), headers=HTMX)
    assert answer.status_code == 409
    assert len(lifecycle.steps_of(session)) == 3


@pytest.mark.parametrize(
    "call",
    [
        {"name": "propose_step", "input": {"kind": "delete", "title": "x", "details": ""}},
        {"name": "propose_step", "input": {"kind": "check", "title": "", "details": ""}},
        {"name": "propose_step", "input": {"kind": "check", "title": "x", "step_id": 7}},
        {"name": "close_ticket", "input": {"ticket": "48291"}},
        {"name": "propose_ticket", "input": {"summary": "x" * 101, "description": ""}},
    ],
)
def test_a_proposal_of_another_shape_is_left_out_and_said(browser, session, claude_service, call):
    claude_service.will(Script(text="Do it!", calls=[call]))
    assert "1 proposal of this answer could not be used" in ask(browser, session).text
    assert last(session).proposals == []


def test_more_proposals_than_help_are_left_out(browser, session, claude_service):
    ping = {"kind": "check", "details": ""}
    steps = [{**STEP, "input": {**ping, "title": f"Ping {n}"}} for n in range(10)]
    claude_service.will(Script(calls=steps))
    ask(browser, session)
    assert (len(last(session).proposals), last(session).unusable) == (8, 2)


# --- Summaries -------------------------------------------------------------------------


def summarise(browser, session, *sentences):
    return ask(browser, session, "", kind="summary").text


def test_each_sentence_names_its_steps_and_one_without_is_marked(browser, session, claude_service):
    said = {
        "sentences": [
            {"text": "The tunnel dropped.", "steps": [2]},
            {"text": "It was the moon.", "steps": [99, 0, -1]},
        ]
    }
    claude_service.will(Script(text=json.dumps(said)))
    page = summarise(browser, session)
    assert "step 2</a>" in page
    assert page.count("no source") == 2  # the badge, and what it means
    assert "Does the tunnel connect at all?" in sent_to(claude_service)


def test_a_summary_begins_the_note_with_what_has_a_source(
    browser, session, connection, claude_service
):
    session.psa_connection, session.psa_ticket_id = connection, "48291"
    session.save()
    said = {
        "sentences": [
            {"text": "The tunnel dropped.", "steps": [2]},
            {"text": "It was the moon.", "steps": []},
        ]
    }
    claude_service.will(Script(text=json.dumps(said)))
    summarise(browser, session)
    into_note = url("assist-note", session, last(session).pk)
    answer = browser.post(into_note, headers=HTMX)
    assert answer.headers["HX-Redirect"] == url("post-preview", session)
    note = Draft.objects.get(form="post").values["content"]
    assert "**Summary**\nThe tunnel dropped." in note
    assert "moon" not in note
    # A second click would overwrite what is being edited now.
    assert browser.post(into_note, headers=HTMX).status_code == 409


def test_without_steps_there_is_nothing_to_summarise(browser, account, engineer, claude_service):
    empty = lifecycle.start(account, engineer, title="Just begun", client_name="")
    answer = ask(browser, empty, "", kind="summary")
    assert answer.status_code == 409
    assert "no step to tell of yet" in answer.text
    assert claude_service.requests == []


def test_a_text_for_the_customer_is_written_of_what_a_customer_may_hear(
    browser, session, connection, claude_service
):
    session.psa_connection, session.psa_ticket_id = connection, "48291"
    session.save()
    first, second, *_ = session.steps.all()
    session.steps.filter(pk=first.pk).update(audience="internal", title="Ask the vendor in secret")
    session.steps.filter(pk=second.pk).update(notes="Do not tell", command_output="secret output")
    said = {
        "sentences": [
            {"text": "Your connection is stable again.", "steps": [1]},
            {"text": "Bill reset it.", "steps": []},
        ]
    }
    claude_service.will(Script(text=json.dumps(said)))
    page = ask(browser, session, "", kind="customer").text
    assert "Write it for the customer" in page
    assert "no source" in page
    sent = sent_to(claude_service)
    assert second.title in sent
    for hidden in ("in secret", "Do not tell", "secret output"):
        assert hidden not in sent
    answer = browser.post(url("assist-note", session, last(session).pk), headers=HTMX)
    assert answer.headers["HX-Redirect"] == url("post-preview", session)
    values = Draft.objects.get(form__startswith="post").values
    assert values["note_type"] == "description"
    assert values["content"].startswith("Hello")
    assert "Your connection is stable again." in values["content"]
    assert "Bill" not in values["content"]
    assert second.title not in values["content"]


def test_where_every_step_is_internal_there_is_nothing_for_the_customer(
    browser, session, claude_service
):
    session.steps.update(audience="internal")
    answer = ask(browser, session, "", kind="customer")
    assert answer.status_code == 409
    assert claude_service.requests == []


def test_a_summary_without_a_ticket_begins_no_note(browser, session, claude_service):
    said = {"sentences": [{"text": "The tunnel dropped.", "steps": [2]}]}
    claude_service.will(Script(text=json.dumps(said)))
    summarise(browser, session)
    answer = browser.post(url("assist-note", session, last(session).pk), headers=HTMX)
    assert answer.status_code == 409
    assert "Link the session to a ticket first" in answer.text


def test_nothing_of_the_conversation_is_in_the_note(browser, session, claude_service):
    claude_service.will(Script(text="Secret advice", calls=[STEP]))
    ask(browser, session)
    note = browser.get(url("export", session), {"format": "psa"}).text
    assert "Secret advice" not in note
    assert "Ping it" not in note


# --- Who may ---------------------------------------------------------------------------


def test_a_viewer_reads_and_does_not_ask(client_of, viewer, session, engineer, claude_service):
    running(session, engineer, state="done", answer="Read me")
    browser = client_of(viewer)
    page = browser.get(url("assist", session)).text
    assert "Read me" in page
    assert "<textarea" not in page
    assert ask(browser, session).status_code == 403


def test_another_sessions_answer_is_not_found(browser, session, engineer, claude_service):
    other = lifecycle.start(Account.objects.get(), engineer, title="Other", client_name="")
    turn = running(other, engineer)
    for name in ("assist-turn", "assist-stop", "assist-resume"):
        send = browser.get if name == "assist-turn" else browser.post
        assert send(url(name, session, turn.pk), headers=HTMX).status_code == 404
