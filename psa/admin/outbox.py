"""The outboxes in the Django admin: what was sent to the PSA, for reading, and to try again."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin_scope import AccountScopedAdmin
from psa.models import Post, TicketChange, TicketCreation
from psa.outbox import notes
from psa.outbox.intent import NotRetryable


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
        queued = 0
        for post in queryset:
            again = notes.retry_status if post.state == Post.State.POSTED else notes.retry_note
            try:
                again(post)
            except NotRetryable as problem:
                self.message_user(request, f"#{post.ticket_id}: {problem}", messages.WARNING)
            else:
                queued += 1
        if queued:
            answer = f"{queued} queued again. They are sent in a moment; reload to see."
            self.message_user(request, answer, messages.SUCCESS)


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


@admin.register(TicketCreation)
class TicketCreationAdmin(OutboxAdmin):
    """New tickets."""

    fields = [
        "account",
        "connection",
        "reference",
        "summary",
        "description",
        "state",
        "ticket_id",
        "warning",
        "error",
        "attempts",
        "created_at",
    ]
    list_display = ["created_at", "summary", "ticket_id", "state", "account"]
    list_filter = ["state"]
    search_fields = ["ticket_id", "summary", "reference"]
