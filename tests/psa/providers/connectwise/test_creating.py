"""New tickets where it is ConnectWise's own."""

from typing import Any

import pytest

from psa.providers.connectwise import creating, response
from psa.providers.errors import ServerError, Undecided


class Answering:
    """A client that answers every read with these rows."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = list(rows)

    def read_list(self, path, params, *, page, size):
        return response.listed(response.Reply(value=self.rows), size)


def find(*rows):
    client: Any = Answering(*rows)
    return creating.find(client, "RF-TMINE")


def test_tickets_that_were_not_asked_for_prove_nothing():
    with pytest.raises(ServerError):
        find({"id": 1, "externalXRef": "RF-TOTHER"}, {"id": 2})
    assert find() is None


def test_a_ticket_that_cannot_be_read_may_be_it():
    with pytest.raises(ServerError):
        find({"summary": "no id"})
    with pytest.raises(Undecided):
        find({"summary": "no id"}, {"id": 2})
    mine = {"id": 7, "externalXRef": "RF-TMINE"}
    assert find({"summary": "no id"}, mine) == mine


def test_of_several_tickets_with_the_reference_the_oldest_is_the_one():
    mine = [{"id": number, "externalXRef": "RF-TMINE"} for number in (7, 9)]
    assert find({"id": 5}, *mine) == mine[0]
