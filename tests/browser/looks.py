"""How a page may look, and what axe says of each look."""

from collections.abc import Mapping

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

WIDE, NARROW = 1440, 390
HEIGHT = 900
# All that the theme decides; every other rule says the same of the dark page and the light one.
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
# What a narrow page can break: targets that touch, words that are hidden with their labels.
RULES_OF_WIDTH = [
    "target-size",
    "scrollable-region-focusable",
    "aria-hidden-focus",
    "button-name",
    "link-name",
    "label",
    "select-name",
]


# Nothing is loaded for rules on videos, which there are none of: it takes a quarter of the time.
ALL: dict[str, object] = {"reporter": "no-passes", "preload": False}


def _only(rules: list[str]) -> dict[str, object]:
    return {**ALL, "runOnly": {"type": "rule", "values": rules}}


COLOURS, WIDTH = _only(RULES_OF_COLOUR), _only(RULES_OF_WIDTH)


def look(page: Page, scheme: str, width: int) -> None:
    """Show the page in this theme and at this width, in pixels."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": HEIGHT})


def assert_fine_in_every_look(page: Page) -> None:
    """Fail with what axe finds on the page as it stands, or when it scrolls sideways.

    Every rule in the dark theme; those of colour in the light one, too, those of width on a phone.
    The page is left as it looked.
    """
    before = current_look(page)
    for scheme, width, options in (
        ("dark", WIDE, ALL),
        ("light", WIDE, COLOURS),
        ("dark", NARROW, WIDTH),
    ):
        look(page, scheme, width)
        found = axe(page, options)
        where = f"{page.url} {scheme} at {width} px"
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, f"{where} scrolls sideways"
    look(page, *before)


def current_look(page: Page) -> tuple[str, int]:
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    size = page.viewport_size
    return "dark" if dark else "light", size["width"] if size else WIDE


def axe(page: Page, options: Mapping[str, object]) -> AxeResults:
    """Return what axe finds; it is put into each document once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate("options => axe.run(options)", options))
