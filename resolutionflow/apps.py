"""The project as an app, for its checks, and the Django admin with our own site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as BaseAdminConfig


class ProjectConfig(AppConfig):
    """Registers the system checks."""

    name = "resolutionflow"

    def ready(self) -> None:
        """Import the checks, which registers them."""
        from resolutionflow import checks, checks_exposure, checks_files  # noqa: F401


class AdminConfig(BaseAdminConfig):
    """The Django admin, on the site of resolutionflow.admin."""

    default_site = "resolutionflow.admin.AdminSite"
