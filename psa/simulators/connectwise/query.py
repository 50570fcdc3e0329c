"""Query strings of lists: conditions, order, pages, chosen fields, the Link header."""

import heapq
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from . import errors
from .conditions import Compiler, ConditionError, parse
from .conditions.children import any_child, any_custom_field
from .conditions.evaluate import Extra, Getter, Test, sort_key
from .fields import Fields, Record
from .quirks import Quirks
from .store import Tenant

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 1000
# From so many records on, what a query finds is remembered until the next write.
LARGE = 5_000
REMEMBERED = 100
CONDITIONS = ("conditions", "childConditions", "customFieldConditions")
ORDERED = (*CONDITIONS, "orderBy")


@dataclass(frozen=True, slots=True)
class Page:
    """What one list request gets: the records, and the links to the others."""

    records: list[Record]
    link: str


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one list request."""

    fields: Fields
    children: Mapping[str, Fields]
    parameters: Mapping[str, str]
    tenant: Tenant
    quirks: Quirks
    extra: Extra

    def matching(self, records: Collection[Record]) -> list[Record]:
        """Return the records that all three kinds of conditions let through.

        Raises ApiError 400 `ApiFindCondition` for text that is no condition.
        """
        return self._remembered(CONDITIONS, len(records), lambda: self._matching(records))

    def _matching(self, records: Iterable[Record]) -> list[Record]:
        for test in self._tests():
            records = filter(test, records)
        return list(records)

    def _remembered(
        self, names: Iterable[str], size: int, find: Callable[[], list[Record]]
    ) -> list[Record]:
        """Find among many only what was not found since the last write, as an index would."""
        if size < LARGE:
            return find()
        key = (id(self.fields), *(self.parameters.get(name, "") for name in names))
        found = self.tenant.found
        if key not in found:
            if len(found) >= REMEMBERED:
                found.clear()
            found[key] = find()
        return found[key]

    def _tests(self) -> list[Test]:
        given = self.parameters
        tests = []
        try:
            if text := given.get("conditions", "").strip():
                self._refuse_slow_scans(text)
                tests.append(self._compiler(self.fields, self.extra).test(parse(text)))
            if text := given.get("childConditions", "").strip():
                tests.append(any_child(parse(text), self.children, self._compiler))
            if text := given.get("customFieldConditions", "").strip():
                tests.append(any_custom_field(parse(text), self._compiler))
        except ConditionError as error:
            raise errors.find_condition(str(error)) from error
        return tests

    def _refuse_slow_scans(self, text: str) -> None:
        alone = text.replace(" ", "").lower() == "closedflag=false"
        if self.quirks.closed_flag_scan_times_out and alone:
            raise errors.timed_out()

    def _compiler(self, fields: Fields, extra: Extra | None = None) -> Compiler:
        return Compiler(
            fields,
            self.tenant.clock(),
            extra,
            wildcards=self.quirks.like_wildcards,
            iso_dates_match_nothing=self.quirks.iso_dates_match_nothing,
            reference_is_null=self.quirks.reference_is_null == "accepted",
        )

    def page(self, records: list[Record], address: str) -> Page:
        """Return the wanted part of `records`, in order; `address` is the list's public URL."""
        size = _positive(self.parameters.get("pageSize"), DEFAULT_PAGE_SIZE, least=1)
        size = min(size, self._most)
        number = _positive(self.parameters.get("page"), 1, least=1)
        start = (number - 1) * size
        ordered = self._remembered(ORDERED, len(records), lambda: self._ordered(records))
        last = max(1, -(-len(records) // size))
        return Page(ordered[start : start + size], self._links(address, number, last))

    @property
    def _most(self) -> int:
        return self.quirks.most_per_page or MAX_PAGE_SIZE

    def page_after(self, records: list[Record], address: str) -> Page:
        """Return a forward-only page: ordered by id, from behind `pageId`, one link onward."""
        if self.parameters.get("orderBy"):
            raise errors.find_condition("orderBy is not supported with forward-only pagination.")
        size = _positive(self.parameters.get("pageSize"), DEFAULT_PAGE_SIZE, least=1)
        after = _positive(self.parameters.get("pageId"), 0, least=0)
        wanted = [record for record in records if record["id"] > after]
        part = heapq.nsmallest(min(size, self._most), wanted, key=_id)
        if not part:
            return Page([], "")
        url = self._url(address, pageId=part[-1]["id"])
        return Page(part, f'<{url}>; rel="next"')

    def _ordered(self, records: list[Record]) -> list[Record]:
        order = self.parameters.get("orderBy", "").strip()
        if not order:
            return records
        for part in reversed(order.split(",")):
            key, descending = self._order_key(part.split())
            records = _sorted(records, key, descending)
        return records

    def _order_key(self, words: list[str]) -> tuple[Getter, bool]:
        name, direction = (*words, "asc")[:2] if len(words) in (1, 2) else ("", "")
        if direction.lower() not in ("asc", "desc"):
            raise errors.find_condition("orderBy is not valid.")
        field = self.fields.find(name)
        if field is None or field.type in ("ref", "list"):
            raise errors.find_condition(f"{name} is not a recognized name.")
        return sort_key(field), direction.lower() == "desc"

    def _links(self, address: str, number: int, last: int) -> str:
        relations = []
        if number < last:
            relations.append(("next", number + 1))
        if number > 1:
            relations.append(("prev", number - 1))
        relations += [("first", 1), ("last", last)]
        return ", ".join(
            f'<{self._url(address, page=page)}>; rel="{relation}"' for relation, page in relations
        )

    def _url(self, address: str, **position: int) -> str:
        """Return the URL as recorded: slash before `?`, lower-case hex, the position last."""
        own = [(k, v) for k, v in self.parameters.items() if k not in ("page", "pageId")]
        pairs = own + [(name, str(value)) for name, value in position.items()]
        return f"{address}/?" + "&".join(f"{name}={_encoded(value)}" for name, value in pairs)

    def chosen(self, shaped: Record) -> Record:
        """Return only what `fields` names; `_info` is left out unless named."""
        names = [name.strip() for name in self.parameters.get("fields", "").split(",")]
        names = [name for name in names if name]
        if not names:
            return shaped
        picked: Record = {}
        for name in names:
            self._pick(shaped, name, picked)
        return picked

    def _pick(self, shaped: Record, name: str, picked: Record) -> None:
        top, _, inner = name.partition("/")
        spelled = self.fields.spelled(top)
        if spelled is None:
            if self.quirks.unknown_names_in_fields == "refused":
                raise errors.find_condition(f"{name} is not a recognized name.")
            return
        if spelled not in shaped:
            return
        value = shaped[spelled]
        if not inner:
            picked[spelled] = _without_info(value) if spelled != "_info" else value
        elif isinstance(value, dict):
            _pick_inside(value, inner, picked.setdefault(spelled, {}))


def _pick_inside(value: Record, inner: str, picked: Record) -> None:
    for key in value:
        if key.lower() == inner.lower():
            picked[key] = value[key]


def _without_info(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if k != "_info"}
    return value


def _id(record: Record) -> int:
    return int(record["id"])


def _sorted(records: list[Record], key: Getter, descending: bool) -> list[Record]:
    """Order by `key`; what lacks it counts as less than everything."""
    keys = [key(record) for record in records]
    missing = [record for record, value in zip(records, keys, strict=True) if value is None]
    places = [place for place, value in enumerate(keys) if value is not None]
    places.sort(key=keys.__getitem__, reverse=descending)
    ordered = [records[place] for place in places]
    return ordered + missing if descending else missing + ordered


def _positive(text: str | None, default: int, least: int) -> int:
    if text is None or not text.strip():
        return default
    try:
        return max(least, int(text))
    except ValueError:
        raise errors.find_condition(f"{text} is not a valid number.") from None


def _encoded(value: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quote_plus(value, safe=""))
