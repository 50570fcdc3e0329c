"""Whether the process lives, and whether it can do its work; for machines that watch."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from psa.outbox import worker
from resolutionflow.lib.counters import counters

logger = logging.getLogger(__name__)

# A post that is due this long and still waits: nobody runs deliver_posts, or it is stuck.
OUTBOX_PATIENCE = timedelta(minutes=5)


@login_not_required
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer as soon as the process answers at all; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, 503 naming those that do not; details go to the log."""
    parts = {name: _holds(name, probe) for name, probe in _PROBES.items()}
    named = {name: "ok" if holds else "failing" for name, holds in parts.items()}
    return JsonResponse(named, status=200 if all(parts.values()) else 503)


def _holds(name: str, probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception:
        # Whatever a driver raises means the same here: this part cannot be relied on.
        logger.exception("The readiness probe of %s failed", name)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _cache() -> bool:
    key, value = f"readyz:{uuid4()}", "ok"
    cache.set(key, value, timeout=5)
    return bool(cache.get(key) == value) and counters().answers()


def _outbox() -> bool:
    return not worker.is_overdue(timezone.now() - OUTBOX_PATIENCE)


_PROBES: dict[str, Callable[[], bool]] = {
    "database": _database,
    "cache": _cache,
    "outbox": _outbox,
}
