"""The outboxes in the Django admin: what was sent to the PSA, for reading, and to try again."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin_scope import AccountScopedAdmin
from psa.models import Post, TicketChange
from psa.outbox import notes, worker
from psa.outbox.intent import NotRetryable
from psa.outbox.kinds import KINDS
from psa.outbox.kinds.base import Kind
from psa.outbox.lease import Row


class OutboxAdmin(AccountScopedAdmin):
    """An outbox, for reading: it is evidence of what was sent."""

    date_hierarchy = "created_at"
    list_select_related = ["account"]
    # Counting all rows besides those that are asked for costs more than it tells.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made by sending."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was sent is not rewritten."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was sent is not forgotten."""
        del request, obj
        return False


def _retry(
    page: OutboxAdmin, request: HttpRequest, rows: QuerySet[Row], again: Callable[[Row], None]
) -> None:
    """Queue each of the rows again, and say what cannot be."""
    queued = 0
    for row in rows:
        try:
            again(row)
        except NotRetryable as problem:
            page.message_user(request, f"{row}: {problem}", messages.WARNING)
        else:
            queued += 1
    if queued:
        answer = f"{queued} queued again. They are sent in a moment; reload to see."
        page.message_user(request, answer, messages.SUCCESS)


def _retry_post(post: Post) -> None:
    again = notes.retry_status if post.state == Post.State.POSTED else notes.retry_note
    again(post)


@admin.register(Post)
class PostAdmin(OutboxAdmin):
    """The post log."""

    fields = [
        "account",
        "connection",
        "ticket_id",
        "note_type",
        "content",
        "state",
        "external_note_id",
        "warning",
        "error",
        "status_label",
        "status_changed_from",
        "status_changed_to",
        "status_error",
        "attempts",
        "next_attempt_at",
        "posted_by_name",
        "posted_at",
        "created_at",
    ]
    list_display = [
        "created_at",
        "ticket_id",
        "note_type",
        "state",
        "status_label",
        "posted_by_name",
        "account",
    ]
    list_filter = ["state", "note_type", "ticketchange_part__state"]
    readonly_fields = [
        "status_label",
        *("status_changed_from", "status_changed_to", "status_error"),
    ]
    actions = ["retry"]
    search_fields = ["ticket_id", "external_note_id", "posted_by_name", "content"]

    @admin.action(description="Retry what failed", permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Queue failed notes, and failed status changes of posted ones, again."""
        _retry(self, request, queryset, _retry_post)


@admin.register(TicketChange)
class TicketChangeAdmin(OutboxAdmin):
    """Changes of status and people."""

    fields = [
        "account",
        "connection",
        "ticket_id",
        "kind",
        "wanted_name",
        "seen_name",
        "current_name",
        "state",
        "error",
        "error_kind",
        "sent_at",
        "next_attempt_at",
        "made_by_name",
        "created_at",
        "updated_at",
    ]
    list_display = [
        "created_at",
        "ticket_id",
        "kind",
        "wanted_name",
        "state",
        "made_by_name",
        "account",
    ]
    list_filter = ["state", "kind"]
    search_fields = ["ticket_id", "wanted_name", "made_by_name"]


class KindAdmin(OutboxAdmin):
    """A kind of write that needs no page of its own: all that its rows tell people."""

    kind: Kind[Any]
    exclude = ["request_id", "lease_until"]
    actions = ["retry"]
    list_filter = ["state"]

    @admin.action(description="Retry what failed", permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Queue failed rows again."""
        _retry(self, request, queryset, lambda row: worker.retry(self.kind, row))


for kind in KINDS:
    if not admin.site.is_registered(kind.model):
        columns = {
            "kind": kind,
            "list_display": ["created_at", *kind.listed, "state", "account"],
            "search_fields": kind.listed,
        }
        admin.site.register(kind.model, type(f"{kind.model.__name__}Admin", (KindAdmin,), columns))
