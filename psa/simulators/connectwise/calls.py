"""One authenticated API call, and the answer to it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request

from . import errors
from .fields import Record
from .quirks import Quirks
from .rights import ACTION_OF, Action
from .store import ApiKey, Tenant

API_ROOT = "/v4_6_release/apis/3.0"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON-able body or the bytes of a file (None: an empty one), and extra headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, whose records they see, and what they sent."""

    tenant: Tenant
    key: ApiKey
    quirks: Quirks
    request: Request
    path: str

    @property
    def parameters(self) -> dict[str, str]:
        """The query string; of a repeated name the first."""
        return self.request.args.to_dict()

    @property
    def member(self) -> Record:
        """The member that the key writes as."""
        return self.tenant.members[self.key.member_id]

    def touch(self, record: Record) -> None:
        """Stamp a record with who changed it when."""
        stamp = {"lastUpdated": self.tenant.now(), "updatedBy": self.member["identifier"]}
        record["_info"] = {**record["_info"], **stamp}

    def body(self) -> Any:
        """Return the parsed JSON body; raises ApiError 400 or 415."""
        if "json" not in (self.request.content_type or "json"):
            raise errors.not_acceptable_media()
        try:
            return json.loads(self.request.get_data())
        except ValueError:
            raise errors.malformed_body() from None

    def record(self) -> Record:
        """Return the body if it is a JSON object; raises ApiError otherwise."""
        body = self.body()
        if not isinstance(body, dict):
            raise errors.malformed_body()
        return body


Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """What answers `method` on `path` (in werkzeug's notation), and the right it takes.

    `action` is the action of that right where the method does not tell it.
    """

    method: str
    path: str
    area: str
    handler: Handler
    action: Action | None = None

    @property
    def needs(self) -> Action:
        """The action that the caller's role must allow."""
        return self.action or ACTION_OF[self.method]
