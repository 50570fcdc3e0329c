"""Calls endpoints, and learns from their pages and from what they read how to call others."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin

from django.db import DataError, connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import Account
from tests.house.fuzz.endpoints import Endpoint, all_endpoints
from tests.house.fuzz.parameters import Page, recorded_names
from tests.house.test_access_matrix import World, browser

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """A response; `error` is the exception behind a 500."""

    status: int
    body: str
    error: str


class _Browser:
    """One person's browser. Cookies and database are rolled back after each request."""

    def __init__(self, client: Client) -> None:
        client.raise_request_exception = False
        self._client, self._cookies = client, copy.deepcopy(client.cookies)

    def ask(self, method: str, path: str, sent: str, headers: Mapping[str, str] | None) -> Answer:
        """Send percent-encoded parameters: as the query (GET) or as the body (POST)."""
        self._client.cookies = copy.deepcopy(self._cookies)
        with transaction.atomic(), connection.execute_wrapper(_refuse_nul):
            if method == "POST":
                answer: Any = self._client.generic("POST", path, sent, FORM, headers=headers)
            else:
                answer = self._client.generic(method, f"{path}?{sent}", headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        raised = getattr(answer, "exc_info", None)
        return Answer(answer.status_code, body.decode(), repr(raised[1])[:200] if raised else "")


def _refuse_nul(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Raise what PostgreSQL raises, on SQLite as well."""
    if any("\0" in str(value) for value in params or ()):
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return execute(sql, params, many, context)


class Prober:
    """Calls every endpoint as somebody who may use it."""

    def __init__(self, world: World, account: Account) -> None:
        self.world = world
        self.endpoints = all_endpoints(world)
        self._browsers = {
            name: _Browser(browser(world.people[name], account))
            for name in {endpoint.person for endpoint in self.endpoints}
        }

    def ask(
        self,
        endpoint: Endpoint,
        sent: str,
        *,
        path: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the endpoint, and add the parameters that it reads to its names."""
        of_person = self._browsers[endpoint.person]
        with recorded_names() as names:
            answer = of_person.ask(endpoint.method, path or endpoint.path, sent, headers)
        # Names that a value brought along, as "x[]", are read where a view looks through all.
        known = endpoint.names | endpoint.base.keys()
        made_up = {name for name, _ in parse_qsl(sent, keep_blank_values=True)} - known
        endpoint.names |= names - made_up - {"csrfmiddlewaretoken"}
        return answer

    def record_baseline(self) -> None:
        """Call each endpoint once, and take valid values for others from its links and forms."""
        by_name = {str(endpoint): endpoint for endpoint in self.endpoints}
        links: set[str] = set()
        # Pages first: their forms say what a valid POST sends.
        for endpoint in sorted(self.endpoints, key=lambda endpoint: endpoint.method):
            answer = self.ask(endpoint, urlencode(endpoint.base))
            endpoint.status = answer.status
            page = Page(answer.body if endpoint.method == "GET" else "")
            links |= {urljoin(endpoint.path, link) for link in page.links}
            for action, values in page.forms:
                if target := by_name.get(f"POST {_route_of(action or endpoint.path)}"):
                    target.base = {**values, **target.base}
        for link in sorted(links):
            path, _, query = link.partition("?")
            if target := by_name.get(f"GET {_route_of(path)}"):
                self._add_variant(target, dict(parse_qsl(query)))

    def _add_variant(self, endpoint: Endpoint, query: dict[str, str]) -> None:
        """Add the endpoint with this query as another one, if it reads more parameters then."""
        route = f"{endpoint.route}?{'&'.join(query)}"
        variant = replace(endpoint, route=route, base=query, names=set(query))
        variant.status = self.ask(variant, urlencode(query)).status
        variant.names -= endpoint.names
        if variant.names:
            endpoint.names |= variant.names
            self.endpoints.append(variant)


def _route_of(address: str) -> str:
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return ""
    return found.view_name or found.route
