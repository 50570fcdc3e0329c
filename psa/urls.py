"""Addresses of the integrations pages, below /account/."""

from django.urls import include, path

from psa.views import connection, integrations, keys, members, own, posts, rights

app_name = "psa"

_integrations = [
    path("", integrations.integrations, name="integrations"),
    path("connection/", connection.save, name="connection-save"),
    path("connection/test/", connection.test, name="connection-test"),
    path("connection/delete/", connection.delete, name="connection-delete"),
    path("members/", members.save, name="members-save"),
    path("members/auto-match/", members.auto_match, name="members-auto-match"),
    path("members/requests/<int:request_id>/", members.decide, name="members-decide"),
    path("posts/", posts.tab, name="posts"),
    path("posts/<uuid:post_id>/", posts.one, name="post"),
    path("posts/<uuid:post_id>/retry/", posts.retry, name="post-retry"),
    path("connection/rights/", rights.check, name="rights"),
    path("connection/rights/next/", rights.check_next, name="rights-next"),
    path("connection/rights/try/", rights.try_writing, name="rights-try"),
    path("connection/keys/", keys.enter, name="keys"),
    path("connection/keys/switch/", keys.switch, name="keys-switch"),
    path("connection/keys/roll-back/", keys.roll_back, name="keys-roll-back"),
    path("connection/keys/discard/", keys.discard, name="keys-discard"),
]

urlpatterns = [
    path("me/", own.me, name="me"),
    path("me/member/", own.say, name="me-member"),
    path("admin/integrations/", include(_integrations)),
]
