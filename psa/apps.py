"""The psa app: connections, providers, the write path to the PSA."""

from django.apps import AppConfig


class PsaConfig(AppConfig):
    """Connections, providers and the outbox."""

    name = "psa"
    verbose_name = "PSA"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow who leaves, say which words of the PSA make a weak password, size the room."""
        from django.conf import settings

        from accounts.signals import password_context, person_left
        from psa.leaving import forget_member
        from psa.password_words import words_of
        from resolutionflow.lib import waiting_room

        person_left.connect(forget_member)
        password_context.connect(words_of)
        waiting_room.room.most = settings.PSA_CALLS_PER_PROCESS // 2
