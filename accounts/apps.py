"""The accounts app: tenant, people, roles, the access gate."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tenant, people and roles."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Write down what limits refuse."""
        from accounts import security
        from resolutionflow.lib.ratelimit import limit_refused

        limit_refused.connect(security.limit_refused)
