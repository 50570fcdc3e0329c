"""A storage on the disk, and the form of a step with files."""

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from tests.sessions_app.files.sending import TEXT


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Return a storage on the disk, of this test alone."""
    backend = "django.core.files.storage.FileSystemStorage"
    files = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "files": files}
    return storages["files"]


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def add(browser, session):
    """Return what sends the form of the next step with these files."""

    def send(*files, alt=("The error",), headers=None, **text):
        sent = {**TEXT, **text, "files": files, "alt": alt}
        return browser.post(reverse("sessions:step-add", args=[session.pk]), sent, headers=headers)

    return send
