"""The psa app: connections, providers, the write path to the PSA."""

from django.apps import AppConfig


class PsaConfig(AppConfig):
    """Connections, providers and the outbox."""

    name = "psa"
    verbose_name = "PSA"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow who leaves: nobody is a member in the PSA for us any more then."""
        from accounts.signals import person_left
        from psa.leaving import forget_member

        person_left.connect(forget_member)
