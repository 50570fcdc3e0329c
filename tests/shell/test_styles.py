"""The styles keep their layers, and their colours can be read in both themes."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static/css"
FILES = sorted(str(path.relative_to(CSS)) for path in CSS.rglob("*.css"))
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\("
    r"|:\s*(?:black|white|red|green|blue|grey|gray|orange|yellow|purple)\b",
    re.I,
)
LENGTH = re.compile(r"(?<![\w-])\d*\.?\d+(?:px|rem|pt|cm|mm)\b")
WCAG_AA = 4.5

Rgb = tuple[float, float, float]


def without_comments(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.S)


@pytest.mark.parametrize("name", [name for name in FILES if name != "tokens.css"])
def test_colours_stand_in_the_tokens_only(name):
    assert COLOUR.findall(without_comments(name)) == []


@pytest.mark.parametrize("name", [name for name in FILES if name != "tokens.css"])
def test_sizes_stand_in_the_tokens_only(name):
    text = re.sub(r"@media[^{]*", "", without_comments(name))
    hidden = re.sub(r"\.visually-hidden \{[^}]*\}", "", text)
    assert LENGTH.findall(hidden) == []


@pytest.mark.parametrize("name", FILES)
def test_no_gradient_no_blur_and_no_side_stripe(name):
    assert not re.search(r"gradient|blur\(|border-(?:left|inline-start)\b", without_comments(name))


@pytest.mark.parametrize("name", FILES)
def test_every_token_that_is_used_exists(name):
    own = without_comments(name) if name == "django-admin.css" else ""
    known = set(re.findall(r"(--[\w-]+):", (CSS / "tokens.css").read_text() + own))
    assert set(re.findall(r"var\((--[\w-]+)", without_comments(name))) <= known


def test_every_stylesheet_is_imported_once():
    imports = re.findall(r'@import url\("([^"]+)"\) layer\(\w+\);', (CSS / "main.css").read_text())
    # The Django admin has pages of its own, and takes its colours from the same tokens.
    whole = {"main.css", "django-admin.css"}
    assert sorted(imports) == [name for name in FILES if name not in whole]


def themes() -> dict[str, dict[str, str]]:
    """Return the colours of each theme; light replaces what it names."""
    text = without_comments("tokens.css")
    dark, rest = text.split("@media (prefers-color-scheme: light)")
    light = rest.split("@media", 1)[0]
    values = [dict(re.findall(r"(--[\w-]+):\s*([^;]+);", part)) for part in (dark, light)]
    return {"dark": values[0], "light": values[0] | values[1]}


def colour(text: str, below: Rgb) -> Rgb:
    """Return the colour as it is seen: a translucent one lies on what is below."""
    if text.startswith("#"):
        red, green, blue = (float(int(text[i : i + 2], 16)) for i in (1, 3, 5))
        return red, green, blue
    numbers = [float(number) for number in re.findall(r"[\d.]+", text)]
    alpha = numbers[3] / 100
    red, green, blue = (
        top * alpha + bottom * (1 - alpha) for top, bottom in zip(numbers[:3], below, strict=True)
    )
    return red, green, blue


def luminance(rgb: Rgb) -> float:
    linear = [
        value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in rgb
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, two: Rgb) -> float:
    """Return the ratio as WCAG 2.2 defines it, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXTS = ("text", "quiet", "accent", "success", "warning", "info", "danger")
GROUNDS = ("page", "rail", "card", "raised")
ON_TINTS = [
    *[(tone, f"{tone}-tint") for tone in ("success", "warning", "info", "danger")],
    ("quiet", "neutral-tint"),
    ("text", "neutral-tint"),
    ("text", "warning-tint"),
    ("text", "danger-tint"),
]
WHITE: Rgb = (255, 255, 255)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("text", "ground"), [*product(TEXTS, GROUNDS)])
def test_text_can_be_read_on_every_ground(theme, text, ground):
    tokens = themes()[theme]
    below = colour(tokens[f"--{ground}"], WHITE)
    assert contrast(colour(tokens[f"--{text}"], below), below) >= WCAG_AA


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("ground", ["page", "card"])
@pytest.mark.parametrize(("text", "tint"), ON_TINTS)
def test_text_can_be_read_on_its_tint(theme, ground, text, tint):
    tokens = themes()[theme]
    below = colour(tokens[f"--{tint}"], colour(tokens[f"--{ground}"], WHITE))
    assert contrast(colour(tokens[f"--{text}"], below), below) >= WCAG_AA


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("accent", ["--accent", "--accent-strong"])
def test_the_main_action_can_be_read(theme, accent):
    tokens = themes()[theme]
    ground = colour(tokens[accent], WHITE)
    assert contrast(colour(tokens["--on-accent"], ground), ground) >= WCAG_AA


def test_contrast_is_measured_as_wcag_does():
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast(colour("#767676", WHITE), WHITE) == pytest.approx(4.54, abs=0.01)
    assert colour("rgb(0 0 0 / 50%)", WHITE) == (127.5, 127.5, 127.5)
