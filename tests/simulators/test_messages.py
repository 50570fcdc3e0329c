"""The stand-in for the Messages API: its form, its rules, and how it is told what to say."""

import json
import threading

import httpx
import pytest
from werkzeug.serving import make_server
from werkzeug.test import Client

from resolutionflow.simulators.messages import MODEL, MessagesStandIn, Script
from resolutionflow.simulators.messages.__main__ import QuietHandler
from resolutionflow.simulators.messages.app import as_json

KEY = {"Authorization": "Bearer any"}
ASKED = {"model": "claude-x", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture
def service():
    return MessagesStandIn()


def ask(service, headers=KEY, **more):
    return Client(service).post("/v1/messages", json=ASKED | more, headers=headers)


def test_it_says_in_every_answer_that_it_is_no_model(service):
    answer = ask(service).get_json()

    assert answer["model"] == MODEL == "stand-in"
    assert "stand-in" in answer["content"][0]["text"]
    assert answer["stop_reason"] == "end_turn"
    assert answer["usage"]["output_tokens"] > 0


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"Authorization": "Bearer wrong"}])
def test_a_key_that_is_wrong_or_missing_is_not_accepted(service, headers):
    answer = ask(service, headers)

    assert answer.status_code == 401
    assert answer.get_json()["error"]["type"] == "authentication_error"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"messages": []}', b'{"messages": [{}]}'])
def test_what_has_not_the_apis_form_is_refused(service, body):
    with_key = Client(service).post("/v1/messages", data=body, headers=KEY)

    assert with_key.status_code == 400
    assert Client(service).get("/v1/models", headers=KEY).status_code == 404


SCHEMA = {
    "type": "object",
    "properties": {
        "owner": {"anyOf": [{"$ref": "#/$defs/Pick"}, {"type": "null"}]},
        "company": {"anyOf": [{"$ref": "#/$defs/Pick"}, {"type": "null"}]},
        "pick": {"$ref": "#/$defs/Pick"},
        "kind": {"enum": ["a", "b"]},
        "only": {"const": 7},
        "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        "list": {"type": "array"},
        "flag": {"type": "boolean"},
    },
    "$defs": {"Pick": {"type": "object", "properties": {"id": {"type": "string"}}}},
}


def test_structured_questions_get_candidates_that_have_a_word_to_themselves(service):
    said = {
        "text": "The Contoso phone, for Sam",
        "candidates": {
            "owner": [{"id": 1, "name": "Sam Fischer"}, {"id": 2, "name": "Erin Ruiz"}],
            "company": [{"id": 3, "name": "The Contoso"}, {"id": 4, "name": "The Phone Company"}],
        },
    }
    structured = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
    asked = {"messages": [{"role": "user", "content": json.dumps(said)}]}

    answer = json.loads(ask(service, **structured, **asked).get_json()["content"][0]["text"])

    assert answer["owner"] == {"id": "1", "words": "Sam"}
    assert answer["company"] == {"id": "3", "words": "Contoso"}
    assert answer["pick"] == {"id": ""}
    rest = {name: answer[name] for name in ("kind", "only", "either", "list", "flag")}
    assert rest == {"kind": "a", "only": 7, "either": 0, "list": [], "flag": False}


def test_a_structured_question_without_candidates_gets_what_is_empty(service):
    structured = {"output_config": {"format": {"schema": SCHEMA}}}

    answer = json.loads(ask(service, **structured).get_json()["content"][0]["text"])

    assert answer["owner"] is None


def test_a_tool_is_called_when_its_name_is_said(service):
    tools = [
        {"name": "propose_check", "input_schema": {"type": "object", "properties": {}}},
        {"name": "suggest_fix", "input_schema": {"type": "object", "properties": {}}},
    ]
    asked = {"messages": [{"role": "user", "content": "Is there a fix?"}]}

    answer = ask(service, tools=tools, **asked).get_json()

    assert [block.get("name") for block in answer["content"]] == [None, "suggest_fix"]
    assert answer["stop_reason"] == "tool_use"


def test_it_is_told_from_another_process_what_to_say(service):
    client = Client(service)
    at = "/__stand_in__/scripts"

    assert client.post(at, data=as_json(Script(text="Told so."))).status_code == 204
    assert ask(service).get_json()["content"][0]["text"] == "Told so."
    assert client.get("/__stand_in__/requests").get_json() == [ASKED]
    assert client.post(at, data="[{}, 7]").status_code == 400
    assert client.get(at).status_code == 404
    elsewhere = {"REMOTE_ADDR": "10.0.0.1"}
    assert client.post(at, data="[]", environ_overrides=elsewhere).status_code == 403


def test_over_a_socket_a_cut_stream_ends_early():
    service = MessagesStandIn()
    server = make_server("127.0.0.1", 0, service, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.port}/v1/messages"
    service.will(Script(text="Half of it"), Script(text="Half of it", cut_after=4))

    whole = httpx.post(address, json=ASKED | {"stream": True}, headers=KEY).text
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(address, json=ASKED | {"stream": True}, headers=KEY)
    server.shutdown()
    server.server_close()

    assert "message_stop" in whole
