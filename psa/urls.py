"""Addresses of the integrations pages, below /account/."""

from django.urls import include, path

from psa.views import connection, integrations, members, own

app_name = "psa"

_integrations = [
    path("", integrations.integrations, name="integrations"),
    path("connection/", connection.save, name="connection-save"),
    path("connection/test/", connection.test, name="connection-test"),
    path("connection/delete/", connection.delete, name="connection-delete"),
    path("members/", members.save, name="members-save"),
    path("members/auto-match/", members.auto_match, name="members-auto-match"),
]

urlpatterns = [
    path("me/", own.me, name="me"),
    path("me/member/", own.say, name="me-member"),
    path("admin/integrations/", include(_integrations)),
]
