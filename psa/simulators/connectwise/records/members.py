"""/system/members, their light form, and API members among them."""

from .. import errors
from ..calls import Answer, Call, Route
from ..fields import Record
from ..reading import Resource
from ..rights import MEMBERS
from ..schema import MEMBER, MEMBER_INFO
from ..store import Tenant
from ..values import person

MEMBER_LIST = Resource("/system/members", MEMBER, "Member", MEMBERS, "members")
_INFO_NAMES = ("id", "identifier", "firstName", "lastName", "defaultEmail", "licenseClass")


def _info_of(tenant: Tenant, parent: int) -> list[Record]:  # noqa: ARG001 - no parent in this path
    return [
        {name: member[name] for name in _INFO_NAMES}
        | {"fullName": person(member), "inactiveFlag": member["inactiveFlag"]}
        | {"_info": member["_info"]}
        for member in tenant.members.values()
    ]


INFO_LIST = Resource("/system/info/members", MEMBER_INFO, "Member", "", of=_info_of)


def by_identifier(call: Call, identifier: str) -> Answer:
    """GET /system/members/{identifier}; system members such as zadmin are not found."""
    for member in call.tenant.members.values():
        if member["identifier"].lower() == identifier.lower():
            return MEMBER_LIST.one(call, member["id"])
    raise errors.not_found("Member", identifier)


ROUTES = [
    *MEMBER_LIST.routes(),
    Route("GET", "/system/members/<identifier>", MEMBERS, by_identifier),
    *INFO_LIST.routes(),
]
