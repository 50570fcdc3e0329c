"""Addresses of the integrations pages, below /account/admin/integrations/."""

from django.urls import path

from psa import views

app_name = "psa"

urlpatterns = [
    path("", views.integrations, name="integrations"),
    path("connection/", views.save, name="connection-save"),
    path("connection/test/", views.test, name="connection-test"),
    path("connection/delete/", views.delete, name="connection-delete"),
]
