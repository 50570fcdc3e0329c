"""The product's settings as for development: the suite needs no environment of its own."""

import os

# Off by default in the product; whatever the tests start inherits it unless it says otherwise.
os.environ.setdefault("DEBUG", "1")

from resolutionflow.settings import *  # noqa: F403

STORAGES = {  # In memory, of each process that tests start.
    **STORAGES,  # noqa: F405
    "files": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
# The real one takes a third of a second for each log-in, also in the processes that tests start.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
