"""The people of the demo; they exist only where DEMO seeds them."""

from typing import NamedTuple

from accounts.models import Role

PASSWORD = "demo-password-123"  # noqa: S105 - shown on the demo's log-in page
ACCOUNT = "Northwind IT"
# Not connected yet: for setting everything up from the beginning.
OTHER_ACCOUNT = "Southside MSP"


class Person(NamedTuple):
    """Somebody to log in as."""

    name: str
    email: str
    role: Role
    account: str


PEOPLE = (
    Person("Olive Owens", "olive@northwind.example", Role.OWNER, ACCOUNT),
    Person("Adam Adler", "adam@northwind.example", Role.ADMIN, ACCOUNT),
    Person("Erin Ruiz", "erin@northwind.example", Role.ENGINEER, ACCOUNT),
    Person("Sam Sato", "sam@northwind.example", Role.ENGINEER, ACCOUNT),
    Person("Vera Vogt", "vera@northwind.example", Role.VIEWER, ACCOUNT),
    Person("Sonja Sand", "sonja@southside.example", Role.ADMIN, OTHER_ACCOUNT),
    Person("Stan Stone", "stan@southside.example", Role.ENGINEER, OTHER_ACCOUNT),
)


def logins() -> list[tuple[str, str, str]]:
    """Return (role, e-mail, password) of each person for the log-in page."""
    return [(person.role.label, person.email, PASSWORD) for person in PEOPLE]
