"""The simulator beside what live instances answered and the published schema."""

import pytest

from tests.recordings import recorded as sample

from .conftest import NOTES, TICKET, Api
from .shapes import check, same_shape, shape

PREDECESSOR = (
    "predecessorId",
    "predecessorType",
    "predecessorClosedFlag",
    "lagDays",
    "lagNonworkingDaysFlag",
)


@pytest.fixture(scope="module")
def schemas():
    return sample("schemas")["components"]["schemas"]


def test_a_minimal_ticket_is_answered_as_recorded(api):
    body = {
        "summary": "few parameters",
        "company": {"id": 251},
        "status": {"name": "In Progress"},
        "initialDescription": "text",
    }
    # Which parts of an address a site has is the site's own affair.
    same_shape(
        api.post("/service/tickets", body).json,
        sample("ticket_post_201_minimal"),
        optional=("city", "zip"),
    )


def test_a_full_ticket_is_answered_as_recorded(api, tenant):
    recorded = sample("ticket_post_201_full")
    contact = next(iter(tenant.tables["contacts"]))
    body = {
        "summary": recorded["summary"],
        "company": {"id": 250},
        "status": {"name": "In Progress"},
        "type": {"name": "Network"},
        "subtype": {"name": "VPN"},
        "owner": {"identifier": "ERuiz"},
        "contact": {"id": contact},
        "addressLine2": "x",
        "stateIdentifier": "x",
        "contactPhoneExtension": "1",
        "externalXRef": "x",
        "poNumber": "x",
        "requestForChangeFlag": False,
        **{
            name: recorded[name]
            for name in (
                "requiredDate",
                "budgetHours",
                "severity",
                "impact",
                "automaticEmailCc",
                "automaticEmailContactFlag",
                "estimatedStartDate",
                "duration",
            )
        },
    }
    ours = api.post("/service/tickets", body).json
    assert ours["requiredDate"] == recorded["requiredDate"]
    assert ours["automaticEmailCc"] == recorded["automaticEmailCc"]
    # Not simulated: agreements and the order of a project's tickets.
    assert set(recorded) - set(ours) == {"agreement", *PREDECESSOR}
    for name in ("owner", "contact", "type", "subType", "priority", "sla", "_info"):
        assert shape(ours[name]) == shape(recorded[name])


def test_a_replaced_ticket_is_answered_as_recorded(api):
    body = {"summary": "x", "company": {"id": 250}, "severity": "Medium", "impact": "Low"}
    # Somebody was scheduled on the recorded one.
    ours = api.put(TICKET, body).json
    same_shape(ours, sample("ticket_put_200_minimal"), optional=("resources",))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"internalAnalysisFlag": True}, "ticket_note_post_201_internal"),
        (
            {"internalAnalysisFlag": True, "resolutionFlag": True, "detailDescriptionFlag": True},
            "ticket_note_post_201",
        ),
    ],
)
def test_notes_are_answered_as_recorded(api, body, name):
    recorded = sample(name)
    ours = api.post(NOTES, {"text": "rest api note", **body}).json
    same_shape(ours, recorded)
    for flag in (n for n in recorded if n.endswith("Flag")):
        assert ours[flag] == recorded[flag]
    put = api.put(f"{NOTES}/{ours['id']}", {"text": "x", "internalAnalysisFlag": True}).json
    same_shape(put, sample("ticket_note_put_200"))
    same_shape(api.get(NOTES).json[-1], sample("ticket_notes_list")[0])


def test_callbacks_are_answered_as_recorded(api):
    ours = api.post("/system/callbacks", sample("request_callback_post_ticket")).json
    recorded = sample("callback_post_201_ticket")
    same_shape(ours, recorded)
    assert ours["objectId"] == recorded["objectId"] == 1


def test_contacts_items_are_as_recorded(api):
    ours = api.get("/company/contacts/4100").json["communicationItems"][0]
    recorded = sample("contact_patch_before")["communicationItems"][0]
    same_shape(ours, recorded)


def test_contacts_answer_what_was_recorded(api):
    recorded = sample("contact_get_1")[0]
    missing = set(recorded) - set(api.get("/company/contacts/4100").json)
    assert missing == {"relationshipOverride", "companyLocation"}


