"""The accounts app: tenant, people, roles, the access gate."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tenant, people and roles."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
