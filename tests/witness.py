"""Looks at everything that the suite produces, and fails the test that lets a credential out.

Pages and downloads of the test client, log records, what commands print, sentences of errors,
the history of the Django admin and the audit. It works in each process of its own, so also
under xdist; the browser tests show it what their real processes wrote.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.contrib.admin.models import LogEntry
from django.core.management.base import OutputWrapper
from django.db.models.signals import post_save
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import AuditEntry
from psa.providers.errors import PsaError

# The cast's password, the keys of the simulator's tenants (also those it adds), and how every
# sealed token begins.
SECRETS = (
    "correct horse battery",
    "ublicKey0",
    "rivateKey0",
    "gAAAAAB",
)
_AS_BYTES = tuple(secret.encode() for secret in SECRETS)


class Witness(logging.Handler):
    """Remembers where a credential came out."""

    def __init__(self) -> None:
        super().__init__()
        self.leaks: list[str] = []

    def see(self, where: str, text: object) -> None:
        """Look at a text, or at bytes."""
        if isinstance(text, bytes):
            found = [secret for secret in _AS_BYTES if secret in text]
        else:
            shown = str(text)
            found = [secret.encode() for secret in SECRETS if secret in shown]
        if found:
            self.leaks.append(f"{where}: {b', '.join(found).decode()}…")

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a log record: its words, what it carries, and its trace's last line."""
        self.see(f"log of {record.name}", (record.getMessage(), vars(record)))

    def see_response(self, where: str, response: Any) -> None:
        """Look at headers and body; at a stream while it is read."""
        self.see(where, list(response.headers.items()))
        if response.streaming:
            response.streaming_content = self._watched(where, response.streaming_content)
        else:
            self.see(where, response.content)

    def _watched(self, where: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.see(where, chunk)
            yield chunk

    def see_row(self, instance: Any, **_: Any) -> None:
        """Look at a row of a history."""
        self.see(type(instance).__name__, vars(instance))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look at everything from now on."""
        logging.getLogger().addHandler(self)
        for history in (LogEntry, AuditEntry):
            post_save.connect(self.see_row, sender=history, weak=False)
        with (
            mock.patch.object(Client, "request", self._after_request(Client.request)),
            mock.patch.object(OutputWrapper, "write", self._before_write(OutputWrapper.write)),
            mock.patch.object(PsaError, "__init__", self._after_error(PsaError.__init__)),
        ):
            yield
        logging.getLogger().removeHandler(self)

    def _after_request(self, request: Callable[..., Any]) -> Callable[..., Any]:
        def watched(client: Client, **environment: Any) -> HttpResponseBase:
            response: HttpResponseBase = request(client, **environment)
            self.see_response(f"answer to {environment.get('PATH_INFO')}", response)
            return response

        return watched

    def _before_write(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def watched(output: OutputWrapper, msg: str = "", *more: Any, **options: Any) -> None:
            self.see("output of a command", msg)
            write(output, msg, *more, **options)

        return watched

    def _after_error(self, init: Callable[..., Any]) -> Callable[..., Any]:
        def watched(error: PsaError, *arguments: Any, **options: Any) -> None:
            init(error, *arguments, **options)
            self.see(f"sentence of {type(error).__name__}", error.sentence)

        return watched
