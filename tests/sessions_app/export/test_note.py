"""The text of a note for each reader: golden files, who gets what, and nothing typed is lost."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from psa.placeholders import fill
from sessions_app.export.document import StepRecord, clean
from sessions_app.export.note import Telling, render
from sessions_app.export.readers import COLLEAGUES, CUSTOMER, MAY_REACH_CUSTOMER, is_plain
from sessions_app.export.templates import SECTIONS, STANDARD, USUAL, NoteTemplate
from tests.readers import READERS, lines, live
from tests.sessions_app.export.cases import CASES, GOLDEN, VPN
from tests.sessions_app.export.test_escaping import MARKS, collapsed
from tests.sessions_app.export.test_formats import RECORDS, TEXTS, without_bullet

TYPES = (COLLEAGUES, MAY_REACH_CUSTOMER, CUSTOMER)
MARKER = "RF-7K3Q9D-4F2K"
VALUES = {"first_name": "Jane", "contact": "Jane O'Hara", "company": "*Contoso* & Söhne"}
OWN = NoteTemplate(
    key="7",
    name="House style",
    note_type=CUSTOMER,
    heading="House style",
    sections=tuple(SECTIONS),
    intro="Dear {first_name} of {company},\n\n1. we_looked *into* it: {ticket}",
    outro="> Yours\n{engineer}",
)
# Every kind of step with every mark, and what each must not lose or tell.
MARKED = replace(
    VPN,
    problem="Since Monday the tunnel drops.",
    steps=tuple(
        StepRecord(
            kind=kind,
            audience=audience,
            title=f"{kind} {audience or 'plain'} title",
            outcome=f"{kind} {audience or 'plain'} outcome",
            notes=f"{kind} {audience or 'plain'} notes",
            command_output=f"{kind} {audience or 'plain'} output",
        )
        for kind in ("question", "check", "action", "note")
        for audience in ("", "internal", "customer")
    ),
)


def told(record, template, reader):
    telling = Telling(reader=reader, template=template, values=VALUES)
    return render(record, telling, MARKER)


@pytest.mark.parametrize("reader", TYPES)
@pytest.mark.parametrize("template", [*STANDARD.values(), OWN], ids=lambda each: each.key)
def test_each_template_is_for_each_reader_as_its_golden_file(template, reader):
    golden = GOLDEN / f"note-{template.key}-{reader}.md"
    assert told(MARKED, template, reader) == golden.read_bytes().decode()


def test_the_full_analysis_for_colleagues_is_the_record_s_psa_format():
    for name, record in CASES.items():
        golden = (GOLDEN / f"{name}.psa.md").read_bytes().decode()
        assert told(record, USUAL[COLLEAGUES], COLLEAGUES) == golden.replace(
            record.reference, MARKER
        )


@pytest.mark.parametrize("template", [*STANDARD.values(), OWN], ids=lambda each: each.key)
def test_no_customer_gets_what_is_internal(template):
    for reader in (CUSTOMER, MAY_REACH_CUSTOMER):
        note = told(MARKED, template, reader)
        assert "internal" not in note
        assert " notes" not in note
        assert " output" not in note
    note = told(MARKED, template, CUSTOMER)
    assert "question plain" not in note
    assert "note plain" not in note
    assert "plain outcome" not in note
    assert note.count("RF-") == 1
    assert note.endswith(MARKER)


def test_what_is_marked_for_the_customer_is_there_with_its_outcome():
    note = told(MARKED, USUAL[CUSTOMER], CUSTOMER)
    for kind in ("question", "check", "action"):
        assert f"{kind} customer title → {kind} customer outcome" in note
    assert "check plain title\n" in note
    assert "action plain title\n" in note


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("", "update on your request"), ("Resolved", "is resolved"), ("Waiting", "is waiting")],
)
def test_a_text_for_the_customer_begins_with_a_greeting_and_says_what_comes_next(outcome, said):
    record = replace(VPN, outcome=outcome, next_steps="")
    note = told(record, USUAL[CUSTOMER], CUSTOMER)
    assert note.startswith("Hello Jane,\n\n")
    assert said in note.split("\n")[2]
    assert "**What comes next**" in note
    nameless = render(record, Telling(reader=CUSTOMER, template=USUAL[CUSTOMER]), MARKER)
    assert nameless.startswith("Hello,\n")


@pytest.mark.parametrize(
    "title",
    [
        "Restart-Service Spooler",
        "Deleted C:\\temp",
        "ran `ipconfig`",
        "sudo reboot",
        "show log | grep x",
        "chmod /etc/passwd/x",
        "set idle_timeout",
        "Ran setup.exe",
        "ping -t server",
        "See RF-7K3Q9D",
    ],
)
def test_a_command_is_no_plain_word(title):
    assert not is_plain(title)
    step = StepRecord(kind="action", title=title)
    note = told(replace(VPN, steps=(step,)), USUAL[CUSTOMER], CUSTOMER)
    assert "What we did" not in note
    marked = replace(step, audience="customer")
    shown = lines(READERS["ours"](told(replace(VPN, steps=(marked,)), USUAL[CUSTOMER], CUSTOMER)))
    assert title in shown


@pytest.mark.parametrize(
    "title",
    [
        "Restarted the Wi-Fi access point on floor 2",
        "Called Mary-Jane; she's back at 5 (confirmed)",
        "Replaced the toner: 50 € for 2 cartridges",
        "Checked mail & calendar on/off",
    ],
)
def test_plain_words_are_plain(title):
    assert is_plain(title)


def test_a_finding_is_a_note_or_a_check_that_found_something():
    note = told(MARKED, USUAL[MAY_REACH_CUSTOMER], MAY_REACH_CUSTOMER)
    cause = note.partition("**Cause**")[2].partition("**Resolution**")[0]
    assert "check plain title → check plain outcome" in cause
    assert "note plain title" in cause
    assert "question" not in cause
    assert "action" not in cause


# --- What was typed is what a reader sees, whatever the template ---------------------


def expected(record, template, reader):
    """Return every line that this reader's note must show, by the rules and not by the code."""
    texts = []
    for section, text in (
        ("problem", record.problem),
        ("resolution", record.resolution),
        ("next_steps", record.next_steps),
    ):
        texts += [text] if section in template.sections else []
    texts += [fill(each, VALUES).text for each in (template.intro, template.outro)]
    if reader != CUSTOMER:
        texts.append(record.title)
    for step in record.steps:
        texts += of_step(step, template, reader)
    every = (collapsed(line) for text in texts for line in clean(text).split("\n"))
    return [line for line in every if line]


