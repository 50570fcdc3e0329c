"""Words for the tests of time entries."""

ENTRIES = "/time/entries"
START = "2026-04-21T08:00:00Z"
BODY = {"chargeToId": 48291, "chargeToType": "ServiceTicket", "timeStart": START}
ERIN = {"identifier": "ERuiz"}


def refused(answer):
    """The code, message and field of the one thing that is wrong."""
    assert answer.status_code == 400, answer.text
    assert answer.json["code"] == "InvalidObject"
    assert answer.json["message"] == "timeEntry object is invalid"
    (problem,) = answer.json["errors"]
    assert problem["resource"] == "timeEntry"
    return problem["code"], problem["message"], problem["field"]


def replaced(path, value):
    return {"op": "replace", "path": path, "value": value}