def test_companies_answer_nothing_that_was_not_recorded(api):
    recorded = sample("company_get")
    assert set(api.get("/company/companies/250").json) - set(recorded) == {"defaultContact"}


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("error_404_ticket", lambda api: api.get("/service/tickets/404")),
        ("error_404_note", lambda api: api.get(f"{NOTES}/404")),
        ("error_404_company", lambda api: api.get("/company/companies/404")),
        ("error_404_contact", lambda api: api.get("/company/contacts/57919")),
        ("error_404_endpoint_does_not_exist", lambda api: api.get("/nothing")),
        ("error_400_note_without_flag", lambda api: api.post(NOTES, {"text": "x"})),
        (
            "error_400_conditions_unknown_field",
            lambda api: api.get("/service/tickets", conditions="ticket=1"),
        ),
        (
            "error_400_conditions_unknown_field_notes",
            lambda api: api.get(NOTES, conditions="note=1"),
        ),
        (
            "quoted_error_400_conditions_reference_on_self",
            lambda api: api.get("/service/boards", conditions="board/name='x'"),
        ),
        (
            "quoted_error_400_conditions_bad_enum",
            lambda api: api.get("/service/tickets", conditions="severity Not Like 'Canceled'"),
        ),
        (
            "error_400_ticket_company_not_found",
            lambda api: api.post("/service/tickets", {"summary": "x", "company": {"id": 19299}}),
        ),
        ("error_400_missing_required_field", lambda api: api.post("/company/contacts", {})),
        (
            "error_400_callback_bad_url_and_level",
            lambda api: api.post(
                "/system/callbacks", {"url": "x", "objectId": 1, "type": "ticket", "level": "x"}
            ),
        ),
    ],
)
def test_errors_are_word_for_word_those_recorded(api, name, call):
    assert call(api).json == sample(name)


def test_the_literal_rules_are_the_vendors(api):
    quoted = sample("quoted_error_400_conditions_syntax")["message"]
    answer = api.get("/service/tickets", conditions="closedFlag=1")
    assert answer.json["message"] == quoted


def test_an_activity_is_not_a_ticket(api):
    answer = api.post("/schedule/entries", {"objectId": 123456, "type": {"id": 1}})
    assert answer.json == sample("quoted_error_400_schedule_wrong_type")


def test_a_second_callback_is_refused_as_recorded(api):
    body = sample("request_callback_post")
    api.post("/system/callbacks", body)
    assert api.post("/system/callbacks", body).json == sample("error_400_callback_exists")


def test_429_is_as_documented(api, sim):
    sim.faults.add("rate_limited", retry_after=30)
    assert api.get(TICKET).json == sample("doc_error_429")


def test_companyinfo_is_as_documented(api):
    ours = api.client.get("/login/companyinfo/northwind").json
    assert set(sample("doc_companyinfo")) == set(ours) - {"SiteUrl"}
    same_shape(ours, sample("old_companyinfo"), optional=("SiteUrl",))


ANSWERED = [
    ("/service/tickets", "Ticket"),
    (NOTES, "ServiceNote"),
    (f"{TICKET}/allNotes", "ServiceTicketNote"),
    (f"{TICKET}/configurations", "ConfigurationReference"),
    ("/service/boards", "Board"),
    ("/service/boards/20/statuses", "BoardStatus"),
    ("/service/boards/20/types", "BoardType"),
    ("/service/boards/20/subtypes", "BoardSubType"),
    ("/service/boards/20/items", "BoardItem"),
    ("/service/boards/20/teams", "BoardTeam"),
    ("/service/boards/20/typeSubTypeItemAssociations", "BoardTypeSubTypeItemAssociation"),
    ("/service/priorities", "Priority"),
    ("/service/sources", "Source"),
    ("/service/locations", "ServiceLocation"),
    ("/service/SLAs", "SLA"),
    ("/company/companies", "Company"),
    ("/company/companies/250/sites", "CompanySite"),
    ("/company/companies/statuses", "CompanyStatus"),
    ("/company/companies/types", "CompanyType"),
    ("/company/communicationTypes", "CommunicationType"),
    ("/company/contacts", "Contact"),
    ("/company/configurations", "CompanyConfiguration"),
    ("/company/configurations/types", "ConfigurationType"),
    ("/system/members", "Member"),
    ("/system/info/members", "MemberInfo"),
    ("/schedule/entries", "ScheduleEntry"),
    ("/schedule/types", "ScheduleType"),
    ("/schedule/statuses", "ScheduleStatus"),
    ("/time/entries", "TimeEntry"),
    ("/time/workTypes", "WorkType"),
    ("/time/workRoles", "WorkRole"),
    ("/time/timePeriodSetups", "TimePeriodSetup"),
    ("/time/timePeriodSetups/1/periods", "TimePeriod"),
    ("/system/locations", "Location"),
    ("/system/locations/11/workRoles", "LocationWorkRole"),
    ("/system/myCompany/timeExpense", "TimeExpense"),
    ("/finance/agreements", "Agreement"),
]


@pytest.mark.parametrize(("path", "name"), ANSWERED)
def test_answers_hold_nothing_that_the_schema_does_not_know(sim, tenant, schemas, path, name):
    records = Api(sim, tenant).get(path, pageSize=1000).json
    assert records
    for record in records:
        check(schemas, name, record, name)


def test_system_info_holds_what_the_schema_knows(api, schemas):
    check(schemas, "Info", api.get("/system/info").json, "Info")


def test_a_new_ticket_holds_what_the_schema_knows(api, schemas):
    body = {"summary": "x", "company": {"id": 250}, "owner": {"identifier": "ERuiz"}}
    check(schemas, "Ticket", api.post("/service/tickets", body).json, "Ticket")
