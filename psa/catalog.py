"""What an account's PSA offers to choose from, kept in the cache for a while.

However many ask at once, the PSA is asked once. A failure is not kept; that a right is
missing is an answer, kept shortly so that not every page asks in vain.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Any, Generic, TypeVar

from accounts.models import Account
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.drafts import Contact, Subtype, TicketType
from psa.providers.errors import NotAvailable, PermissionMissing, PsaError
from psa.providers.time import Period, StoredTime, WorkType
from psa.providers.types import (
    Board,
    Company,
    FunctionCheck,
    Member,
    Priority,
    Reference,
    RightCheck,
    RightsReport,
    TicketStatus,
    Write,
)
from resolutionflow.lib import plain, single_flight
from resolutionflow.lib.database import release_database
from resolutionflow.lib.side_by_side import each
from resolutionflow.lib.waiting_room import Full

T = TypeVar("T")

# Seconds. Boards and statuses are set up once in a while; people and companies come and go.
SETUP_TTL = 60 * 60
PEOPLE_TTL = 15 * 60
# Whoever extends a security role wants to see it work.
MISSING_TTL = 60
# What was booked is asked for when a dialog opens, and looked at again when it is sent.
BOOKED_TTL = 5 * 60
# A day in some zone lies within the same day of UTC and the ones beside it.
_AROUND = timedelta(days=1)

# Calls side by side, well below what one connection may have in flight.
_SIDE_BY_SIDE = 4


@dataclass(frozen=True, slots=True)
class _Missing:
    """Kept in place of an answer: the right that it would need."""

    right: str


plain.remember(
    *(Board, TicketStatus, Priority, Member, Company, TicketType, Subtype, Contact, Reference),
    *(RightsReport, FunctionCheck, RightCheck, Write),
    *(WorkType, Period, StoredTime),
    _Missing,
)


def boards(connection: PsaConnection) -> tuple[Board, ...]:
    """Return the active service boards, by name. May raise PsaError."""
    return remembered(
        connection, "boards", SETUP_TTL, lambda: open_provider(connection).list_boards()
    )


def statuses(connection: PsaConnection, board_id: str) -> tuple[TicketStatus, ...]:
    """Return the active statuses of a board in its own order. May raise PsaError."""
    return remembered(
        connection,
        f"statuses:{_digest(board_id)}",
        SETUP_TTL,
        lambda: open_provider(connection).get_ticket_statuses(board_id),
    )


def all_statuses(connection: PsaConnection) -> dict[str, bool]:
    """Return the names of all boards' statuses, each with whether it is closed; by name.

    Names repeat across boards: one that any board keeps open counts as open. May raise PsaError.
    """
    names: dict[str, bool] = {}
    for _, offered in statuses_by_board(connection):
        for status in offered:
            names[status.name] = status.is_closed and names.get(status.name, True)
    return dict(sorted(names.items(), key=lambda item: item[0].casefold()))


def statuses_by_board(
    connection: PsaConnection,
) -> list[tuple[Board, tuple[TicketStatus, ...]]]:
    """Return each board with its statuses, asked for side by side. May raise PsaError."""
    known = boards(connection)
    asks = [partial(statuses, connection, board.id) for board in known]
    groups = [asks[at : at + _SIDE_BY_SIDE] for at in range(0, len(asks), _SIDE_BY_SIDE)]
    return list(zip(known, chain.from_iterable(map(each, groups)), strict=True))


def priorities(connection: PsaConnection) -> tuple[Priority, ...]:
    """Return the priorities, the most urgent first. May raise PsaError."""
    return remembered(
        connection, "priorities", SETUP_TTL, lambda: open_provider(connection).list_priorities()
    )


def members(connection: PsaConnection) -> tuple[Member, ...]:
    """Return the PSA's members, also inactive and API members. May raise PsaError."""
    return remembered(
        connection, "members", PEOPLE_TTL, lambda: open_provider(connection).list_members()
    )


def companies(connection: PsaConnection, query: str) -> tuple[Company, ...]:
    """Return up to 50 companies that match the words, by name. May raise PsaError."""
    words = " ".join(query.casefold().split())
    return remembered(
        connection,
        f"companies:{_digest(words)}",
        PEOPLE_TTL,
        lambda: open_provider(connection).list_companies(words),
    )


def company(connection: PsaConnection, company_id: str) -> Company:
    """Return one company. May raise PsaError, NotFound included."""
    return remembered(
        connection,
        f"company:{_digest(company_id)}",
        PEOPLE_TTL,
        lambda: open_provider(connection).get_company(company_id),
    )


def types(connection: PsaConnection, board_id: str) -> tuple[TicketType, ...]:
    """Return a board's types with their subtypes and items, by name. May raise PsaError."""
    return remembered(
        connection,
        f"types:{_digest(board_id)}",
        SETUP_TTL,
        lambda: open_provider(connection).list_types(board_id),
    )


def contacts(connection: PsaConnection, company_id: str, query: str) -> tuple[Contact, ...]:
    """Return up to 50 of a company's contacts that match the words. May raise PsaError."""
    words = " ".join(query.casefold().split())
    return remembered(
        connection,
        f"contacts:{_digest(company_id)}:{_digest(words)}",
        PEOPLE_TTL,
        lambda: open_provider(connection).list_contacts(company_id, words),
    )


