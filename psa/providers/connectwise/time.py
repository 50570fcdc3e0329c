"""Time entries of ConnectWise: what may be booked, booking it once, and finding it again.

Facts of 2026-09 (a Claude plugin's live checks, the published schema): times are UTC in whole
seconds; an entry without a member is charged to the API member, so one is always sent; which work
roles are taken depends on the ticket's location. An entry shows nothing of the note that was
posted with it, so its own text goes to colleagues only.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from psa.providers.connectwise import conditions as c
from psa.providers.connectwise import mapping
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.response import Record
from psa.providers.errors import InvalidRequest, Undecided
from psa.providers.time import Billable, BookedTime, Period, StoredTime, TimeDraft, WorkType
from psa.providers.types import Reference

_ENTRIES = "/time/entries"
# The days that one entry can take, and how far before the first attempt an entry of ours may be
# dated by a clock that was wrong.
_LONGEST = timedelta(days=1)
_MOST_SETUPS = 5
# Two lengths that differ by less are the same: ConnectWise keeps hundredths of an hour.
_SAME = Decimal("0.01")
_BILLABLE = {str(option) for option in Billable}


# --- What may be booked -----------------------------------------------------------------


def work_roles(client: ConnectWiseClient, location_id: str) -> tuple[Reference, ...]:
    """Return the active roles of a location, or of all where it is not known; one call."""
    if location_id:
        rows = _rows(client, f"/system/locations/{location_id}/workRoles")
        found = [
            role
            for row in rows
            if row.get("workRoleInactiveFlag") is not True and (role := _reference(row, "workRole"))
        ]
    else:
        rows = _rows(client, "/time/workRoles")
        found = [_itself(row) for row in rows if row.get("inactiveFlag") is not True]
    return tuple(sorted(found, key=lambda role: role.name.casefold()))


def work_types(client: ConnectWiseClient) -> tuple[WorkType, ...]:
    """Return the active work types, by name; one call."""
    found = [
        WorkType(
            id=str(row["id"]), name=mapping.text_in(row, "name"), billable=_option(row, "billTime")
        )
        for row in _rows(client, "/time/workTypes")
        if row.get("inactiveFlag") is not True
    ]
    return tuple(sorted(found, key=lambda kind: kind.name.casefold()))


def periods(client: ConnectWiseClient) -> tuple[Period, ...]:
    """Return the days that time periods cover; a call for the set-ups, and one for each of them."""
    setups = [
        row
        for row in _rows(client, "/time/timePeriodSetups")
        if mapping.text_in(row, "periodApplyTo") != "Expense"
    ]
    newest = sorted(setups, key=lambda row: row["id"], reverse=True)[:_MOST_SETUPS]
    found = [
        period
        for setup in newest
        for row in _rows(client, f"/time/timePeriodSetups/{setup['id']}/periods")
        if (period := _period(row))
    ]
    return tuple(sorted(found, key=lambda period: period.first))


def _period(row: Record) -> Period | None:
    first, last = mapping.moment_in(row, "startDate"), mapping.moment_in(row, "endDate")
    return Period(first=first.date(), last=last.date()) if first and last else None


def of_member(
    client: ConnectWiseClient, member_id: str, since: datetime, until: datetime
) -> tuple[StoredTime, ...]:
    """Return a member's entries between two moments, in their order.

    Asks from a day before on, because an entry that began then may reach into it.
    """
    wanted = c.and_(
        c.equals(c.TIME_MEMBER, int(member_id)),
        c.after(c.TIME_START, since - _LONGEST),
        c.before(c.TIME_START, until),
    )
    found = [stored(row) for row in _rows(client, _ENTRIES, str(wanted))]
    return tuple(sorted((one for one in found if _reaches(one, since, until)), key=_when))


def _reaches(one: StoredTime, since: datetime, until: datetime) -> bool:
    return one.start is not None and one.start < until and (one.end or one.start) >= since


def _when(one: StoredTime) -> datetime:
    return one.start or datetime.min.replace(tzinfo=UTC)


# --- Booking ----------------------------------------------------------------------------


def book(client: ConnectWiseClient, ticket_id: str, draft: TimeDraft) -> BookedTime:
    """Write the entry, once, and compare what was stored. Raises as writes do."""
    return compared(client.write("POST", _ENTRIES, body(ticket_id, draft)), draft)


def body(ticket_id: str, draft: TimeDraft) -> Record:
    """Return the JSON that books the time.

    Exactly one place is named: that an entry may name none was seen in one client only. The mail
    flags act once on saving, so they are sent as off. Raises InvalidRequest for a `billable` that
    ConnectWise does not know.
    """
    if draft.billable and draft.billable not in _BILLABLE:
        raise InvalidRequest("Choose whether the time is billed, or leave it to {psa}.")
    sent: Record = {
        "chargeToId": int(ticket_id),
        "chargeToType": "ServiceTicket",
        "member": {"id": int(draft.member_id)},
        "timeStart": _moment(draft.start or datetime.combine(draft.day, time.min, UTC)),
        "notes": draft.text,
        "internalNotes": f"ResolutionFlow · {draft.marker}",
        "addToDetailDescriptionFlag": False,
        "addToInternalAnalysisFlag": True,
        "addToResolutionFlag": False,
        "emailResourceFlag": False,
        "emailContactFlag": False,
        "emailCcFlag": False,
    }
    if draft.end:
        sent["timeEnd"] = _moment(draft.end)
    else:
        sent["actualHours"] = float(draft.hours)
    if draft.work_role_id:
        sent["workRole"] = {"id": int(draft.work_role_id)}
    if draft.work_type_id:
        sent["workType"] = {"id": int(draft.work_type_id)}
    if draft.billable:
        sent["billableOption"] = draft.billable
    return sent


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def find(
    client: ConnectWiseClient,
    ticket_id: str,
    draft: TimeDraft,
    *,
    since: datetime,
    exclude: Collection[str] = (),
) -> BookedTime | None:
    """Look through the member's entries on the ticket for the marker.

    Raises Undecided for an entry of the same start and length without a marker of ours, if it may
    have been entered since the first attempt: somebody may have changed its text.
    """
    charged = c.and_(
        c.equals(c.TIME_CHARGED_TO, int(ticket_id)),
        c.equals(c.TIME_MEMBER, int(draft.member_id)),
    )
    rows = [row for row in _read_all(client, str(charged)) if str(row["id"]) not in exclude]
    for row in rows:
        if draft.marker in _texts(row):
            return compared(row, draft)
    if any(_may_be(row, draft, since) for row in rows):
        raise Undecided()
    return None


def _read_all(client: ConnectWiseClient, condition: str) -> Iterator[Record]:
    for page in client.read_pages(_ENTRIES, {"orderBy": "id desc", "conditions": condition}):
        if page.skipped:
            raise Undecided()
        yield from page.records


def _texts(row: Record) -> str:
    return f"{mapping.text_in(row, 'internalNotes')}\n{mapping.text_in(row, 'notes')}"


def _may_be(row: Record, draft: TimeDraft, since: datetime) -> bool:
    entered = mapping.moment_in(row, "dateEntered")
    is_new = entered is None or entered >= since - _LONGEST
    one = stored(row)
    is_same = one.start == draft.start and one.hours is not None and _is_near(one.hours, draft)
    return is_new and is_same and not mapping.text_in(row, "internalNotes")


# --- Reading what stands ----------------------------------------------------------------


def stored(row: Record) -> StoredTime:
    """Return the time entry of a record."""
    return StoredTime(
        id=str(row["id"]),
        ticket_id=str(row.get("chargeToId") or ""),
        member_id=str(mapping.reference_in(row, "member").get("id", "")),
        start=mapping.moment_in(row, "timeStart"),
        end=mapping.moment_in(row, "timeEnd"),
        hours=_hours(row, "actualHours"),
        hours_billed=_hours(row, "hoursBilled"),
        work_role=_reference(row, "workRole"),
        work_type=_reference(row, "workType"),
        billable=_option(row, "billableOption"),
        agreement=_reference(row, "agreement"),
        text=mapping.text_in(row, "notes"),
    )


def compared(row: Record, draft: TimeDraft) -> BookedTime:
    """Return the stored entry, and a sentence for each difference from what was wanted."""
    one = stored(row)
    return BookedTime(time=one, differences=tuple(_differences(one, draft)))


def _differences(one: StoredTime, draft: TimeDraft) -> Iterable[str]:
    if one.member_id and one.member_id != draft.member_id:
        yield "ConnectWise booked the time for another member than the mapped one."
    if one.hours is not None and not _is_near(one.hours, draft):
        yield f"ConnectWise booked {_plain(one.hours)} h, not {_plain(draft.hours)} h."
    if draft.work_role_id and one.work_role and one.work_role.id != draft.work_role_id:
        yield f"ConnectWise booked it as “{one.work_role.name}”, not with the chosen work role."
    if draft.work_type_id and one.work_type and one.work_type.id != draft.work_type_id:
        yield f"ConnectWise booked it as “{one.work_type.name}”, not with the chosen work type."
    if draft.billable and one.billable and one.billable != draft.billable:
        yield f"ConnectWise set it to {one.billable}, not {draft.billable}."


def _is_near(hours: Decimal, draft: TimeDraft) -> bool:
    return abs(hours - draft.hours) <= _SAME


def _plain(hours: Decimal) -> str:
    return f"{hours:.2f}"


def _hours(row: Record, key: str) -> Decimal | None:
    value: Any = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return Decimal(str(value)).quantize(Decimal("0.0001"))
    except InvalidOperation:
        return None


def _option(row: Record, key: str) -> str:
    value = mapping.text_in(row, key)
    return value if value in _BILLABLE else ""


def _itself(row: Record) -> Reference:
    return Reference(id=str(row["id"]), name=mapping.text_in(row, "name"))


def _reference(row: Record, key: str) -> Reference | None:
    nested = mapping.reference_in(row, key)
    return Reference(id=str(nested["id"]), name=mapping.name_in(nested)) if nested else None


def _rows(client: ConnectWiseClient, path: str, condition: str = "") -> Iterator[Record]:
    params = {"orderBy": "id asc"} | ({"conditions": condition} if condition else {})
    for page in client.read_pages(path, params):
        yield from page.records
