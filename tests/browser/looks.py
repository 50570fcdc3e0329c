"""How a page may look, and what axe says of each look."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

WIDE, NARROW = 1440, 390
HEIGHT = 900
# All that the theme decides; every other rule says the same of the dark page and the light one.
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]


def look(page: Page, scheme: str, width: int) -> None:
    """Show the page in this theme and at this width, in pixels."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": HEIGHT})


def assert_fine_in_every_look(page: Page) -> None:
    """Fail with what axe finds on the page as it stands, or when it scrolls sideways.

    Every rule in the dark theme, wide and on a phone; those of colour in the light theme, too.
    The page is left as it looked.
    """
    before = current_look(page)
    for scheme, width, rules in (
        ("dark", WIDE, None),
        ("light", WIDE, RULES_OF_COLOUR),
        ("dark", NARROW, None),
    ):
        look(page, scheme, width)
        found = axe(page, rules)
        where = f"{page.url} {scheme} at {width} px"
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, f"{where} scrolls sideways"
    look(page, *before)


def current_look(page: Page) -> tuple[str, int]:
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    size = page.viewport_size
    return "dark" if dark else "light", size["width"] if size else WIDE


def axe(page: Page, rules: list[str] | None) -> AxeResults:
    """Return what axe finds by these rules, or by all; it is put into each document once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, object] = {"reporter": "no-passes"}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    return AxeResults(page.evaluate("options => axe.run(options)", options))
