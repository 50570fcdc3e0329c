"""Every endpoint: ours from the access matrix, the Django admin's from its own URLconf."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import IGNORED_PARAMS
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import URLPattern, reverse

from tests.house.test_access_matrix import ADDRESSES, EVERYBODY, ROWS, SUPER_ADMIN, World

# <int:number> of a path(), and (?P<name>…) of a re_path().
_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)\)?")
# Lookups that a URL may name, beside those that a list's filters use.
_LOOKUPS = ("exact", "in", "isnull", "gte", "lt", "contains", "iregex", "range")
_DATE_LOOKUPS = ("year", "month", "day", "date", "week_day", "hour")


@dataclass(kw_only=True)
class Endpoint:
    """One method of one route, as a person who may use it would call it.

    `base` is what a valid request sends, `names` are the parameters that it reads, and `status`
    is its answer to `base`. The prober adds to all three.
    """

    route: str
    method: str
    path: str
    person: str
    in_path: dict[str, str] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    status: int = 200

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def is_admins(self) -> bool:
        """Whether it belongs to the Django admin."""
        return self.path.startswith("/admin/")


def all_endpoints(world: World) -> list[Endpoint]:
    """Return every method of every route."""
    return [*_ours(world), *_of_admin()]


def _ours(world: World) -> Iterator[Endpoint]:
    people = {EVERYBODY: "anonymous", SUPER_ADMIN: "super admin"}
    for row in ROWS:
        in_path = {name: str(value) for name, value in ADDRESSES[row.of](world).items()}
        yield Endpoint(
            route=row.route,
            method=row.method,
            path=reverse(row.route, kwargs=in_path),
            person=people.get(row.needs, "own owner"),
            in_path=in_path,
            base={name: str(value) for name, value in row.data.items()},
        )


# --- The Django admin ----------------------------------------------------------------


def _of_admin() -> Iterator[Endpoint]:
    for pattern in admin_patterns():
        model = next((each for each in admin.site._registry if pattern == _folder(each)), None)
        path, in_path = _filled(pattern)
        for method in ("GET", "POST"):
            is_list = method == "GET" and model is not None
            yield Endpoint(
                route=f"admin:{pattern}",
                method=method,
                path=path,
                person="super admin",
                in_path=in_path,
                base={"_facets": "True"} if is_list else {},
                names=_list_parameters(model) if is_list and model else set(),
            )


def admin_patterns() -> Iterator[str]:
    """Yield the pattern of every route of the Django admin, from its beginning."""
    waiting: list[tuple[str, Any]] = [("", found) for found in admin.site.get_urls()]
    while waiting:
        before, found = waiting.pop(0)
        pattern = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield pattern
        else:
            waiting += [(pattern, inner) for inner in found.url_patterns]


def _filled(pattern: str) -> tuple[str, dict[str, str]]:
    """Return the pattern's path with the ids of a row that exists, and these ids."""
    model = next((each for each in admin.site._registry if pattern.startswith(_folder(each))), None)
    row = model._default_manager.first() if model else None
    known = {
        "object_id": str(row.pk) if row else "1",
        "id": str(row.pk) if row else "1",
        "content_type_id": str(ContentType.objects.get(app_label="accounts", model="user").pk),
        "app_label": "accounts",
        "url": "nowhere",
    }
    plain = _GROUP.sub(r"<\1>", pattern).strip("^$")
    in_path = {name: known[name] for name in _CONVERTER.findall(plain)}
    return "/admin/" + _CONVERTER.sub(lambda found: known[found[1]], plain), in_path


def _folder(model: type[Model]) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}/"


def _list_parameters(model: type[Model]) -> set[str]:
    """Return what a list can be asked for: it takes any lookup of the model as a parameter."""
    its = admin.site._registry[model]
    names = {*IGNORED_PARAMS, "p", "e", *(each.name for each in model._meta.concrete_fields)}
    for name in its.list_filter:
        names |= {f"{name}__{lookup}" for lookup in _LOOKUPS}
    if its.date_hierarchy:
        names |= {f"{its.date_hierarchy}__{lookup}" for lookup in _DATE_LOOKUPS}
    return names
