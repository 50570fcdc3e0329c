"""Who may do what: the table of docs/architecture.md as code."""

from enum import StrEnum

from accounts.models import Role, User


class Right(StrEnum):
    """Something a person may be allowed to do inside the own account."""

    READ = "read sessions and post history"
    WORK = "work sessions, link tickets, post and create tickets"
    ADMINISTER = "manage the connection, the mapping, the team and all posts"
    OWN = "transfer or delete the account and change an owner's role"


_GRANTS: dict[Right, frozenset[str]] = {
    Right.READ: frozenset({Role.OWNER, Role.ADMIN, Role.ENGINEER, Role.VIEWER}),
    Right.WORK: frozenset({Role.OWNER, Role.ADMIN, Role.ENGINEER}),
    Right.ADMINISTER: frozenset({Role.OWNER, Role.ADMIN}),
    Right.OWN: frozenset({Role.OWNER}),
}


def may(user: User, right: Right) -> bool:
    """Return whether this person's role grants the right (super admins: always)."""
    return user.is_active and (user.is_superuser or user.role in _GRANTS[right])


def roles_with(right: Right) -> frozenset[str]:
    """Return the roles that grant the right."""
    return _GRANTS[right]


def may_give(user: User, role: str) -> bool:
    """Return whether this person may give a role to others, or take it from them."""
    return may(user, Right.OWN if role == Role.OWNER else Right.ADMINISTER)
