"""The cast that every test shares, and a network that is closed but for loopback.

Olive owns the account, Adam administers it, Erin works there as an engineer, Vera only
reads. Stan is an engineer of another MSP; Sue is the super admin.
"""

import gc
from collections.abc import Callable
from uuid import uuid4

import hypothesis
import pytest
from django.core.signals import setting_changed
from django.test import Client

from accounts.models import Account, Role, User
from psa.credentials import seal
from psa.models import PsaConnection
from psa.providers.types import Credentials
from resolutionflow.lib import single_flight
from sessions_app import lifecycle
from sessions_app.models import WorkSession
from tests.closed_network import closed_network
from tests.witness import Witness

PASSWORD = "correct horse battery"

# A busy machine is no defect: examples are not timed. They are the same each time, so that what
# passed passes again; `--hypothesis-profile=explore` looks for others.
UNTIMED = hypothesis.settings(
    deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("suite", UNTIMED, derandomize=True, max_examples=40)
hypothesis.settings.register_profile("explore", UNTIMED, max_examples=500)
hypothesis.settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the browser tests: they take longest, and a worker then needs one browser."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """Search for garbage among what is new, seldom: the whole heap took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)


@pytest.fixture(autouse=True, scope="session")
def no_way_out():
    """Let no test reach beyond this machine."""
    with closed_network():
        yield


@pytest.fixture(autouse=True, scope="session")
def watched():
    """Watch everything that the suite produces for credentials."""
    seen = Witness()
    with seen.watching():
        yield seen


@pytest.fixture(autouse=True)
def witness(watched):
    """Fail the test that let a credential out, and only that one."""
    yield watched
    leaks, watched.leaks = watched.leaks, []
    assert leaks == [], "a credential came out"


@pytest.fixture(autouse=True)
def own_cache(settings) -> Callable[[], None]:
    """Give every test a cache, and so rate limits, of its own, in memory or in Redis.

    Return what gives it another, empty one. `cache.clear()` is not for tests: in Redis it
    empties the database, the cache and the counters of the tests beside this one.
    """

    caches = settings.CACHES = {"default": {**settings.CACHES["default"]}}
    mine = caches["default"]

    def renew() -> None:
        # Accounts of different tests have the same keys.
        single_flight._slow_groups.clear()
        # In place: whatever is set anew is one more layer for each setting to be looked up in.
        mine["KEY_PREFIX"] = uuid4().hex
        if "locmem" in mine["BACKEND"]:
            mine["LOCATION"] = mine["KEY_PREFIX"]
        setting_changed.send(None, setting="CACHES", value=caches, enter=True)

    renew()
    settings.RATE_LIMIT_PREFIX = mine["KEY_PREFIX"]
    return renew


@pytest.fixture
def account(db) -> Account:
    return Account.objects.create(name="Northwind IT")


@pytest.fixture
def other_account(db) -> Account:
    return Account.objects.create(name="Southside MSP")


@pytest.fixture
def make_user(db) -> Callable[..., User]:
    def make(name: str, account: Account | None, role: Role = Role.ENGINEER, **fields) -> User:
        return User.objects.create_user(
            f"{name.lower()}@example.com", PASSWORD, name=name, account=account, role=role, **fields
        )

    return make


@pytest.fixture
def owner(make_user, account) -> User:
    return make_user("Olive", account, Role.OWNER)


@pytest.fixture
def admin_user(make_user, account) -> User:
    return make_user("Adam", account, Role.ADMIN)


@pytest.fixture
def engineer(make_user, account) -> User:
    return make_user("Erin", account, Role.ENGINEER)


@pytest.fixture
def viewer(make_user, account) -> User:
    return make_user("Vera", account, Role.VIEWER)


@pytest.fixture
def stranger(make_user, other_account) -> User:
    return make_user("Stan", other_account, Role.ENGINEER)


@pytest.fixture
def super_admin(make_user) -> User:
    return make_user("Sue", None, is_superuser=True)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Return a browser that this person is logged in with."""

    def login(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return login


@pytest.fixture
def make_connection(db, simulator):
    """Return a maker of connections to a tenant of the simulator; making one asks it nothing."""
    from psa import opened

    made = []

    def make(account: Account, company_id: str) -> PsaConnection:
        tenant = simulator.tenants[company_id]
        credentials = Credentials(
            site_url="https://cw.northwind.example",
            company_id=company_id,
            public_key=tenant.public_key,
            private_key=tenant.private_key,
            client_id=tenant.client_id,
        )
        connection = PsaConnection.objects.create(
            provider="connectwise",
            account=account,
            display_name=f"ConnectWise of {company_id}",
            site_url=credentials.site_url,
            company_id=company_id,
            credentials_encrypted=seal(credentials),
        )
        made.append(connection.pk)
        return connection

    yield make
    for connection_id in made:
        opened.forget(connection_id)


@pytest.fixture
def connection(make_connection, account) -> PsaConnection:
    """Return Northwind's connection to the in-process simulator."""
    return make_connection(account, "northwind")


@pytest.fixture
def other_connection(make_connection, other_account) -> PsaConnection:
    """Return Southside's connection to the in-process simulator."""
    return make_connection(other_account, "southside")


@pytest.fixture
def simulator(monkeypatch, settings):
    """Return a small ConnectWise behind the HTTP door, at https://cw.northwind.example."""
    from psa.simulators.connectwise import Simulator
    from tests.simulated import SITE, Patience, install

    patience = Patience()
    fresh = Simulator(tickets=60, sleep=patience)
    settings.PSA_TRUSTED_SITES = [SITE]
    install(monkeypatch, fresh, patience)
    return fresh


@pytest.fixture(autouse=True)
def no_claude(settings):
    """Let no key of the machine's reach the tests: Claude is off unless a test asks for it."""
    settings.ANTHROPIC_API_KEY = ""


@pytest.fixture
def claude_service(monkeypatch, settings, no_claude):
    """Return the stand-in for the Messages API, which everything asks that asks Claude."""
    from tests.claude_service import installed

    with installed(monkeypatch, settings) as service:
        yield service


@pytest.fixture
def session(account, engineer) -> WorkSession:
    """Return an open session of the engineer with three steps."""
    work = lifecycle.start(
        account, engineer, title="VPN drops after five minutes", client_name="Contoso", problem=""
    )
    for kind, title, outcome in (
        ("note", "Only users behind the new firewall policy are affected", ""),
        ("question", "Does the tunnel connect at all?", "Yes, drops later"),
        ("action", "Restore the timer, test with one user", "stable for 20 minutes"),
    ):
        values = {"kind": kind, "title": title, "outcome": outcome}
        lifecycle.add_step(work, {**values, "notes": "", "command_output": ""})
    return work
