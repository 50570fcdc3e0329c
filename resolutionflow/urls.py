"""Addresses, as the contract promises them; each app keeps its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from resolutionflow import health, styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("account/", include("psa.urls")),
    path("", include("sessions_app.urls")),
    path("", include("tickets.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    *(styleguide.urlpatterns if settings.DEBUG else []),
]

handler400 = "resolutionflow.errors.bad_request"
handler403 = "resolutionflow.errors.forbidden"
handler404 = "resolutionflow.errors.not_found"
handler500 = "resolutionflow.errors.broken"
