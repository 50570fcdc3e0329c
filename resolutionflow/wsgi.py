"""The WSGI entry point for gunicorn; it starts without errors or not at all."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resolutionflow.settings")

application = get_wsgi_application()
call_command("check")
