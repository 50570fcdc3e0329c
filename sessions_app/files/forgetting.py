"""What goes: files that were taken out of the record long ago, and bytes that no row names.

A row goes before its bytes. Whoever is killed between the two leaves bytes without a row, which
the next run finds; bytes are stored before their row is written, so young ones are left alone.
"""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from sessions_app.files import store
from sessions_app.models import StepFile

_BATCH = 500
# A form is stored within minutes, or never.
_YOUNG = timedelta(days=1)


def prune(before: datetime) -> int:
    """Forget files taken out since before then, alone or with their step, and bytes without a row.

    Returns how many files that were. Raises store.FilesAway where the storage fails; the rows that
    are gone then are found by their bytes the next time.
    """
    return _taken_out(before) + _without_row()


def _taken_out(before: datetime) -> int:
    old = StepFile.objects.filter(Q(removed_at__lt=before) | Q(step__removed_at__lt=before))
    count = 0
    while ids := list(old.values_list("pk", flat=True)[:_BATCH]):
        StepFile.objects.filter(pk__in=ids).delete()
        for file_id in ids:
            if not store.drop(file_id):
                raise store.FilesAway("drop")
        count += len(ids)
    return count


def _without_row() -> int:
    count = 0
    until = timezone.now() - _YOUNG
    for folder in store.stored_ids():
        for start in range(0, len(folder), _BATCH):
            ids = folder[start : start + _BATCH]
            named = set(StepFile.objects.filter(pk__in=ids).values_list("pk", flat=True))
            for file_id in ids:
                if file_id in named or store.stored_at(file_id) > until:
                    continue
                if not store.drop(file_id):
                    raise store.FilesAway("drop")
                count += 1
    return count
