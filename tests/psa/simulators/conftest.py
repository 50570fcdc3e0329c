"""A small simulator with a clock that tests move, and a client that speaks its API."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client

from psa.simulators.connectwise import Simulator
from psa.simulators.connectwise.calls import API_ROOT

from .booking import BODY, ENTRIES, ERIN


class Clock:
    def __init__(self):
        self.now = datetime(2026, 4, 21, 9, 10, 30, 250_000, tzinfo=UTC)

    def __call__(self):
        return self.now

    def forward(self, seconds):
        self.now += timedelta(seconds=seconds)


class Api:
    """Calls one tenant's API with one key; returns werkzeug's test response."""

    def __init__(self, simulator, tenant, public=None, private=None):
        self.client = Client(simulator)
        keys = f"{tenant.company_id}+{public or tenant.public_key}:{private or tenant.private_key}"
        self.headers = {
            "Authorization": "Basic " + base64.b64encode(keys.encode()).decode(),
            "clientId": tenant.client_id,
        }

    def _open(self, method, path, **options):
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.open(API_ROOT + path, method=method, headers=headers, **options)

    def get(self, path, headers=None, **parameters):
        return self._open("GET", path, query_string=parameters, headers=headers or {})

    def post(self, path, body, **options):
        return self._open("POST", path, json=body, **options)

    def patch(self, path, *operations):
        return self._open("PATCH", path, json=list(operations))

    def put(self, path, body):
        return self._open("PUT", path, json=body)

    def delete(self, path):
        return self._open("DELETE", path)

    def ids(self, path, **parameters):
        answer = self.get(path, pageSize=1000, **parameters)
        assert answer.status_code == 200, answer.text
        return [record["id"] for record in answer.json]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def naps():
    return []


@pytest.fixture
def sim(clock, naps):
    return Simulator(tickets=60, clock=clock, sleep=naps.append)


@pytest.fixture
def tenant(sim):
    return sim.tenants["northwind"]


@pytest.fixture
def api(sim, tenant):
    return Api(sim, tenant)


@pytest.fixture
def status_id(tenant):
    """Find a status by the names of its board and itself."""

    def find(board, name):
        return next(
            s["id"]
            for s in tenant.statuses.values()
            if s["board"]["name"] == board and s["name"] == name
        )

    return find


@pytest.fixture
def book(api):
    """POST an entry for Erin on the demo's ticket; returns the answer's record."""

    def post(**values):
        answer = api.post(ENTRIES, {**BODY, "member": ERIN, **values})
        assert answer.status_code == 201, answer.text
        return answer.json

    return post


def replace_status(id):
    return {"op": "replace", "path": "status", "value": {"id": id}}


TICKET = "/service/tickets/48291"
NOTES = f"{TICKET}/notes"
