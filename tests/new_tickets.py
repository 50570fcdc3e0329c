"""What the tests of new tickets share, those that sessions spin off too."""

from uuid import uuid4

import pytest

from psa.models import TicketCreation

NEW = "/tickets/new/"


@pytest.fixture
def browser(client_of, engineer, connection):
    return client_of(engineer)


@pytest.fixture
def company(tenant):
    return next(c for c in tenant.companies.values() if c["identifier"] == "Contoso")


@pytest.fixture
def sent(company):
    """Return what the form sends for the shortest ticket."""
    return {
        "summary": "Printer jams again",
        "company": str(company["id"]),
        "company_name": company["name"],
        "board": "20",
        "request_id": str(uuid4()),
    }


@pytest.fixture
def failed(account, connection, engineer, company):
    chosen = {
        "company": {"id": str(company["id"]), "name": company["name"]},
        "board": {"id": "20", "name": "Help Desk"},
    }
    return TicketCreation.objects.create(
        account=account,
        connection=connection,
        request_id=uuid4(),
        reference="RF-TFAILED",
        summary="Printer jams again",
        description="Since Monday.",
        chosen=chosen,
        state="failed",
        error="ConnectWise refused it.",
        attempts=1,
        made_by=engineer,
        made_by_name="Erin",
    )


def newest(tenant):
    return tenant.tickets[max(tenant.tickets)]


def words(answer):
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def autosaves(answer):
    """Return the name under which the form keeps its text."""
    text = words(answer)
    return text.partition('data-autosave="')[2].partition('"')[0].split("/")[-2]


def pairs(tenant, board=20):
    """Return a type, a subtype of it, and an item of both."""
    ties = tenant.tables["associations"].values()
    tie = next(tie for tie in ties if tie["board"]["id"] == board)
    return {
        name: str(tie[key]["id"])
        for name, key in (("type", "type"), ("subtype", "subType"), ("item", "item"))
    }
