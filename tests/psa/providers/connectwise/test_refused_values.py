"""The table of what ConnectWise refuses: code, field and call → what the person is told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.providers.connectwise.refusals import refusal
from psa.providers.connectwise.refused_values import Asked, in_words
from psa.providers.errors import AuthFailed, Incompatible, InvalidRequest, PermissionMissing

CREATE = Asked("POST", "/service/tickets")
UPDATE = Asked("PATCH", "/service/tickets/1")
NOTE = Asked("POST", "/service/tickets/1/notes")
ASSIGN = Asked("POST", "/schedule/entries")


def refused(asked, code, field, *, message="secret words", resource="ticket", status=400):
    problem = {"code": code, "message": message, "resource": resource, "field": field}
    body = {"code": "InvalidObject", "message": "ticket object is invalid", "errors": [problem]}
    return refusal(status, body, json.dumps(body).encode(), asked)


@pytest.mark.parametrize(
    ("asked", "code", "field", "marks", "says"),
    [
        # A field that the form of a new ticket has.
        (CREATE, "MissingRequiredField", "type/id", "type", "requires the type here. Choose one"),
        (CREATE, "MissingRequiredField", "subType", "subtype", "requires the subtype"),
        (CREATE, "MissingRequiredField", "summary", "summary", "requires the summary here. Write"),
        (CREATE, "NotFound", "company/id", "company", "does not accept the company: it is gone"),
        (CREATE, "InvalidObject", "item/id", "item", "does not fit the rest of the ticket"),
        (CREATE, "OutOfRange", "priority/id", "priority", "does not accept the priority"),
        (CREATE, "NotFound", "status/id", "status", "does not belong to the ticket's board"),
        (CREATE, "InvalidObject", "status/id", "status", "a rule of its own"),
        (CREATE, "NotFound", "owner/id", "owner", "no longer knows this member"),
        (CREATE, "InvalidField", "summary", "summary", "does not accept the summary. Change it"),
        (CREATE, "MaxLength", "summary", "summary", "the summary: it is too long. Shorten it"),
        (CREATE, "InvalidField", "initialDescription", "description", "accept the description"),
        # One that it has not: there is no record to mend.
        (CREATE, "MissingRequiredField", "customFields", "", "requires a custom field, which this"),
        (CREATE, "MissingRequiredField", "customFields/7", "", "requires a custom field"),
        (CREATE, "MissingRequiredField", "site", "", "requires “site”, which this form does not"),
        (CREATE, "MissingRequiredField", "serviceLocation/id", "", "requires “service location”"),
        (CREATE, "OutOfRange", "budgetHours", "", "because of “budget hours”, which this form"),
        # A change: the record is checked whole.
        (UPDATE, "NotFound", "status/id", "", "does not belong to the ticket's board"),
        (UPDATE, "NotFound", "status/name", "", "does not belong to the ticket's board"),
        (UPDATE, "InvalidObject", "status/id", "", "a rule of its own"),
        (UPDATE, "InvalidField", "status/id", "", "a rule of its own"),
        (UPDATE, "MissingRequiredField", "status/id", "", "a rule of its own"),
        (UPDATE, "Ticket", "status", "", "a rule of its own"),
        (UPDATE, "NotFound", "owner/id", "", "no longer knows this member"),
        (UPDATE, "MissingRequiredField", "resolution", "", "requires “resolution” before it saves"),
        (UPDATE, "MissingRequiredField", "customFields", "", "requires a custom field before"),
        (UPDATE, "OutOfRange", "yearEstablished", "", "its field “year established”. Mend that"),
        (NOTE, "NotFound", "member/id", "", "no longer knows the member that was to sign"),
        (NOTE, "InvalidObject", "member/id", "", "does not let this member sign"),
        (NOTE, "OutOfRange", "text", "", "too long. Shorten it"),
        (NOTE, "StringLength", "notes", "", "too long. Shorten it"),
    ],
)
def test_a_field_is_told_by_what_was_asked(asked, code, field, marks, says):
    error = refused(asked, code, field)
    assert type(error) is InvalidRequest
    assert says in error.sentence
    assert error.field == marks
    assert "secret" not in error.sentence


def test_a_member_of_the_schedule_is_chosen_anew():
    error = refused(ASSIGN, "NotFound", "member/id", resource="schedule")
    assert "Choose somebody else" in error.sentence


@pytest.mark.parametrize("asked", [CREATE, UPDATE, NOTE])
@pytest.mark.parametrize("field", ["<script>", "", "a b", "x" * 61])
def test_a_field_that_is_no_name_is_not_repeated(asked, field):
    error = refused(asked, "MissingRequiredField", field)
    assert error.of("ConnectWise").sentence == InvalidRequest().of("ConnectWise").sentence


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (402, {"code": "x", "message": "y"}, Incompatible, "licence"),
        (403, {"code": "Security", "message": "Your license has expired"}, Incompatible, "licence"),
        (400, {"code": "ConnectWiseApi", "message": "Not licensed"}, Incompatible, "licence"),
        (405, {"code": "x", "message": "y"}, Incompatible, "version"),
        (406, {"code": "x", "message": "y"}, Incompatible, "version"),
        (415, {"code": "x", "message": "y"}, Incompatible, "version"),
        (400, {"code": "x", "message": "Check your accept header"}, Incompatible, "version"),
        (409, {"code": "x", "message": "y"}, InvalidRequest, "in use or was changed meanwhile"),
        (413, {"code": "x", "message": "y"}, InvalidRequest, "too long"),
        (414, {"code": "x", "message": "y"}, InvalidRequest, "too long"),
        (400, {"code": "x", "message": "The text is too long"}, InvalidRequest, "too long"),
        (423, {"code": "Locked", "message": "locked"}, InvalidRequest, "has locked this record"),
        (400, {"code": "TimeEntryApi", "message": "y"}, InvalidRequest, "does not allow time"),
        (400, {"code": "x", "message": "Invalid or missing clientId"}, AuthFailed, "client id"),
        (403, {"code": "x", "message": "Invalid client-id"}, AuthFailed, "client id"),
        (403, {"code": "Security", "message": "y"}, PermissionMissing, "Service Tickets: Add"),
        (418, {"code": "x", "message": "y"}, InvalidRequest, "refused the values"),
    ],
)
def test_what_is_not_about_a_value_is_told_as_what_it_is(status, body, kind, says):
    error = refusal(status, body, json.dumps(body).encode(), NOTE)
    assert type(error) is kind
    assert says in error.sentence


def test_the_unknown_property_of_another_version_is_named():
    body = {"code": "ConnectWiseApi", "message": "Could not find member 'processNotifications' on"}
    error = refusal(400, body, b"x", NOTE)
    assert "It does not know “processNotifications”." in error.sentence


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("serviceLocation/id", "“service location”"),
        ("subType", "“sub type”"),
        ("company/identifier", "“company”"),
        ("customFields", "a custom field"),
        ("customFields/value", "a custom field"),
        ("budgetHours", "“budget hours”"),
    ],
)
def test_fields_are_told_in_words(field, words):
    assert in_words(field) == words


@given(
    st.integers(400, 499).filter(lambda status: status not in (408, 429)),
    st.sampled_from([CREATE, UPDATE, NOTE, ASSIGN]),
    st.sampled_from(["NotFound", "MissingRequiredField", "OutOfRange", "InvalidObject", "x", ""]),
    st.text(max_size=20),
    st.text(max_size=40),
)
def test_no_word_of_connectwise_is_repeated(status, asked, code, field, message):
    words = f"QQ{message}QQ"
    error = refused(asked, code, field, message=words, status=status)
    assert words not in error.sentence
    assert error.sentence
