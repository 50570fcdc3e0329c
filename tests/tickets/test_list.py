"""The tickets page: its filter is its address, and every bad value gets a sentence."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = "/tickets/"


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def tenant(simulator, connection):
    return simulator.tenants["northwind"]


def numbers(answer) -> list[int]:
    """Return the tickets that an answer lists, in their order."""
    return [int(row.ticket.id) for row in answer.context["found"].rows]


def test_a_browser_gets_the_whole_page(erin, tenant):
    answer = erin.get(LIST)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<html" in text
    assert text.count("data-ticket=") == 25
    print(numbers(answer))
