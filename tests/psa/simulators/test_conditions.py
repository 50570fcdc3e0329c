"""The condition language, as text and as the API answers it."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from psa.simulators.connectwise.conditions import Compiler, ConditionError, parse
from psa.simulators.connectwise.conditions.parser import Comparison, Group, Value
from psa.simulators.connectwise.fields import describe

FIELDS = describe(
    "id:int summary board/ company/identifier closedFlag:bool hours:num due:date "
    "severity=Low|Medium|High tags[]"
)
NOW = datetime(2026, 4, 21, 9, 0, tzinfo=UTC)
RECORD = {
    "id": 7,
    "summary": 'O\'Brien "the IT guy" (2nd floor) [old] 100% a_b\\c',
    "board": {"id": 3, "name": "Help Desk"},
    "company": {"id": 4, "identifier": "Acme", "name": "Acme & Sons"},
    "closedFlag": False,
    "hours": -0.5,
    "due": "2026-04-20T10:00:00Z",
    "severity": "High",
    "_info": {"lastUpdated": "2026-04-21T08:00:00Z"},
}


def holds(text, record=RECORD):
    return Compiler(FIELDS, NOW).test(parse(text))(record)


@pytest.mark.parametrize(
    "text",
    [
        "id=7",
        "ID = 7",
        "Id>6 and id<8 AND id >= 7 And id <= 7",
        "id != 8",
        "id <> 8",
        "id in (1, 7)",
        "id not in (1,2)",
        "id=1 or id=7",
        "id=1 or id=2 or id=7",
        "dateEntered = null",
        "company/id != null",
        "(id=1 OR id=7) AND closedFlag=False",
        "id=7 or id=1 and id=2",
        "hours = -0.5",
        "hours < +1",
        "closedflag = FALSE",
        "closedFlag != true",
        "board/name = 'help desk'",
        "Board/Id = 3",
        'company/identifier="ACME"',
        "company/name contains '& sons'",
        "severity = 'high'",
        "severity in ('Low','High')",
        "severity not like 'Low'",
        "due > [2026-04-20T09:59:59Z]",
        "due > [2026-04-20T09:59:59.5Z]",
        "due < [2026-04-20T10:00:00.5Z]",
        "due = [2026-04-20T10:00:00]",
        "due = [2026-04-20T10:00]",
        "due = [2026-04-20T10:00:00.000Z]",
        "due >= [2026-04-20]",
        "due >= [yesterday] and due < [today] and due < [Tomorrow]",
        "lastUpdated > [today]",
        "_info/lastUpdated > [today]",
        "id not = 8",
        "closedFlag not = null",
        'summary contains "O\'Brien"',
        "summary contains 'o\\'brien'",
        "summary contains '\"the IT guy\"'",
        'summary contains "\\"the IT guy\\""',
        "summary contains '(2nd floor)'",
        "summary contains '[[]old]'",
        "summary contains '100%'",
        "summary contains 'b\\c'",
        "summary contains 'b\\\\c'",
        "summary like 'O_Brien%'",
        "summary like '*guy*'",
        "summary like '%[o]ld%'",
        "summary like '%[^x]ld%'",
        "summary like '%[a-z]ld%'",
        "summary not like 'guy'",
        "summary not contains 'nobody'",
        "summary not = 'nobody'",
    ],
)
def test_it_holds(text):
    assert holds(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "id=8",
        "id not in (7)",
        "id not > 6",
        "summary like 'guy'",
        "summary contains '[old]x'",
        "summary like '%[z-a]ld%'",
        "summary like '%[unclosed%'",
        "summary contains 'g*y'",
        "company/id = null",
        "dateEntered > [2020-01-01]",
        "dateEntered != [2020-01-01]",
        "enteredBy not contains 'x'",
        "enteredBy not in ('x')",
        "(id=1 or id=7) and (closedFlag=true)",
    ],
)
def test_it_does_not_hold(text):
    assert holds(text) is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ticket=1", "ticket is not a recognized name."),
        ("tags='x'", "tags is not a recognized name."),
        ("tags/name='x'", "tags/name is not a recognized name."),
        ("severity='Urgent'", "Enum value supplied was invalid"),
        ("severity Not Like 'Urg%'", "Enum value supplied was invalid"),
        ("closedFlag=1", "Expected a boolean value, not a numeric. String values should be"),
        ("id='7'", "Expected a numeric value, not a string."),
        ("id=7.5", "7.5 is not an integer."),
        ("summary=7", "Expected a string value, not a numeric."),
        ("summary=true", "Expected a string value, not a boolean."),
        ("due='2026-01-01'", "Expected a datetime value, not a string."),
        ("due=[whenever]", "[whenever] is not a valid DateTime."),
        ("due=[2026-01-01T10:00:00+02:00]", "[2026-01-01T10:00:00+02:00] is not a valid"),
        ("board=3", "board can only be compared with null."),
        ("id like '7'", "Expected a numeric value, not a string."),
        ("id contains 7", "contains needs a string."),
        ("id < null", "null can only be compared by = and !=."),
        ("id in (null, 1)", "null can only be compared by = and !=."),
        ("", "Unexpected the end."),
        ("id", "Unexpected the end."),
        ("id=", "Unexpected the end."),
        ("id=7 and", "Unexpected the end."),
        ("id=7 id=8", "Unexpected 'id'."),
        ("(id=7", "Expected ')'."),
        ("id in 7", "Expected '('."),
        ("id in ()", "Unexpected ')'."),
        ("not (id=7)", "Unexpected 'not'."),
        ("id is 7", "Unexpected 'is'."),
        ("id=seven", "Unexpected 'seven'."),
        ("summary='it's'", "Unexpected 's'."),
        ('summary="open', "Unexpected text near"),
        ("id=7;", "Unexpected text near ';'"),
        ("(" * 61 + "id=7" + ")" * 61, "The condition is nested too deeply."),
    ],
)
def test_it_refuses_with_the_vendors_sentence(text, message):
    with pytest.raises(ConditionError) as caught:
        holds(text)
    assert str(caught.value).startswith(message)


def test_and_binds_tighter_than_or():
    tree = parse("id=1 or id=2 and id=3")
    assert isinstance(tree, Group)
    assert tree.joint == "or"
    assert isinstance(tree.parts[1], Group)


NAMES = st.sampled_from(["id", "summary", "board/name", "_info/lastUpdated"])
VALUES = st.one_of(
    st.builds(Value, st.just("string"), st.text(max_size=12)),
    st.builds(Value, st.just("numeric"), st.integers().map(str)),
    st.builds(Value, st.just("boolean"), st.sampled_from(["true", "false"])),
    st.builds(Value, st.just("null"), st.just("")),
    st.builds(Value, st.just("datetime"), st.sampled_from(["today", "2026-01-01T00:00:00Z"])),
)
COMPARISONS = st.one_of(
    st.builds(
        Comparison,
        NAMES,
        st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "like", "contains"]),
        st.tuples(VALUES),
        st.booleans(),
    ),
    st.builds(
        Comparison,
        NAMES,
        st.just("in"),
        st.lists(VALUES, min_size=1, max_size=3).map(tuple),
        st.booleans(),
    ),
)
TREES = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(
        Group,
        st.sampled_from(["and", "or"]),
        st.lists(inner, min_size=2, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


def written(node):
    """Write a tree out; every group in parentheses."""
    if isinstance(node, Group):
        return f" {node.joint.upper()} ".join(f"({written(part)})" for part in node.parts)
    values = [_literal(value) for value in node.values]
    prefix = "not " if node.negated else ""
    right = f"({', '.join(values)})" if node.operator == "in" else values[0]
    return f"{node.field} {prefix}{node.operator} {right}"


def _literal(value):
    match value.kind:
        case "string":
            return '"' + value.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case "datetime":
            return f"[{value.text}]"
        case "null":
            return "null"
    return value.text


@given(TREES)
def test_what_is_written_is_read_back(tree):
    assert parse(written(tree)) == tree


@given(st.text(alphabet="id summary=<>!()[]'\"\\,andornotlike10.-%*/", max_size=60) | st.text())
@example('"\\')
@example("id=-.5")
def test_no_text_does_more_than_be_refused(text):
    try:
        Compiler(FIELDS, NOW).test(parse(text))(RECORD)
    except ConditionError as error:
        assert str(error)  # noqa: PT017


@given(st.text(min_size=1, max_size=20))
def test_an_escaped_text_is_found_by_contains_and_nothing_else_changes(text):
    escaped = text.replace("[", "[[]").replace("\\", "\\\\").replace('"', '\\"')
    tree = parse(f'summary contains "{escaped}" and id=7')
    assert isinstance(tree, Group)
    assert len(tree.parts) == 2
    assert Compiler(FIELDS, NOW).test(tree)({"id": 7, "summary": f"before {text} after"})


def test_the_api_answers_400(api):
    answer = api.get("/service/tickets", conditions="ticket=1")
    assert answer.status_code == 400
    assert answer.json == {
        "code": "ApiFindCondition",
        "message": "ticket is not a recognized name.",
    }


def test_a_resource_has_no_reference_to_itself(api):
    answer = api.get("/service/boards", conditions="board/name='Help Desk'")
    assert answer.json["message"] == "board/name is not a recognized name."


@pytest.mark.parametrize(
    ("path", "conditions", "found"),
    [
        ("/service/boards", "inactiveFlag=false", 6),
        ("/service/boards/20/statuses", "inactive=false", 10),
        ("/system/members", "inactiveFlag=true", 3),
        ("/system/members", "licenseClass='A'", 2),
        ("/company/companies", 'name contains "O\'Brien"', 1),
        ("/company/companies", "name contains '\"Hub\"'", 1),
        ("/company/companies", "name like 'müller%'", 1),
        ("/company/companies", "name like '%[[]US]'", 1),
        ("/company/companies", "identifier='AcmeDental'", 1),
        ("/system/info/members", "inactiveFlag=true", 3),
    ],
)
def test_it_filters(api, path, conditions, found):
    assert len(api.ids(path, conditions=conditions)) == found
    assert api.get(f"{path}/count", conditions=conditions).json == {"count": found}


def test_tickets_by_configuration_go_by_the_singular(api, tenant):
    device = tenant.configurations_by_ticket[48291][0]
    assert 48291 in api.ids("/service/tickets", conditions=f"configuration/id={device}")
    assert 48291 in api.ids("/service/tickets", conditions=f"configuration/id in (1,{device})")
    for refused in ("configurations/id=1", "configuration/id='x'", "configuration/id>1"):
        assert api.get("/service/tickets", conditions=refused).status_code == 400


def test_children_have_conditions_of_their_own(api):
    everyone = api.get("/company/contacts", pageSize=1000).json
    mail = everyone[5]["communicationItems"][0]["value"]
    wanted = (
        f'communicationItems/value like "{mail}" AND communicationItems/communicationType="Email"'
    )
    assert everyone[5]["id"] in api.ids("/company/contacts", childConditions=wanted)
    both = 'types/name="Primary" and communicationItems/communicationType="Phone"'
    primaries = api.ids("/company/contacts", childConditions=both)
    assert primaries == [c["id"] for c in everyone if c["types"]]
    deep = "communicationItems/type/name='Email' and communicationItems/type/id=1"
    assert api.ids("/company/contacts", childConditions=deep) == [c["id"] for c in everyone]
    missing = "communicationItems/domain=null"
    assert api.ids("/company/contacts", childConditions=missing) == [c["id"] for c in everyone]
    for refused in ("communicationItems/value in ('x')", "nothing/value='x'", "types='x'"):
        answer = api.get("/company/contacts", childConditions=f"({refused}) or types/id=1")
        assert answer.status_code == 400
    assert api.get("/company/contacts", conditions=wanted).status_code == 400


def test_custom_fields_have_conditions_of_their_own(api, tenant):
    tenant.tickets[48291]["customFields"] = [
        {"id": 7, "caption": "Dispatch Billing Required", "value": "Yes"},
        {"id": 9, "caption": "Floors", "value": 3},
        {"id": 8, "caption": "Empty"},
    ]
    for text in (
        'caption="Dispatch Billing Required" AND value != null',
        "caption='Floors' and value=3",
        "caption='Empty' and value=null",
    ):
        assert api.ids("/service/tickets", customFieldConditions=text) == [48291]
    refused = api.get("/service/tickets", customFieldConditions="id in (1)")
    assert refused.status_code == 400


def test_quirks_of_dates_and_scans(api, sim):
    full = {"conditions": "lastUpdated > [2020-01-01T00:00:00Z]"}
    assert api.ids("/service/tickets", **full) != []
    sim.quirks.iso_dates_match_nothing = True
    assert api.ids("/service/tickets", **full) == []
    assert api.ids("/service/tickets", conditions="lastUpdated > [2020-01-01]") != []
    sim.quirks.closed_flag_scan_times_out = True
    answer = api.get("/service/tickets", conditions="closedFlag = False")
    assert answer.status_code == 500
    assert "timeout" in answer.json["message"].lower()
    assert api.get("/service/tickets", conditions="closedFlag=False and id>1").status_code == 200


def test_the_wildcards_are_a_quirk(api, sim):
    assert api.ids("/service/tickets", conditions="summary like 'VPN*'") != []
    sim.quirks.like_wildcards = "%"
    assert api.ids("/service/tickets", conditions="summary like 'VPN*'") == []
