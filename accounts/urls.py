"""Addresses of logging in and of the account."""

from django.urls import path

from accounts.views import account, entrance

app_name = "accounts"
urlpatterns = [
    path("login/", entrance.login, name="login"),
    path("logout/", entrance.logout, name="logout"),
    path("account/choose/", account.choose, name="choose"),
    path("account/admin/", account.admin_home, name="admin-home"),
]
