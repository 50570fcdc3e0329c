"""People to map, and the simulator's members by name."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse

from accounts.models import User
from psa.members.directory import label
from psa.models import MemberMapping
from psa.opened import open_provider
from psa.providers.types import Member
from tests.builders import map_member

SAVE = "/account/admin/integrations/members/"
AUTO_MATCH = "/account/admin/integrations/members/auto-match/"
TAB = "/account/admin/integrations/?tab=members"


@pytest.fixture
def members(connection) -> dict[str, Member]:
    """Return the members of Northwind's PSA by log-in name."""
    return {member.identifier: member for member in open_provider(connection).list_members()}


@pytest.fixture
def map_to(connection) -> Callable[..., MemberMapping]:
    """Return a maker of mappings that stand already."""

    def make(user: User, member: Member, matched_by: str = "manual_admin") -> MemberMapping:
        return map_member(user, connection, member.id, member.name, matched_by=matched_by)

    return make


@pytest.fixture
def browser(client_of, admin_user):
    return client_of(admin_user)


@pytest.fixture
def form(browser) -> Callable[[], dict[str, str]]:
    """Return what a browser with scripts would send of the page as it stands."""

    def read() -> dict[str, str]:
        page = browser.get(TAB)
        sent = {"connection": str(page.context["connection"].pk), "page": "1"}
        for row in page.context["listing"].rows:
            sent |= {f"member-{row.user.pk}": row.member_id, f"seen-{row.user.pk}": row.seen}
        return sent

    return read


def shown(response: HttpResponse) -> str:
    return response.content.decode()


def pairs() -> dict[str, str]:
    """Return who is mapped to whom, by names."""
    rows = MemberMapping.objects.select_related("user")
    return {row.user.name: row.external_member_name for row in rows}


__all__ = ["AUTO_MATCH", "SAVE", "TAB", "label", "pairs", "shown"]
