"""What was typed is what a reader of the note sees; nothing that needs no escape has one."""

import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resolutionflow.lib.text import without_directions
from sessions_app.export import psa
from sessions_app.export.document import StepRecord, build, clean
from sessions_app.export.escaping import escape
from tests import cases
from tests.readers import READERS, lines, live
from tests.sessions_app.export.cases import VPN
from tests.sessions_app.export.test_formats import RECORDS, typed, without_bullet

# Sources: 01 ynput/ayon-frontend#400 and mattermost/mattermost#13546, 03 sooperset/mcp-atlassian
# #1630, 05 GSA-TTS/identity-handbook#561, 07 docling-project/docling#4134, 09 luckydye/vektor#162.
REPORTED = [
    "text-01-unc-registry-paths",
    "text-03-stars-globs-cron",
    "text-05-backslash-at-end-of-line",
    "text-07-numbers-renumbered",
    "text-09-picture-in-pasted-text",
]
OURS = {"Summary", "What we know", "Steps taken", "Resolution", "Next steps"}


def collapsed(line):
    return " ".join(without_directions(line).split())


def assert_reads(record):
    note = psa.render(build(record))
    wanted = [*map(collapsed, typed(record, client=False))]
    for name, reader in READERS.items():
        html = reader(note)
        assert not live(html), (name, note)
        shown = lines(html)
        together = "\n".join(shown)
        for line in wanted:
            assert line in together or collapsed(without_bullet(line)) in together, (name, note)
        assert "<strong>Session Analysis" in html
        assert all(heading in shown for heading in OURS if f"**{heading}**" in note)


@pytest.mark.parametrize("name", REPORTED)
@pytest.mark.parametrize("field", ["problem", "resolution", "next_steps", "outcome", "output"])
def test_reported_texts_are_read_as_they_were_typed(name, field):
    text = cases.text(name)
    seen = StepRecord(kind="check", title="Looked", outcome="seen")
    records = {
        "problem": replace(VPN, problem=text),
        "resolution": replace(VPN, resolution=text),
        "next_steps": replace(VPN, next_steps=text),
        "outcome": replace(VPN, steps=(replace(seen, outcome=text),)),
        "output": replace(VPN, steps=(replace(seen, command_output=text),)),
    }
    assert_reads(records[field])


@pytest.mark.parametrize(
    "title",
    [
        "Cleaned up D:\\temp\\",
        "Deleted *.tmp and *.log in %TEMP%",
        "ends with a star *",
        "* begins with one",
        "__init__ and **more**",
        "`code` and a lone ` mark",
        "see [it](https://evil.example) ![p](https://evil.example/p.png)",
        "<b>not bold</b> &lt; R&D",
        "_",
        "under_",
        "**",
        "~~gone~~",
    ],
)
def test_a_title_stays_bold_and_whole(title):
    note = psa.render(build(replace(VPN, title=title)))
    for reader in READERS.values():
        bold = reader(note).partition("<strong>")[2].partition("</strong>")[0]
        assert lines(bold) == [f"Session Analysis — {title}"]


@pytest.mark.parametrize(
    "text",
    [
        "C:\\Windows\\System32\\drivers\\etc\\hosts",
        "snake_case_name and $env:USER_NAME",
        "2 * 3 = 6, a - b, 5 < 6 > 4",
        "R&D, AT&T, &foo; and a lone *.tmp",
        "[info] started, array[0] = [1, 2]",
        "#48291 was fine; PR #5",
        "PROGRA~1 and MICROS~2, ~/a and ~/b",
        "user@host:~$ ls | wc -l",
        "2026-04-21 is 3.5 hours, v1.2.3",
        "-Force --dry-run +x",
        "a ` alone, 10% | 20%",
        "x] (y), f(x) = !x",
        "https://kb.example/a_b?c=1&d=2",
        "=SUM(A1) == 3",
        "\n".join(["Name   : RemoteUsers", "    Comment : none"]),
    ],
)
def test_what_no_reader_changes_stays_as_it_was_typed(text):
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\\\\fs01\\c$\\.ssh", "\\\\\\fs01\\c$\\\\.ssh"),
        ("2*3*4", "2\\*3\\*4"),
        ("__init__.py", "\\_\\_init\\_\\_.py"),
        ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ("5. fifth", "5\\. fifth"),
        ("docker \\\n  img", "docker \\\\\n  img"),
        ("- a\n+ b\n* c", "\\- a\n\\+ b\n\\* c"),
        ("> quoted", "\\> quoted"),
        ("a\n---\nb", "a\n\\---\nb"),
        ("a | b\n-|-", "a | b\n\\-|-"),
        ("[old]: C:\\x", "\\[old]: C:\\x"),
        ("![p](https://evil.example/p.png)", "![p\\](https://evil.example/p.png)"),
        ("<https://evil.example>", "\\<https://evil.example>"),
        ("a\n\n    code", "a\n\n\u00a0   code"),
        ("***", "\\*\\*\\*"),
        ("[x] done", "\\[x] done"),
    ],
)
def test_what_a_reader_would_change_is_escaped(text, written):
    assert escape(text) == written


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_every_reader_shows_every_line_that_was_typed(record):
    assert_reads(record)


MARKS = st.text(alphabet="ab \n\\*_`~[]()<>&;!#-+=|:.1/@\"'\t\u00a0", max_size=60)


@settings(max_examples=150, deadline=None)
@given(MARKS)
@example("*\u202e a*")
@example("[a](b)]: c")
@example("```\n~~~\n`` ` ``")
@example("a\n\n\t- b\n\n      c")
@example("1)\n2.\n-\n+\n*")
@example("<!-- a\n\n-->")
@example("x\n=\n:-\n|-")
def test_any_heap_of_marks_is_read_as_it_was_typed(text):
    step = StepRecord(kind="check", title=text, outcome="*", notes=text, command_output=text)
    assert_reads(replace(VPN, title=text, problem=text, resolution=text, steps=(step,)))


@pytest.mark.parametrize(
    "mark", ["[", "<", "*", "`", "-", "|", "<@", "&", "[a](b)", "_*", "\\", "\n["]
)
def test_long_texts_of_marks_take_no_time(mark):
    started = time.process_time()
    escape(mark * (100_000 // len(mark)) + "x")
    assert time.process_time() - started < 1


def test_a_text_too_full_of_marks_to_be_formatted_shows_no_backslash_of_ours():
    text = "\n".join(["*:* \\\\fs01\\c$ <none> [a](b)"] * 3000)
    note = psa.render(build(replace(VPN, problem=text)))
    assert lines(READERS["ours"](note)).count("*:* \\\\fs01\\c$ <none> [a](b)") == 3000
    assert clean(text) == text
