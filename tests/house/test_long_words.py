"""No word is too long for a page: whatever people and a PSA call things, nothing is pushed out.

Every page that is shown to somebody is drawn by Chromium, on a desk and on a phone, with names of
a hundred letters and words of two hundred in everything that comes from outside.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache as cache_forever
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, EmailField, Field, Model, TextField
from playwright.sync_api import sync_playwright

from psa import opened
from psa.models import Post, PsaConnection, TicketCreation
from sessions_app.models import WorkSession
from tests.browser.looks import HEIGHT, NARROW, WIDE
from tests.chromium import FLAGS, path_or_skip
from tests.house.fuzz.prober import Prober
from tests.simulated import rewrite_answers

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
NAME, WORD = "W" * 100, "w" * 200
APPS = ("accounts", "psa", "sessions_app")
# What is made by us, in a form of its own, or says where something is.
OURS = re.compile(
    r"password|reference|marker|token|provider|_id$|form|action|key|hash|address|site_url|state|kind"
    r"|color|model|run|data|encrypted"
)
# The words of a PSA's records, by the names of their keys.
THEIRS = re.compile(r"name|summary|text|description|title|note|serial|model|type", re.IGNORECASE)
MEASURE = (Path(__file__).parent / "long_words.js").read_text()


@pytest.fixture
def long_words(prober: Prober, connection: PsaConnection, own_cache, monkeypatch) -> Prober:
    """Have everything that is called something in the account called something very long."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            swell(model)
    rewrite_answers(monkeypatch, lambda _request, status, value: (status, swollen(value)))
    owner = prober.world.people["own owner"]
    WorkSession.objects.update(engineer=owner)
    Post.objects.update(posted_by=owner)
    TicketCreation.objects.update(made_by=owner)
    opened.forget(connection.pk)
    own_cache()
    return prober


def swell(model: type[Model]) -> None:
    """Give each row of the model the longest words that its fields hold."""
    for number, row in enumerate(model._base_manager.all(), 1):
        words = {
            field.name: long_word(field, number)
            for field in model._meta.concrete_fields
            if not (field.choices or OURS.search(field.name))
        }
        model._base_manager.filter(pk=row.pk).update(
            **{name: word for name, word in words.items() if word}
        )


def long_word(field: Field, number: int) -> str:
    """Return the longest word that people could have put into the field, or "" if none does."""
    if type(field) is CharField:
        length = min(field.max_length or 0, 200 if (field.max_length or 0) > 255 else 100)
        return (NAME + NAME)[: length - 4] + f"{number:04}"
    if isinstance(field, EmailField):
        return f"{WORD[:60]}{number:04}@{WORD[:60]}.{WORD[:60]}.example"
    return f"{WORD} and\n{WORD}" if isinstance(field, TextField) else ""


def swollen(value: Any, key: str = "") -> Any:
    """Return a PSA's answer with long words for everything that has a name or is a text."""
    if isinstance(value, list):
        return [swollen(item) for item in value]
    if isinstance(value, dict):
        return {name: swollen(item, name) for name, item in value.items()}
    if not isinstance(value, str) or not THEIRS.search(key) or value.startswith("http"):
        return value
    return f"{value[:4]} {WORD}" if key in ("text", "description") else value[:4] + NAME


def pages_of(prober: Prober) -> dict[str, str]:
    """Return what each endpoint shows, as a page and as a part of one, by what was asked."""
    pages = {}
    for endpoint in prober.endpoints:
        if endpoint.method != "GET" or endpoint.is_admins:
            continue
        for name, headers in (("page", {}), ("part", {"HX-Request": "true"})):
            answer = prober.ask(endpoint, urlencode(endpoint.base), headers=headers)
            is_page = "</html>" in answer.body
            if "<" in answer.body and is_page == (name == "page"):
                pages[f"{endpoint} ({name})"] = answer.body
    return pages


def documents(pages: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each as a document of its own, with its style."""
    around = pages["GET dashboard (page)"]
    for name, page in pages.items():
        whole = page if "</html>" in page else placed(page, around)
        whole = re.sub(r"<(?:script|link)\b[^>]*>(?:</script>)?", "", whole)
        yield name, whole.replace("</head>", f"<style>{style()}</style></head>")


def placed(part: str, around: str) -> str:
    """Return the page with this part where pages put it: as their dialog, or as their content."""
    if part.lstrip().startswith("<option"):
        part = f'<p class="field"><select>{part}</select>'
    place = r'(<div id="dialog-slot">)()' if "<dialog" in part else r"(<main[^>]*>).*(</main>)"
    return re.sub(place, lambda found: f"{found[1]}{part}{found[2]}", around, flags=re.S)


@cache_forever
def style() -> str:
    """Return the style sheet with what it imports."""
    folder = Path(settings.BASE_DIR) / "static/css"

    def included(found: re.Match[str]) -> str:
        return f"@layer {found[2]} {{ {(folder / found[1]).read_text()} }}"

    sheet = (folder / "main.css").read_text()
    return re.sub(r'@import url\("([^"]+)"\) layer\((\w+)\);', included, sheet)


def faults_of(pages: dict[str, str], chromium: str) -> dict[str, list[str]]:
    """Return what Chromium finds too wide, squeezed or cut, by page and width."""
    faults = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        # A panel that is still sliding in is measured beyond the page's edge.
        page = browser.new_page(reduced_motion="reduce")
        page.route("**/*", lambda route: route.abort())
        for name, document in documents(pages):
            page.set_content(document, wait_until="domcontentloaded")
            for width in (WIDE, NARROW):
                page.set_viewport_size({"width": width, "height": HEIGHT})
                if found := page.evaluate(MEASURE):
                    faults[f"{name} at {width} px"] = found
        browser.close()
    return faults


def test_nothing_is_too_long_for_a_page(long_words):
    pages = pages_of(long_words)
    assert sum(NAME[:60] in page or WORD in page for page in pages.values()) > 60
    # In a thread: Django refuses to work where the browser's loop runs.
    with ThreadPoolExecutor(1) as thread:
        faults = thread.submit(faults_of, pages, path_or_skip()).result()
    assert faults == {}
