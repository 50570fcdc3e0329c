"""GET of lists, counts and single records, the same for every kind of record."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from . import errors
from .calls import API_ROOT, Answer, Call, Route
from .conditions.evaluate import Extra
from .fields import Fields, Record
from .links import linked
from .query import Query
from .store import Tenant

Shape = Callable[[Tenant, Record], Record]
# Which records a path shows, given the id in the middle of it (0 if there is none).
Source = Callable[[Tenant, int], Collection[Record]]


def of_board(table: str) -> Source:
    """The records of a table that belong to the board in the path, which must exist."""

    def records(tenant: Tenant, parent: int) -> list[Record]:
        if parent not in tenant.boards:
            raise errors.not_found("Board", parent)
        return [
            record
            for record in tenant.tables[table].values()
            if record.get("boardId", record.get("board", {}).get("id")) == parent
        ]

    return records


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of record that can be listed, counted and read one by one.

    `label` is the word in "… 404 not found"; `area` the right it takes. Records come from a
    whole `table`, or from what `of` returns. `elsewhere` gives names for conditions that are
    not found in the record itself.
    """

    path: str
    fields: Fields
    label: str
    area: str
    table: str = ""
    of: Source | None = None
    shape: Shape = linked
    children: Mapping[str, Fields] = field(default_factory=dict)
    elsewhere: Callable[[Tenant], Extra] | None = None

    def query(self, call: Call, parameters: Mapping[str, str] | None = None) -> Query:
        """Return the query that a call asks of this resource."""
        return Query(
            self.fields,
            self.children,
            call.parameters if parameters is None else parameters,
            call.tenant,
            call.quirks,
            self.elsewhere(call.tenant) if self.elsewhere else {},
        )

    def source(self, tenant: Tenant, parent: int) -> Collection[Record]:
        """Return the records that a path shows; raises ApiError 404 if its parent is unknown."""
        if self.of is None:
            return tenant.tables[self.table].values()
        return self.of(tenant, parent)

    def find(self, tenant: Tenant, record_id: int, parent: int = 0) -> Record:
        """Return one stored record; raises ApiError 404."""
        if self.table:
            record = tenant.tables[self.table].get(record_id)
            found = [record] if record is not None else []
        else:
            found = [r for r in self.source(tenant, parent) if r["id"] == record_id]
        if not found:
            raise errors.not_found(self.label, record_id)
        return found[0]

    def routes(self) -> list[Route]:
        """Return the three GET routes."""
        return [
            Route("GET", self.path, self.area, self.list),
            Route("GET", f"{self.path}/count", self.area, self.count),
            Route("GET", f"{self.path}/<int:id>", self.area, self.one),
        ]

    def list(self, call: Call, parent: int = 0) -> Answer:
        """Answer a page of records; navigable by number, or forward-only by id."""
        query = self.query(call)
        return listed(self, call, query, query.matching(self.source(call.tenant, parent)))

    def count(self, call: Call, parent: int = 0) -> Answer:
        """Answer how many records the conditions let through."""
        matching = self.query(call).matching(self.source(call.tenant, parent))
        return Answer(200, {"count": len(matching)})

    def one(self, call: Call, id: int, parent: int = 0) -> Answer:
        """Answer one record, or its chosen fields."""
        record = self.find(call.tenant, id, parent)
        return Answer(200, self.query(call).chosen(self.shape(call.tenant, record)))


def listed(resource: Resource, call: Call, query: Query, matching: list[Record]) -> Answer:
    """Answer the asked page of `matching` with its Link header."""
    address = call.tenant.public_base + call.path.removeprefix(API_ROOT)
    forward = call.request.headers.get("pagination-type", "").lower() == "forward-only"
    page = (query.page_after if forward else query.page)(matching, address)
    body = [query.chosen(resource.shape(call.tenant, record)) for record in page.records]
    return Answer(200, body, {"Link": page.link})
