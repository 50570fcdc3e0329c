"""Addresses of the dashboard and the sessions."""

from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [
    path("", TemplateView.as_view(template_name="layouts/app.html"), name="dashboard"),
]
