"""Django's session store over `LogIn`: keys are kept as hashes, and unused log-ins end.

`settings.SESSION_ENGINE` names this module.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import LogIn

# What is remembered of a log-in's beginning: moment, address and user agent class.
BEGINNING = "log_in"
# A log-in that is used is written down as used this often at most.
_USED_EVERY = timedelta(minutes=5)
_RENEWED_EVERY = timedelta(days=1)


def stored_key(session_key: str) -> str:
    """Return what the table holds for the key of a cookie."""
    return sha256(session_key.encode()).hexdigest()[:40]


def still_good(now: datetime) -> Q:
    """Return the condition on log-ins that have neither expired nor been left alone too long."""
    return Q(expire_date__gt=now, used_at__gt=now - settings.SESSION_IDLE)


class SessionStore(DatabaseStore):
    """The session of one browser."""

    used_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> "type[LogIn]":
        """Return our table."""
        from accounts.models import LogIn

        return LogIn

    def note_use(self) -> None:
        """Put off the idle end. Writes at most once in some minutes."""
        now = timezone.now()
        key = self.session_key
        if key is None or self.used_at is None or now - self.used_at < _USED_EVERY:
            return
        self.model.objects.filter(pk=stored_key(key)).update(used_at=now)
        self.used_at = now

    def renew(self) -> None:
        """Put off the end once a day, the cookie's too, but never beyond `SESSION_LONGEST`."""
        began = self.get(BEGINNING)
        if began is None:
            return
        last = datetime.fromisoformat(began[0]) + settings.SESSION_LONGEST
        wanted = min(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE), last)
        if wanted - self.get_expiry_date() >= _RENEWED_EVERY:
            self.set_expiry(wanted)

    def exists(self, session_key: str) -> bool:
        """Return whether the key is taken."""
        return super().exists(stored_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Remove the session of this key, or this one."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored_key(key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row of this session as it stands now."""
        row: Any = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        row.user_id, row.used_at = data.get(SESSION_KEY), timezone.now()
        began, row.address, row.agent = data.get(BEGINNING, ("", "", ""))
        if began:
            row.began_at = datetime.fromisoformat(began)
        return row

    def _get_session_from_db(self) -> Any:
        """Return the row, or None and forget the key if it names no log-in that is still good."""
        key = stored_key(self.session_key or "")
        row: Any = self.model.objects.filter(still_good(timezone.now()), pk=key).first()
        if row is None:
            self._session_key = None
        else:
            self.used_at = row.used_at
        return row
