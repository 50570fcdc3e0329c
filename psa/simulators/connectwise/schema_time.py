"""The properties of the time module's records, after the vendor's published schema."""

from .fields import describe
from .schema import BILLING

_RATES = "AdjAmount|Custom|Multiplier"
_STATUSES = (
    "Open|Rejected|PendingApproval|ErrorsCorrected|PendingProjectApproval|ApprovedByTierOne|"
    "RejectBySecondTier|ApprovedByTierTwo|ReadyToBill|Billed|WrittenOff|BilledAgreement"
)
TIME_ENTRY = describe(
    f"""
    id:int company/identifier chargeToId:int member/identifier locationId:int businessUnitId:int
    chargeToType=Company|ServiceTicket|ProjectTicket|ChargeCode|Activity workType/ workRole/
    location/ department/ agreement/type timeStart:date timeEnd:date hoursDeduct:num
    actualHours:num billableOption={BILLING} notes internalNotes
    addToDetailDescriptionFlag:bool addToInternalAnalysisFlag:bool addToResolutionFlag:bool
    emailResourceFlag:bool emailContactFlag:bool emailCcFlag:bool emailCc hoursBilled:num
    invoiceHours:num agreementHours:num agreementAmount:num extendedInvoiceAmount:num
    enteredBy dateEntered:date mobileGuid hourlyRate:num invoiceFlag:bool timeSheet/
    ticket/summary ticketBoard ticketStatus ticketType ticketSubType status={_STATUSES}
    """
)
WORK_TYPE = describe(
    f"""
    id:int name billTime=Billable|DoNotBill|NoCharge rateType={_RATES} rate:num hoursMin:num
    hoursMax:num roundBillHoursTo:num inactiveFlag:bool overallDefaultFlag:bool
    activityDefaultFlag:bool utilizationFlag:bool costMultiplier:num
    """
)
WORK_ROLE = describe("id:int name hourlyRate:num inactiveFlag:bool locationIds[]")
LOCATION = describe(
    "id:int ownerLevelId:int name locationFlag:bool clientFlag:bool workRoleIds[] structureLevel/"
)
LOCATION_ROLE = describe("id:int location/ workRole/ workRoleInactiveFlag:bool")
PERIOD_SETUP = describe(
    """
    id:int periodApplyTo=Both|Expense|Time year:int numberFuturePeriods:int description
    type=Weekly|BiWeekly|SemiMonthly|Monthly daysPastEndDate:int firstPeriodEndDate
    lastDayFlag:bool monthlyPeriodEnds:int
    """
)
PERIOD = describe(
    "id:int period:int startDate:date endDate:date deadlineDate:date timePeriodSetup/"
)
TIME_EXPENSE = describe(
    """
    id:int disableTimeEntryFlag:bool requireTimeNoteFlag:bool requireExpenseNoteFlag:bool
    roundingFactor:num invoiceStart:int tier1ApprovalFlag:bool tier2ApprovalFlag:bool
    internalCompany/identifier
    """
)
AGREEMENT = describe(
    f"""
    id:int name type/ company/identifier agreementStatus=Active|Cancelled|Expired|Inactive
    cancelledFlag:bool noEndingDateFlag:bool startDate:date endDate:date
    applicationUnits=Amount|Hours|Incidents applicationLimit:num applicationUnlimitedFlag:bool
    coverAgreementTime:bool allowOverruns:bool billTime={BILLING} workRole/ workType/
    """
)
