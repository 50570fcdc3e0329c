"""Notices: what happened to somebody's log-in, on their own page and by e-mail."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts import mail
from accounts.models import Notice, User

# Kept per person; shown are those of the last month.
MOST_KEPT = 50
SHOWN_FOR = timedelta(days=30)
MOST_SHOWN = 5


def tell(person: User, text: str, *, also_to: Iterable[str] = ()) -> None:
    """Tell the person; by e-mail to their address, and to others that were theirs.

    Inside a transaction the e-mails leave after its end, and with it fail to.
    """
    Notice.objects.create(user=person, text=text)
    newest = Notice.objects.filter(user=person).values_list("pk", flat=True)[:MOST_KEPT]
    Notice.objects.filter(user=person).exclude(pk__in=list(newest)).delete()
    for address in (person.email, *also_to):
        transaction.on_commit(partial(mail.send_notice_later, person, text, address))


def lately(person: User) -> list[Notice]:
    """Return what the person was told in the last month, the newest first."""
    since = timezone.now() - SHOWN_FOR
    return list(Notice.objects.filter(user=person, at__gte=since)[:MOST_SHOWN])
