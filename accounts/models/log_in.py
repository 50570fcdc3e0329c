"""The log-ins of people: Django's sessions, with what a person needs to recognise their own."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class LogIn(AbstractBaseSession):
    """One browser that somebody is logged in with.

    `session_key` holds a hash of the key in the browser's cookie, so that nobody who reads the
    table or a back-up of it can log in. A log-in ends at `expire_date`, or earlier when it was
    not used for `settings.SESSION_IDLE`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="log_ins"
    )
    began_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)
    # Where it began: an IPv4 address, or the network of an IPv6 address.
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-used_at"]
        verbose_name = "log-in"

    def __str__(self) -> str:
        return f"{self.agent} since {self.began_at:%Y-%m-%d %H:%M}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store that keeps its sessions here, which the settings name."""
        return import_module(settings.SESSION_ENGINE).SessionStore
