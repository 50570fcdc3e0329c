"""The sessions app: troubleshooting sessions, their record, and posting it."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Work sessions, steps, export, posting a session to its ticket."""

    name = "sessions_app"
    label = "sessions_app"
    verbose_name = "Sessions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow what becomes of writes to the PSA, and say where tickets and files come from."""
        from psa import file_source
        from psa.outbox.settled import settled
        from sessions_app.files.source import StepFiles
        from sessions_app.settled import show_status
        from sessions_app.ticket_origin import SessionOrigin
        from tickets import origin

        settled.connect(show_status)
        origin.register(SessionOrigin)
        file_source.register(StepFiles())
