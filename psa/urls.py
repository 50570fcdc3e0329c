"""Addresses of the integrations pages, below /account/admin/integrations/."""

from django.urls import path

from psa.views import connection, integrations

app_name = "psa"

urlpatterns = [
    path("", integrations.integrations, name="integrations"),
    path("connection/", connection.save, name="connection-save"),
    path("connection/test/", connection.test, name="connection-test"),
    path("connection/delete/", connection.delete, name="connection-delete"),
]
