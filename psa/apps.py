"""The psa app: connections, providers, the write path to the PSA."""

from django.apps import AppConfig


class PsaConfig(AppConfig):
    """Connections, providers and the outbox."""

    name = "psa"
    verbose_name = "PSA"
    default_auto_field = "django.db.models.BigAutoField"
