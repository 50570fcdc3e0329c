"""Streamed answers: text and proposals as they come, and every way in which they end early."""

import pytest
from pydantic import BaseModel

from resolutionflow.lib import claude
from resolutionflow.lib.claude import Call, Dropped, End, Text, Tool, Turn
from resolutionflow.simulators.messages import Script
from tests.lib.claude.test_door import Ledger


class Check(BaseModel):
    title: str


CHECK = Tool(name="propose_check", description="Propose a check.", shape=Check)
TURNS = [Turn(role="user", text="What now? pwd=Hunter2")]


@pytest.fixture
def ledger():
    return Ledger()


def stream(ledger, tools=(CHECK,), turns=TURNS):
    return claude.stream(ledger, system="Help.", turns=turns, tools=tools)


def said(events):
    return "".join(event.text for event in events if isinstance(event, Text))


def test_text_and_proposals_come_in_their_order(claude_service, ledger):
    call = {"name": "propose_check", "input": {"title": "Look at the log"}}
    claude_service.will(Script(text="First look at the event log.", calls=[call]))

    events = list(stream(ledger))

    assert said(events) == "First look at the event log."
    assert len([event for event in events if isinstance(event, Text)]) > 1
    assert events[-2:] == [
        Call("propose_check", Check(title="Look at the log")),
        End(model="stand-in", is_complete=True),
    ]
    assert events[-1].by_stand_in
    assert ledger.settled[0][2] > 0


def test_half_a_surrogate_pair_is_replaced(claude_service, ledger):
    claude_service.will(Script(text="First \ud83d look at it."))

    assert said(stream(ledger)) == "First \ufffd look at it."


def test_what_leaves_is_masked_and_tools_are_strict(claude_service, ledger):
    list(stream(ledger))

    sent = claude_service.requests[0]
    assert sent["messages"] == [{"role": "user", "content": "What now? pwd=[hidden]"}]
    assert sent["tools"][0]["strict"] is True
    assert sent["stream"] is True


@pytest.mark.parametrize(
    "call",
    [
        {"name": "delete_everything", "input": {"title": "x"}},
        {"name": "propose_check", "input": {"title": 7}},
        {"name": "propose_check", "input": {}},
        {"name": "propose_check", "input": '{"title": '},
    ],
    ids=["not offered", "wrong kind", "missing", "no json"],
)
def test_a_proposal_that_was_not_offered_so_is_dropped(claude_service, ledger, call):
    claude_service.will(Script(text="Do this:", calls=[call]))

    events = list(stream(ledger))

    assert [type(event) for event in events[-2:]] == [Dropped, End]
    assert events[-2].tool == call["name"]


def test_an_answer_without_room_is_told_to_be_incomplete(claude_service, ledger):
    claude_service.will(Script(text="One, two", stop_reason="max_tokens"))

    assert list(stream(ledger))[-1] == End(model="stand-in", is_complete=False)


LONG = "It is the timer of the firewall, as it was before Monday."
ENDS = {
    "cut": (Script(text=LONG, cut_after=5), claude.Unreachable),
    "silent end": (Script(text=LONG, silent_end=5), claude.CutOff),
    "overload": (Script(text=LONG, error="overloaded_error", error_after=5), claude.Overloaded),
    "their error": (Script(text=LONG, error="api_error", error_after=5), claude.Unreachable),
    "refusal": (Script(text=LONG, stop_reason="refusal"), claude.Refused),
    "too slow": (Script(text=LONG, pause=100), claude.TimedOut),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_came_before_an_early_end_is_handed_on_and_counted(claude_service, ledger, name):
    script, kind = ENDS[name]
    claude_service.will(script)
    got = []

    with pytest.raises(kind):
        got.extend(stream(ledger))

    assert LONG.startswith(said(got))
    assert len(ledger.settled) == 1


@pytest.mark.parametrize(
    "script",
    [Script(text=LONG, cut_after=0), Script(text=LONG, silent_end=0), Script(text=LONG, wait=100)],
    ids=["cut", "silent end", "too slow"],
)
def test_a_stream_lost_before_its_first_event_counts_with_what_was_sent(
    claude_service, ledger, script
):
    claude_service.will(script)

    with pytest.raises(claude.ClaudeError):
        list(stream(ledger))

    # "Help." and "What now? pwd=[hidden]", three characters a token.
    assert ledger.settled == [(8009, 9, 0)]


def test_a_stream_that_was_refused_counts_nothing(claude_service, ledger):
    claude_service.will(Script(status=529, error="overloaded_error"))

    with pytest.raises(claude.Overloaded):
        list(stream(ledger))

    assert ledger.settled == [(8009, 0, 0)]


def test_an_overload_within_a_stream_counts_what_was_used(claude_service, ledger):
    claude_service.will(Script(text=LONG, error="overloaded_error", error_after=5))

    with pytest.raises(claude.Overloaded):
        list(stream(ledger))

    _, used_in, used_out = ledger.settled[0]
    assert min(used_in, used_out) > 0


@pytest.mark.parametrize(
    "raw",
    [
        "data: {}\n\n",
        "event: message_start\ndata: nonsense\n\n",
        "event: message_start\ndata: []\n\n",
        'event: content_block_start\ndata: {"type": "content_block_start"}\n\n',
        "<h1>Proxy</h1>",
    ],
)
def test_a_stream_of_nonsense_is_an_error(claude_service, ledger, raw):
    claude_service.will(Script(raw=raw, content_type="text/event-stream"))

    with pytest.raises((claude.Malformed, claude.CutOff)):
        list(stream(ledger))


def test_an_overload_is_told_before_the_first_piece(claude_service, ledger):
    claude_service.will(Script(status=529, error="overloaded_error"))

    with pytest.raises(claude.Overloaded):
        next(stream(ledger))


def test_stopping_half_way_counts_what_was_used(claude_service, ledger):
    claude_service.will(Script(text=LONG * 20))
    answer = stream(ledger)
    next(answer)

    answer.close()

    reserved, used_in, used_out = ledger.settled[0]
    assert used_in > 0
    assert 0 < used_out < reserved


def test_nothing_is_sent_before_somebody_listens(claude_service, ledger):
    stream(ledger)

    assert claude_service.requests == []


def test_the_stand_in_says_what_it_is_and_calls_what_is_named(claude_service, ledger):
    turns = [Turn(role="user", text="Propose a check")]

    events = list(stream(ledger, turns=turns))

    assert "stand-in" in said(events)
    assert events[-2] == Call("propose_check", Check(title="Propose a check"))