def contact(connection: PsaConnection, contact_id: str) -> Contact:
    """Return one contact. May raise PsaError, NotFound included."""
    return remembered(
        connection,
        f"contact:{_digest(contact_id)}",
        PEOPLE_TTL,
        lambda: open_provider(connection).get_contact(contact_id),
    )


def work_roles(connection: PsaConnection, location_id: str) -> tuple[Reference, ...]:
    """Return the work roles that tickets of the location take. May raise PsaError."""
    return remembered(
        connection,
        f"work_roles:{_digest(location_id)}",
        SETUP_TTL,
        lambda: open_provider(connection).list_work_roles(location_id),
    )


def work_types(connection: PsaConnection) -> tuple[WorkType, ...]:
    """Return the work types, by name. May raise PsaError."""
    return remembered(
        connection, "work_types", SETUP_TTL, lambda: open_provider(connection).list_work_types()
    )


def periods(connection: PsaConnection) -> tuple[Period, ...]:
    """Return for which days time is taken. May raise PsaError."""
    return remembered(
        connection, "periods", SETUP_TTL, lambda: open_provider(connection).list_periods()
    )


def time_of(connection: PsaConnection, member_id: str, day: date) -> tuple[StoredTime, ...]:
    """Return what a member has booked around a day (UTC), in its order. May raise PsaError."""
    since = datetime.combine(day, time.min, UTC) - _AROUND
    return remembered(
        connection,
        _time_of(member_id, day),
        BOOKED_TTL,
        lambda: open_provider(connection).list_time(member_id, since, since + 3 * _AROUND),
    )


def _time_of(member_id: str, day: date) -> str:
    return f"time:{_digest(member_id)}:{day:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered at this moment; asks the PSA for nothing, and None is for not known."""

    connection: PsaConnection

    def statuses(self, board_id: str) -> tuple[TicketStatus, ...] | None:
        """Return the statuses of a board."""
        return self._get(f"statuses:{_digest(board_id)}")

    def work_roles(self, location_id: str) -> tuple[Reference, ...] | None:
        """Return the work roles of a location."""
        return self._get(f"work_roles:{_digest(location_id)}")

    def periods(self) -> tuple[Period, ...] | None:
        """Return for which days time is taken."""
        return self._get("periods")

    def time_of(self, member_id: str, day: date) -> tuple[StoredTime, ...] | None:
        """Return what a member has booked around a day."""
        return self._get(_time_of(member_id, day))

    def _get(self, what: str) -> tuple[Any, ...] | None:
        key = f"{self.connection.pk}:{what}"
        answer = single_flight.known(_group(self.connection.account_id), key)
        return answer if isinstance(answer, tuple) else None


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What one of the lists above holds, or the failure for which it could not be had."""

    value: T | None = None
    failure: PsaError | None = None

    @property
    def missing_right(self) -> str:
        """The right that the API key lacks for it; "" where that is not the reason."""
        if isinstance(self.failure, PermissionMissing):
            return self.failure.named_right
        return ""

    @property
    def problem(self) -> str:
        """The sentence of a failure that is no missing right; "" where there is none."""
        return "" if self.failure is None or self.missing_right else self.failure.sentence


def ask(question: Callable[[], T]) -> Answer[T]:
    """Return what is answered; raises nothing of the PSA. For pages that can do without it."""
    try:
        return Answer(question())
    except PsaError as failure:
        return Answer(failure=failure)


def missing_rights(answers: Iterable[Answer[Any]]) -> tuple[str, ...]:
    """Return each right that these answers lack once, in their order."""
    return tuple(dict.fromkeys(filter(None, (answer.missing_right for answer in answers))))


def or_missing(
    question: Callable[[PsaConnection], tuple[T, ...]], connection: PsaConnection
) -> tuple[tuple[T, ...], str]:
    """Return what one of the lists above holds and "", or nothing and the right it lacks.

    May raise PsaError otherwise: for pages that are of no use without an answer of the PSA.
    """
    answer = ask(partial(question, connection))
    if answer.problem and answer.failure:
        raise answer.failure
    return answer.value or (), answer.missing_right


def forget(account: Account) -> None:
    """Let the next question about this account's PSA go to the PSA."""
    single_flight.forget(_group(account.pk))


def remembered(connection: PsaConnection, what: str, ttl: int, ask: Callable[[], T]) -> T:
    """Return the remembered answer, or ask and remember it; raises what asking raises."""

    def fetch() -> tuple[T | _Missing, int]:
        try:
            return ask(), ttl
        except PermissionMissing as missing:
            return _Missing(missing.right), MISSING_TTL

    try:
        answer = single_flight.remembered(
            _group(connection.account_id),
            f"{connection.pk}:{what}",
            fetch,
            before_waiting=release_database,
        )
    except Full:
        raise NotAvailable().of(connection.psa_label) from None
    if isinstance(answer, _Missing):
        raise PermissionMissing(answer.right).of(connection.psa_label)
    return answer


def _group(account_id: int) -> str:
    return f"psa:{account_id}"


def _digest(text: str) -> str:
    """Return the text as a cache key may hold it: short, and without blanks."""
    return sha256(text.encode()).hexdigest()[:32]
