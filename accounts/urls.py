"""Addresses of logging in, of the account, its people and its audit."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import account, audit, emails, entrance, invitations, log_ins, passwords, team

app_name = "accounts"

person_patterns: list[URLPattern | URLResolver] = [
    path("", team.person, name="person"),
    path("role/", team.role, name="person-role"),
    path("deactivate/", team.deactivate, name="person-deactivate"),
    path("email/", team.email_link, name="person-email"),
    path("reactivate/", team.reactivate, name="person-reactivate"),
    path("transfer/", team.transfer, name="person-transfer"),
    path("password/", team.password_link, name="person-password"),
]

team_patterns: list[URLPattern | URLResolver] = [
    path("", team.listing, name="team"),
    path("invite/", invitations.invite, name="team-invite"),
    path("invitations/<int:invitation_id>/resend/", invitations.resend, name="invite-resend"),
    path("invitations/<int:invitation_id>/withdraw/", invitations.withdraw, name="invite-withdraw"),
    path("<int:user_id>/", include(person_patterns)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", entrance.login, name="login"),
    path("login/state/", entrance.state, name="log-in-state"),
    path("logout/", entrance.logout, name="logout"),
    path("password/", passwords.forgotten, name="forgotten"),
    path("password/<int:user_id>/<str:token>/", passwords.choose, name="new-password"),
    path("email/<str:token>/", emails.confirm, name="email"),
    path("invite/<str:token>/", invitations.accept, name="invite"),
    path("account/choose/", account.choose, name="choose"),
    path("account/me/password/", passwords.own, name="own-password"),
    path("account/me/email/", emails.own, name="own-email"),
    path("account/me/logins/", log_ins.own, name="own-log-ins"),
    path("account/admin/", account.admin_home, name="admin-home"),
    path("account/admin/team/", include(team_patterns)),
    path("account/admin/time-rules/", account.rules_of_time, name="time-rules"),
    path("account/admin/audit/", audit.listing, name="audit"),
    path("account/admin/audit/check/", audit.check, name="audit-check"),
]
