"""Addresses of the tickets: the list and the picker, the panel and its regions."""

from django.urls import URLPattern, URLResolver

app_name = "tickets"

urlpatterns: list[URLPattern | URLResolver] = []
