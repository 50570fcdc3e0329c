"""Which parameters an endpoint takes: what it reads of a request, and what pages send to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any
from unittest import mock

from django.forms import BaseForm
from django.http import QueryDict


class _RecordingDict(dict[str, Any]):
    """The dict that `QueryDict.dict()` returns inside `recorded_names`."""

    def __init__(self, values: dict[str, Any], names: set[str]) -> None:
        super().__init__(values)
        self._names = names

    def get(self, name: str, default: Any = None) -> Any:
        self._names.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self._names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._names.add(str(name))
        return super().__contains__(name)


@contextmanager
def recorded_names() -> Iterator[set[str]]:
    """Collect the name of each parameter that is read from a query or a form's body."""
    names: set[str] = set()

    def recording(method: Any) -> Any:
        def recorded(self: QueryDict, name: str, *more: Any) -> Any:
            names.add(name)
            return method(self, name, *more)

        return recorded

    def recording_form(init: Any) -> Any:
        # A form may be given a copy of the data, whose reads are not recorded.
        def recorded(self: BaseForm, *arguments: Any, **options: Any) -> None:
            init(self, *arguments, **options)
            names.update(self.add_prefix(name) for name in self.fields if self.is_bound)

        return recorded

    def plain(self: QueryDict) -> _RecordingDict:
        return _RecordingDict({name: self[name] for name in self}, names)

    reads = {
        name: recording(getattr(QueryDict, name))
        for name in ("__getitem__", "get", "getlist", "__contains__")
    }
    with (
        mock.patch.multiple(QueryDict, create=True, dict=plain, **reads),
        mock.patch.object(BaseForm, "__init__", recording_form(BaseForm.__init__)),
    ):
        yield names


class Page(HTMLParser):
    """A page's links that have a query, and its POST forms with the values a browser would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._inside = False
        self._select = self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect links, and the fields of the form that is open."""
        given = {name: value or "" for name, value in attrs}
        addresses = (given.get(name, "") for name in ("href", "hx-get"))
        self.links |= {address for address in addresses if "?" in address}
        if tag == "form":
            self._inside = given.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append((given.get("action", ""), {}))
        elif self._inside:
            self._fill(tag, given)

    def _fill(self, tag: str, given: dict[str, str]) -> None:
        values, name = self.forms[-1][1], given.get("name", "")
        match tag:
            case "input" | "button" if name:
                is_choice = given.get("type") in ("radio", "checkbox", "submit")
                if not is_choice or "checked" in given or name not in values:
                    values[name] = given.get("value", "on" if is_choice else "")
            case "select":
                self._select = name
                values[name] = ""
            case "option" if "selected" in given or not values.get(self._select):
                values[self._select] = given.get("value", "")
            case "textarea":
                self._text = name
                values[name] = ""

    def handle_data(self, data: str) -> None:
        """Collect the text of the textarea that is open."""
        if self._text:
            self.forms[-1][1][self._text] += data

    def handle_endtag(self, tag: str) -> None:
        """Close the textarea or the form."""
        if tag == "textarea":
            self._text = ""
        elif tag == "form":
            self._inside = False
