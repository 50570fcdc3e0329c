"""Addresses of logging in and of the account."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("account/choose/", views.choose, name="choose"),
    path("account/admin/", views.admin_home, name="admin-home"),
]