def of_step(step, template, reader):
    listed = {"known"} if step.kind == "note" else {"steps"}
    if step.kind == "note" or (step.kind == "check" and step.outcome.strip()):
        listed.add("cause")
    if not listed & {*template.sections}:
        return []
    if reader == COLLEAGUES:
        long = [step.notes, step.command_output] if "details" in template.sections else []
        return [step.title, step.outcome, *long]
    if step.audience == "internal":
        return []
    if reader == MAY_REACH_CUSTOMER or step.audience == "customer":
        return [step.title, step.outcome]
    return [step.title] if step.kind in ("check", "action") and is_plain(step.title) else []


def assert_reads(record, template, reader):
    note = told(record, template, reader)
    assert note.endswith(f"\n\nResolutionFlow · {MARKER}")
    for name, show in READERS.items():
        html = show(note)
        assert not live(html), (name, note)
        together = "\n".join(lines(html))
        for line in expected(record, template, reader):
            assert line in together or collapsed(without_bullet(line)) in together, (name, note)
        assert f"ResolutionFlow · {MARKER}" in together


STEPS = st.builds(
    StepRecord,
    kind=st.sampled_from(["question", "check", "action", "note"]),
    audience=st.sampled_from(["", "internal", "customer"]),
    title=TEXTS,
    outcome=TEXTS,
    notes=TEXTS,
    command_output=TEXTS,
)
OWN_TEMPLATES = st.builds(
    NoteTemplate,
    key=st.just("7"),
    name=st.just("Own"),
    note_type=st.sampled_from(TYPES),
    heading=st.just("Own"),
    sections=st.sets(st.sampled_from([*SECTIONS])).map(tuple),
    intro=MARKS | TEXTS | st.just("Dear {contact} of {company} {nobody}"),
    outro=MARKS | TEXTS,
)


@settings(max_examples=40, deadline=None)
@given(
    RECORDS,
    st.lists(STEPS, max_size=4).map(tuple),
    st.sampled_from([*STANDARD.values()]) | OWN_TEMPLATES,
    st.sampled_from(TYPES),
)
@example(MARKED, MARKED.steps, OWN, CUSTOMER)
def test_every_template_shows_every_line_to_every_reader(record, steps, template, reader):
    assert_reads(replace(record, steps=steps), template, reader)


@settings(max_examples=20, deadline=None)
@given(MARKS, st.sampled_from([*STANDARD.values(), OWN]), st.sampled_from(TYPES))
def test_any_heap_of_marks_is_read_as_it_was_typed(text, template, reader):
    step = StepRecord(kind="action", audience="customer", title=text, outcome=text, notes=text)
    record = replace(VPN, title=text, problem=text, resolution=text, steps=(step,))
    assert_reads(record, replace(template, intro=text, outro=text), reader)


def main() -> None:
    """Write every golden file as the code renders it now."""
    for template in (*STANDARD.values(), OWN):
        for reader in TYPES:
            path = GOLDEN / f"note-{template.key}-{reader}.md"
            path.write_text(told(MARKED, template, reader), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
