"""The static files as production serves them: collected, named by content, all found."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.management import call_command
from django.template.loader import render_to_string


@pytest.fixture
def collected(settings, tmp_path) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_address_in_a_style_or_page_is_found(collected):
    assert isinstance(staticfiles_storage, ManifestStaticFilesStorage)
    page = render_to_string("500.html")
    addresses = re.findall(r'(?:href|src)="/static/([^"#]+)', page)
    assert len(addresses) > 10
    main = next(name for name in addresses if name.startswith("css/main."))
    imports = re.findall(r'@import url\("([^"]+)"\)', (collected / main).read_text())
    assert len(imports) > 10
    for name in [*addresses, *(f"css/{name}" for name in imports)]:
        assert re.search(r"\.[0-9a-f]{12}\.", name), f"{name} is not named by its content"
        assert (collected / name).is_file()
