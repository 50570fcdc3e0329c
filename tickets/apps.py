"""The tickets app: ticket pages; it owns no vendor knowledge."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Ticket search, detail and intake."""

    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
