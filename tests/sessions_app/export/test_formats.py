"""The four formats: golden files, and what holds for every text that can be typed."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.export import FORMATS, html, markdown, psa, render, text
from sessions_app.export.document import SessionRecord, StepRecord, build, clean
from tests.sessions_app.export.cases import CASES, GOLDEN, VPN

quick = settings(max_examples=60, deadline=None)

# Everything that a form can send: any character but the surrogates, often the nasty ones.
MARKS = "# |## x|```|``|`|~~~~|---|===|- |+ |1. |> |*|_|\\|<b>|<!--|&amp;|[x](y)|:-:"
BREAKS = "\r\n", "\n", "\n\n", "    ", "\t", "\x1b", "\x00", "\u2028", "\u202e", "🙂", "مرحبا"
NASTY = st.sampled_from([*MARKS.split("|"), *BREAKS, "|", "|---|", ":-:|-"])
TEXTS = st.lists(NASTY | st.text(max_size=12), max_size=8).map("".join)
STEPS = st.builds(
    StepRecord,
    kind=st.sampled_from(["question", "check", "action", "note"]),
    title=TEXTS,
    outcome=TEXTS,
    notes=TEXTS,
    command_output=TEXTS,
)
RECORDS = st.builds(
    SessionRecord,
    reference=st.just("RF-7K3Q9D"),
    title=TEXTS,
    engineer=TEXTS,
    client=TEXTS,
    outcome=st.sampled_from(["Resolved", "Waiting"]),
    started_at=st.just(VPN.started_at),
    completed_at=st.sampled_from([None, VPN.completed_at]),
    problem=TEXTS,
    resolution=TEXTS,
    next_steps=TEXTS,
    steps=st.lists(STEPS, max_size=3).map(tuple),
)


def typed(record, *, client=True):
    """Return every line that somebody typed into the session, as it must be readable again."""
    texts = [record.title, record.engineer, record.problem, record.resolution, record.next_steps]
    texts += [record.client] if client else []
    for step in record.steps:
        texts += [step.title, step.outcome, step.notes, step.command_output]
    lines = (line.strip() for text in texts for line in clean(text).split("\n"))
    return [line for line in lines if line]


def words(text):
    """Return the text without spaces: line breaks and indentation are the format's own."""
    return re.sub(r"\s+", "", text)


def without_bullet(line):
    return re.sub(r"^[-*•–]\s+", "", line)


def assert_nothing_is_lost(record, shown, **which):
    shown = words(shown)
    for line in typed(record, **which):
        assert words(line) in shown or words(without_bullet(line)) in shown


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("item", FORMATS.values(), ids=FORMATS)
def test_every_format_is_as_its_golden_file(name, item):
    golden = (GOLDEN / f"{name}{item.suffix}").read_bytes().decode()
    assert render(build(CASES[name]), item.name) == golden


def test_the_example_of_the_product_is_exact():
    note = psa.render(build(VPN))
    assert note.startswith(
        "**Session Analysis — VPN drops after five minutes**\n"
        "Resolved | Dana Ruiz | 0.50 hrs | 2026-04-21 09:10–09:40 UTC\n\n**What we know**\n- Only"
    )
    assert note.endswith(
        "\n\n**Next steps**\n- Ask the third user to confirm by 12:00\n\nResolutionFlow · RF-7K3Q9D"
    )


def test_a_post_can_carry_a_longer_reference():
    note = psa.render(build(VPN), reference="RF-7K3Q9D-4F2K")
    assert note.endswith("\n\nResolutionFlow · RF-7K3Q9D-4F2K")
    assert note.count("RF-7K3Q9D") == 1


@quick
@given(RECORDS)
def test_the_same_record_gives_the_same_text(record):
    for name in FORMATS:
        assert render(build(record), name) == render(build(record), name)


@quick
@given(RECORDS)
def test_nothing_that_was_typed_is_missing_in_plain_text(record):
    assert_nothing_is_lost(record, text.render(build(record)))


@quick
@given(RECORDS)
def test_nothing_that_was_typed_is_missing_in_html(record):
    shown = unescape(re.sub(r"<[^>]*>", "", html.render(build(record))))
    assert_nothing_is_lost(record, shown)


@quick
@given(TEXTS)
def test_escaped_markdown_reads_back_as_it_was_typed(typed):
    cleaned = clean(typed)
    read = markdown.escape(cleaned).replace("&nbsp;", " ")
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", read)
    assert words(read) == words(cleaned)


@given(TEXTS.filter(lambda t: clean(t)))
def test_a_fence_is_longer_than_any_inside(typed):
    fenced = markdown.fence(clean(typed))
    marks = fenced.split("\n")[0]
    assert marks not in clean(typed)
    assert fenced == f"{marks}\n{clean(typed)}\n{marks}"


def test_a_step_without_a_word_is_no_heading_for_the_line_above():
    note = psa.render(build(replace(VPN, steps=(StepRecord(kind="note", title="\n"),))))
    assert "What we know" not in note


class Tags(HTMLParser):
    """Collects the elements of a document."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        assert not {name for name, _ in attrs} - {"lang", "charset", "name", "content", "dir"}


@quick
@given(RECORDS)
def test_html_holds_no_element_that_somebody_typed(record):
    tags = Tags()
    tags.feed(html.render(build(record)))
    ours = {"html", "head", "meta", "title", "style", "body", "header", "h1", "p", "section"}
    assert tags.seen <= ours | {"h2", "ul", "ol", "li", "span", "pre", "footer"}


def test_very_long_text_is_not_cut():
    long = "\n".join(f"line {number} {'x' * 200}" for number in range(5_000))
    record = SessionRecord(
        reference="RF-7K3Q9D",
        title="Long",
        engineer="Dana",
        started_at=VPN.started_at,
        problem=long,
        steps=(StepRecord(kind="check", title="Log", command_output=long),),
    )
    for name in FORMATS:
        shown = render(build(record), name)
        assert shown.count("line 4999 ") == 2
        assert shown.count("x" * 200) == 10_000


def test_files_are_named_by_the_reference():
    names = [item.filename("RF-7K3Q9D") for item in FORMATS.values()]
    assert names == ["RF-7K3Q9D.psa.md", "RF-7K3Q9D.md", "RF-7K3Q9D.txt", "RF-7K3Q9D.html"]


def test_an_unknown_format_is_a_mistake():
    with pytest.raises(KeyError):
        render(build(VPN), "pdf")
