"""Notes as HTML: what ConnectWise shows is shown, and nothing hostile comes through."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.markdown import LONGEST, render, render_answer

TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s[^<>]*)?)>", re.I)
ALLOWED = {"p", "br", "hr", "strong", "em", "ul", "ol", "li", "a"}
LINK = re.compile(
    r'(?: href="(?:https?://|mailto:|tel:)[^"]*")? target="_blank"'
    r' rel="noopener noreferrer nofollow"'
)


def assert_harmless(html: str) -> None:
    """Fail unless the HTML holds nothing but the allowed tags, bare, and proper links."""
    for slash, tag, attributes in TAG.findall(html):
        assert tag in ALLOWED
        if tag == "a" and not slash:
            assert LINK.fullmatch(attributes), attributes
        else:
            assert re.fullmatch(r'(?: start="\d+")?', attributes), attributes
    assert "<" not in TAG.sub("", html)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *italic*", "<p><strong>bold</strong> and <em>italic</em></p>"),
        ("one\r\ntwo\rthree\nfour", "<p>one<br>two<br>three<br>four</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        (r"10\.0\.0\.1 \(new\) \*no\*", "<p>10.0.0.1 (new) *no*</p>"),
        ("snake_case_name stays", "<p>snake_case_name stays</p>"),
        ("idle\u00a0timeout", "<p>idle timeout</p>"),
        ("fish &amp; chips &copy; <3", "<p>fish &amp; chips © &lt;3</p>"),
        ("# head\n> quote\n| a | b |", "<p># head<br>&gt; quote<br>| a | b |</p>"),
        ("above\n\n- - - - - - - - - - - - - - - - - - - - - - - - -", "<p>above</p><hr>"),
        ("", ""),
    ],
)
def test_what_connectwise_shows_is_shown(text, html):
    assert render(text).replace("\n", "") == html


def test_links_open_apart_and_tell_nobody_where_from():
    attributes = 'target="_blank" rel="noopener noreferrer nofollow"'
    assert f'<a href="https://kb.example/1?a=1&amp;b=2" {attributes}>the article</a>' in render(
        "see [the article](https://kb.example/1?a=1&b=2)"
    )
    assert f'<a href="mailto:erin@northwind.example" {attributes}>' in render(
        "<mailto:erin@northwind.example>"
    )


def test_pictures_are_not_loaded_but_can_be_opened():
    html = render("![the *error* message](https://cw.example/inlineimages/1)")
    assert "<img" not in html
    assert ">Picture: the error message</a>" in html
    assert ">Picture</a>" in render("![](https://cw.example/1.png)")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java&#10;script:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "vbscript:msgbox",
        "file:///etc/passwd",
        "//evil.example/x",
        "/account/logout/",
        "https:evil.example",
        "https://[half",
        "",
    ],
)
def test_addresses_that_lead_elsewhere_lead_nowhere(address):
    for text in (f"[click]({address})", f"![click]({address})", f"<{address}>"):
        html = render(text)
        assert_harmless(html)
        assert "href" not in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
        "<style>p{background:url(https://evil.example)}</style>",
        '<p style="position:fixed">over everything</p>',
        '<a href="https://ok.example" onclick="alert(1)">x</a>',
        '[x](https://ok.example "onmouseover=alert(1)")',
        '[x](https://ok.example/"onmouseover="alert(1))',
        '![x" onerror="alert(1)](https://ok.example/i.png)',
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
        "<form action=https://evil.example><input name=password></form>",
        "*<b*>*</b>",
        "<!-- --!><script>alert(1)</script>",
        "\x00<scr\x00ipt>alert(1)</script>",
        "half a character \ud83d",
    ],
)
def test_hostile_notes_come_out_as_text(text):
    html = render(text)
    assert_harmless(html)
    assert "<img" not in html


@given(st.text(alphabet="ab <>[]()*_!\\\"'&#:;/\n\r\t-1.javscripthttps", max_size=200))
def test_whatever_the_text_holds_the_html_is_harmless(text):
    assert_harmless(render(text))


@pytest.mark.parametrize("mark", ["[", "![", "*", "_*", "[a](", "<a ", "- ", "> ", "1. "])
def test_notes_made_to_hang_a_parser_are_shown_as_they_stand_and_quickly(mark):
    started = time.process_time()
    for text in (mark * 900, mark * 20_000, "x" * LONGEST + mark):
        html = render(text)
        assert_harmless(html)
    assert time.process_time() - started < 1.5


def test_nothing_is_lost_where_lists_are_nested_too_deep():
    assert "the end" in render("- " * 60 + "the end")
    assert "the end" in render("\n".join("  " * depth + "- a" for depth in range(60)) + "\nthe end")


# --- Claude's answers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Run `ipconfig /all`", "<p>Run <code>ipconfig /all</code></p>"),
        ("```ps\nGet-Item <x>\n```", "<pre><code>Get-Item &lt;x&gt;</code></pre>"),
        ("```ps\nGet-It", "<pre><code>Get-It</code></pre>"),
        ("## Next", "<p><strong>Next</strong></p>"),
        ("[here](https://evil.example/?a=1)", "<p>here (<code>https://evil.example/?a=1</code>)</p>"),
        ("<https://kb.example>", "<p>https://kb.example</p>"),
        ("![x](https://evil.example/p.png)", "<p>x (<code>https://evil.example/p.png</code>)</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)  # fmt: skip
def test_an_answer_shows_code_and_leads_nowhere(text, html):
    assert render_answer(text).replace("\n", "") == html


@given(st.text(alphabet="[]()<>`*_#!ahrefjvscipt:/\"' \n-1.", max_size=200))
def test_whatever_a_model_writes_is_harmless(text):
    html = render_answer(text)
    for slash, tag, attributes in TAG.findall(html):
        assert tag in (ALLOWED - {"a"}) | {"code", "pre"}
        assert re.fullmatch(r'(?: start="\d+")?', attributes), (slash, attributes)
    assert "<" not in TAG.sub("", html)
