"""The properties of each kind of record, after the vendor's published schema.

What a record lacks because it has its default lies in the `…_DEFAULTS`: one copy for all.
"""

from .fields import Record, describe

_CURRENCY: Record = {
    "id": 7,
    "symbol": "$",
    "currencyCode": "USD",
    "decimalSeparator": ".",
    "numberOfDecimals": 2,
    "thousandsSeparator": ",",
    "negativeParenthesesFlag": False,
    "displaySymbolFlag": True,
    "currencyIdentifier": "USD",
    "displayIdFlag": False,
    "rightAlign": False,
    "name": "US Dollars",
}
_CUSTOM = {"entryMethod": "EntryField", "numberOfDecimals": 0}
TICKET_CUSTOM_FIELDS: list[Record] = [
    {"id": 7, "caption": "Dispatch Billing Required", "type": "Text", **_CUSTOM},
    {"id": 36, "caption": "Maintenance Window", "type": "Date", **_CUSTOM},
    {"id": 37, "caption": "T&M Billing Required", "type": "Checkbox", **_CUSTOM},
]
TICKET_DEFAULTS: Record = {
    "recordType": "ServiceTicket",
    "severity": "Medium",
    "impact": "Medium",
    "allowAllClientsPortalView": False,
    "customerUpdatedFlag": False,
    "automaticEmailContactFlag": False,
    "automaticEmailResourceFlag": False,
    "automaticEmailCcFlag": False,
    "closedFlag": False,
    "approved": True,
    "estimatedExpenseCost": 0.0,
    "estimatedExpenseRevenue": 0.0,
    "estimatedProductCost": 0.0,
    "estimatedProductRevenue": 0.0,
    "estimatedTimeCost": 0.0,
    "estimatedTimeRevenue": 0.0,
    "billingMethod": "ActualRates",
    "subBillingMethod": "ActualRates",
    "resolveMinutes": 0,
    "resPlanMinutes": 0,
    "respondMinutes": 0,
    "isInSla": True,
    "hasChildTicket": False,
    "hasMergedChildTicketFlag": False,
    "billTime": "NoDefault",
    "billExpenses": "NoDefault",
    "billProducts": "NoDefault",
    "location": {"id": 11, "name": "Main Office"},
    "department": {"id": 5, "identifier": "Services", "name": "Professional Services"},
    "sla": {"id": 3, "name": "Standard SLA"},
    "currency": _CURRENCY,
    "escalationLevel": 10,
    "minutesBeforeWaiting": 0,
    "respondedSkippedMinutes": 0,
    "resplanSkippedMinutes": 0,
    "customFields": TICKET_CUSTOM_FIELDS,
}
BILLING = "Billable|DoNotBill|NoCharge|NoDefault"
_METHODS = "ActualRates|FixedFee|NotToExceed|OverrideRate"
TICKET = describe(
    f"""
    id:int summary recordType=ServiceTicket|ProjectTicket|ProjectIssue board/ status/ workRole/
    workType/ company/identifier site/ siteName addressLine1 addressLine2 city stateIdentifier zip
    country/ contact/ contactName contactPhoneNumber contactPhoneExtension contactEmailAddress
    type/ subType/ item/ team/ owner/identifier priority/sort serviceLocation/ source/
    requiredDate:date budgetHours:num opportunity/ agreement/ agreementType
    severity=Low|Medium|High impact=Low|Medium|High externalXRef poNumber
    allowAllClientsPortalView:bool customerUpdatedFlag:bool automaticEmailContactFlag:bool
    automaticEmailResourceFlag:bool automaticEmailCcFlag:bool automaticEmailCc closedDate:date
    closedBy closedFlag:bool actualHours:num approved:bool estimatedExpenseCost:num
    estimatedExpenseRevenue:num estimatedProductCost:num estimatedProductRevenue:num
    estimatedTimeCost:num estimatedTimeRevenue:num billingMethod={_METHODS} billingAmount:num
    hourlyRate:num subBillingMethod={_METHODS} dateResolved:date dateResplan:date
    dateResponded:date resolveMinutes:int resPlanMinutes:int respondMinutes:int isInSla:bool
    resources parentTicketId:int hasChildTicket:bool hasMergedChildTicketFlag:bool
    billTime={BILLING} billExpenses={BILLING} billProducts={BILLING} estimatedStartDate:date
    duration:int location/ department/identifier mobileGuid sla/ slaStatus
    requestForChangeFlag:bool currency/ mergedParentTicket/ escalationStartDateUTC:date
    escalationLevel:int minutesBeforeWaiting:int respondedSkippedMinutes:int
    resplanSkippedMinutes:int customFields[]
    """,
    TICKET_DEFAULTS,
)
NOTE = describe(
    """
    id:int ticketId:int text detailDescriptionFlag:bool internalAnalysisFlag:bool
    resolutionFlag:bool issueFlag:bool member/identifier contact/ customerUpdatedFlag:bool
    processNotifications:bool dateCreated:date createdBy internalFlag:bool externalFlag:bool
    sentimentScore:num
    """
)
# No noteType here: /allNotes returns it but one instance refuses to filter by it.
ALL_NOTE = describe(
    """
    id:int ticket/ text isMarkdownFlag:bool detailDescriptionFlag:bool internalAnalysisFlag:bool
    resolutionFlag:bool timeStart:date timeEnd:date bundledFlag:bool mergedFlag:bool
    issueFlag:bool originalAuthor createdByParentFlag:bool member/identifier contact/
    noteType=TicketNote|TimeEntryNote|MeetingNote
    """
)
BOARD = describe(
    f"""
    id:int name location/ department/identifier inactiveFlag:bool projectFlag:bool
    billTime={BILLING} billExpense={BILLING} billProduct={BILLING} discussionsLockedFlag:bool
    sendToContactFlag:bool sendToResourceFlag:bool sendToCCFlag:bool
    problemSort=Ascending|Descending resolutionSort=Ascending|Descending
    internalAnalysisSort=Ascending|Descending
    """
)
STATUS = describe(
    """
    id:int name board/ sortOrder:int displayOnBoard:bool inactive:bool closedStatus:bool
    timeEntryNotAllowed:bool roundRobinCatchall:bool defaultFlag:bool customerPortalFlag:bool
    customerPortalDescription saveTimeAsNote:bool
    escalationStatus=NotResponded|Responded|ResolutionPlan|Resolved|NoEscalation
    """
)
TYPE = describe(
    """
    id:int name category=Reactive|Proactive defaultFlag:bool inactiveFlag:bool
    requestForChangeFlag:bool board/ location/ department/identifier
    """
)
SUBTYPE = describe("id:int name inactiveFlag:bool typeAssociationIds[] board/")
ITEM = describe("id:int name inactiveFlag:bool board/")
TEAM = describe(
    """
    id:int name teamLeader/identifier members[] defaultFlag:bool notifyOnTicketDelete:bool
    boardId:int locationId:int businessUnitId:int
    """
)
ASSOCIATION = describe("id:int type/ subType/ item/ board/")
PRIORITY = describe(
    """
    id:int name sortOrder:int defaultFlag:bool urgencySortOrder imageLink
    color=Black|Blue|Cyan|Gray|Green|Lime|Orange|Pink|Purple|Red|White|Yellow|Custom
    level=Critical|High|Medium|Low
    """
)
SOURCE = describe("id:int name defaultFlag:bool")
SERVICE_LOCATION = describe("id:int name where=OnSite|Remote|InHouse defaultFlag:bool")
NAMED = describe("id:int name defaultFlag:bool inactiveFlag:bool identifier")
COMPANY = describe(
    """
    id:int identifier name status/ addressLine1 addressLine2 city state zip country/ phoneNumber
    faxNumber website territory/ accountNumber defaultContact/ dateAcquired:date
    annualRevenue:num numberOfEmployees:int yearEstablished:int revenueYear:int timeZoneSetup/
    leadFlag:bool unsubscribeFlag:bool taxCode/ deletedFlag:bool dateDeleted:date deletedBy
    mobileGuid currency/ isVendorFlag:bool types[] site/ customFields[]
    """,
    {"currency": _CURRENCY},
)
SITE = describe(
    """
    id:int name addressLine1 addressLine2 city zip country/ phoneNumber primaryAddressFlag:bool
    inactiveFlag:bool mobileGuid company/identifier
    """
)
CONTACT = describe(
    """
    id:int firstName lastName company/identifier site/ relationshipOverride department/
    inactiveFlag:bool title nickName marriedFlag:bool childrenFlag:bool portalSecurityLevel:int
    disablePortalLoginFlag:bool unsubscribeFlag:bool mobileGuid defaultPhoneType defaultPhoneNbr
    defaultBillingFlag:bool defaultFlag:bool communicationItems[] types[] customFields[]
    ignoreDuplicates:bool
    """
)
COMMUNICATION_TYPE = describe(
    "id:int description phoneFlag:bool faxFlag:bool emailFlag:bool defaultFlag:bool"
)
CONTACT_CHILDREN = {
    "communicationItems": describe(
        "id:int type/ value defaultFlag:bool domain communicationType=Email|Fax|Phone"
    ),
    "types": describe("id:int name"),
}
COMPANY_CHILDREN = {"types": describe("id:int name")}
CONFIGURATION = describe(
    """
    id:int name type/ status/ company/identifier contact/ site/ location/ department/identifier
    deviceIdentifier serialNumber modelNumber tagNumber purchaseDate:date installationDate:date
    warrantyExpirationDate:date vendorNotes notes macAddress lastLoginName billFlag:bool ipAddress
    defaultGateway osType osInfo cpuSpeed ram localHardDrives manufacturer/ questions[]
    activeFlag:bool managementLink remoteLink mobileGuid displayVendorFlag:bool
    showRemoteFlag:bool showAutomateFlag:bool needsRenewalFlag:bool customFields[]
    """
)
CONFIGURATION_REFERENCE = describe("id:int deviceIdentifier")
MEMBER = describe(
    """
    id:int identifier licenseClass=A|C|F|X inactiveFlag:bool inactiveDate:date firstName
    middleInitial lastName title officeEmail mobileEmail homeEmail primaryEmail
    defaultEmail=Office|Mobile|Home officePhone mobilePhone defaultPhone=Office|Mobile|Home
    hireDate:date securityRole/ timeZone/ calendar/ workRole/ workType/ dailyCapacity:num
    adminFlag:bool defaultLocation/ defaultDepartment/identifier serviceDefaultBoard/
    """
)
MEMBER_INFO = describe(
    """
    id:int identifier firstName middleInitial lastName fullName defaultEmail
    licenseClass=A|C|F|X inactiveFlag:bool
    """
)
SCHEDULE_ENTRY = describe(
    """
    id:int objectId:int name member/identifier where/ dateStart:date dateEnd:date status/
    type/identifier doneFlag:bool acknowledgedFlag:bool ownerFlag:bool meetingFlag:bool
    allowScheduleConflictsFlag:bool mobileGuid closeDate:date hours:num
    """
)
SCHEDULE_TYPE = describe("id:int name identifier systemFlag:bool")
SCHEDULE_STATUS = describe("id:int name defaultFlag:bool showAsTentativeFlag:bool")
DOCUMENT = describe(
    """
    id:int title fileName serverFileName owner linkFlag:bool imageFlag:bool publicFlag:bool
    htmlTemplateFlag:bool readOnlyFlag:bool size:int urlFlag:bool guid
    """
)
DOCUMENT_REFERENCE = describe("id:int name")
ALLOWED_FILE_TYPE = describe("id:int fileType sizeLimit:int")
CALLBACK = describe(
    """
    id:int description url objectId:int type level memberId:int payloadVersion inactiveFlag:bool
    isSoapCallbackFlag:bool isSelfSuppressedFlag:bool connectWiseID
    """
)
