"""Every template of the product compiles and keeps to the content security policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
SPRITE = (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
# What the policy refuses: scripts and styles in the page, handlers, and script addresses.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|hx-vals=.js:", re.I
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_carries_no_script_style_or_handler(name):
    assert INLINE.findall((ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_short_enough_to_read(name):
    assert len((ROOT / name).read_text().splitlines()) <= 100


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_asks_only_for_icons_that_exist(name):
    asked = re.findall(r'components/icon\.html" with name="([\w-]+)"', (ROOT / name).read_text())
    asked += re.findall(
        r'components/empty_state\.html" with icon="([\w-]+)"', (ROOT / name).read_text()
    )
    assert set(asked) <= ICONS


def test_the_guard_sees_what_the_policy_refuses():
    refused = [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<p style="color:red">',
        '<a onclick="x()">',
        '<a href="javascript:x()">',
        '<form hx-on:submit="x()">',
    ]
    assert all(INLINE.search(text) for text in refused)
    assert not INLINE.search('<script src="/static/js/copy.js" defer></script>')
