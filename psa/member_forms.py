"""The mapping form: a field per person, `member-<user id>`, beside what it showed."""

import re

from django.http import QueryDict

from accounts.models import User
from psa.members.plan import Wish
from psa.models import PsaConnection

_FIELD = re.compile(r"member-(\d{1,18})", re.ASCII)


class MappingForm:
    """What was sent: texts by user id. Whether they hold is `psa.members.mapping.save`'s to say."""

    def __init__(self, data: QueryDict) -> None:
        self._data = data
        fields = ((_FIELD.fullmatch(name), str(data[name]).strip()) for name in data)
        self.typed = {int(match[1]): text for match, text in fields if match}
        self.page = data.get("page")

    def is_about(self, connection: PsaConnection) -> bool:
        """Return whether the form was made for this connection, if it says so."""
        return self._data.get("connection", str(connection.pk)) == str(connection.pk)

    def wishes(self, people: dict[int, User]) -> list[Wish]:
        """Return what is asked for each of these people."""
        return [
            Wish(user=people[pk], text=text, seen=self._data.get(f"seen-{pk}"))
            for pk, text in self.typed.items()
        ]
