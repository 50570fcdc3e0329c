"""The PSA's members as people look them up: by id, by log-in name, as the page writes them."""

from collections.abc import Iterable

from psa.providers.types import Member


class NotChoosable(Exception):
    """The text names nobody whom a person can be; the message says what to do."""


class Directory:
    """The members of one PSA, ready to be looked up; `psa` is its label."""

    def __init__(self, members: Iterable[Member], psa: str) -> None:
        self.psa = psa
        self._by_id = {member.id: member for member in members}
        self._by_words = {
            words.casefold(): member
            for member in self._by_id.values()
            for words in (member.identifier, label(member))
        }
        self.choosable = tuple(filter(can_be_mapped, self._by_id.values()))

    def get(self, member_id: str) -> Member | None:
        """Return the member of this id, also one whom nobody can be mapped to."""
        return self._by_id.get(member_id)

    def find(self, text: str) -> Member:
        """Return the member that a form names by id, log-in name or label.

        Raises NotChoosable for nobody, for one who left, and for an API member.
        """
        member = self._by_id.get(text) or self._by_words.get(text.casefold())
        if member is None:
            raise NotChoosable("No such member. Choose one from the list, or clear the field.")
        if member.is_api:
            raise NotChoosable(f"{label(member)} is an API member. Choose a person.")
        if not member.is_active:
            raise NotChoosable(f"{label(member)} is inactive in {self.psa}. Choose somebody else.")
        return member


def label(member: Member) -> str:
    """Return how a member is written where one is chosen; log-in names are unique."""
    return f"{member.name} ({member.identifier})"


def can_be_mapped(member: Member) -> bool:
    """Return whether a person can be this member: not one who left, nor an API key."""
    return member.is_active and not member.is_api
