"""Finding a note that may have been sent: found, absent, or neither of the two."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.providers.connectwise import lookup
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import Certainty, Undecided
from psa.providers.types import NoteDraft, NoteType
from tests.psa.providers.connectwise.test_provider import open_client
from tests.simulated import rewrite_answers

WINDOW = datetime(2026, 4, 21, 9, 0, tzinfo=UTC)
BEGINNING = "**Session Analysis — VPN drops after five minutes**\nResolved | Dana Ruiz | 0.50 hrs"
TEXT = f"{BEGINNING}\n\nIdle timeout set back to 28800 seconds.\n\nResolutionFlow · RF-7K3Q9D"
MARKER = "RF-7K3Q9D"


def note(text, *, minutes=1, number=1):
    at = WINDOW + timedelta(minutes=minutes)
    return {"id": number, "text": text, "dateCreated": f"{at:%Y-%m-%dT%H:%M:%SZ}"}


def sent(*candidates, marker=MARKER, text=TEXT):
    return lookup.sent_note(candidates, marker, text, WINDOW)


@pytest.mark.parametrize(
    "stored",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", " "),
        TEXT.replace(" ", "\u00a0"),
        f"  {TEXT}\n\n",
        TEXT.replace("—", "&mdash;"),
        f"{MARKER} and other words",
        # The PSA cut it, and the marker with it.
        TEXT[:90],
        TEXT[:90] + "…",
        TEXT[:90] + "...",
        TEXT[:90] + " …",
        TEXT[:90].replace("\n", "\r\n"),
        TEXT[: lookup.SURE_BEGINNING + 2],
    ],
)
def test_the_note_is_found_in_every_form_in_which_it_may_be_kept(stored):
    found = note(stored, number=2)
    assert sent(note("another", number=3), found, note("and one more")) == found


@pytest.mark.parametrize("minutes", [-80, -26 * 60, -60 * 24 * 365, 90])
def test_the_marker_decides_whenever_the_note_was_written(minutes):
    found = note(f"in other words {MARKER}", minutes=minutes)
    assert sent(found) == found


def test_of_several_with_the_marker_the_one_with_the_text_is_it():
    quoting = note(f"> {MARKER}\nThanks, it works", number=3, minutes=9)
    found = note(TEXT, number=2)
    assert sent(quoting, found) == found


@pytest.mark.parametrize(
    "stored",
    [
        # Cut so early that it could be anything.
        TEXT[:10],
        TEXT[:50],
        TEXT[:50] + "…",
        # The same beginning, and another end.
        f"{BEGINNING} and then something else",
        TEXT[:90] + " and so on",
    ],
)
def test_what_may_be_it_is_never_called_absent(stored):
    with pytest.raises(Undecided) as raised:
        sent(note(stored))
    assert raised.value.certainty is Certainty.UNKNOWN


def test_two_that_were_cut_cannot_be_told_apart():
    with pytest.raises(Undecided):
        sent(note(TEXT[:90], number=1), note(TEXT[:90], number=2))


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "Hello",
        "Session Analysis",
        TEXT[1:90],
        TEXT[40:90],
        "…",
        "**Session Analysis — printer**",
    ],
)
def test_what_cannot_be_it_is_no_reason_to_doubt(stored):
    assert sent(note(stored)) is None


@pytest.mark.parametrize("stored", [TEXT, TEXT[:90], TEXT[:10], f"{BEGINNING} else"])
def test_without_the_marker_older_notes_do_not_count(stored):
    other = {"marker": "", "text": TEXT.replace(MARKER, "")}
    stored = stored.replace(MARKER, "")
    assert sent(note(stored, minutes=-1), **other) is None


def test_a_note_without_a_date_may_be_it():
    found = {"id": 1, "text": TEXT}
    assert sent(found, marker="") == found
    with pytest.raises(Undecided):
        sent({"id": 1, "text": TEXT[:10]})


@given(st.text(min_size=1, max_size=300), st.integers(1, 300), st.sampled_from(["", "…", "..."]))
def test_a_text_that_was_cut_anywhere_is_never_called_absent(text, length, end):
    """Whatever the PSA keeps of it, with the white space at its ends gone."""
    kept = text[:length]
    if not lookup.squeezed(kept).strip("… ."):
        return
    with suppress(Undecided):
        assert sent(note(kept + end), marker="", text=text)


# --- Against the simulator -----------------------------------------------------------


@pytest.fixture
def provider(simulator):
    client = open_client(simulator)
    yield ConnectWiseProvider(client, company_id="northwind")
    client.close()


def post(provider, text=TEXT):
    draft = NoteDraft(text=text, note_type=NoteType.INTERNAL_ANALYSIS)
    return provider.post_note("48291", draft).note


def find(provider, since, *, marker="", text=TEXT, exclude=()):
    return provider.find_note("48291", marker=marker, text=text, since=since, exclude=exclude)


CLOCKS = [timedelta(minutes=80), timedelta(minutes=-80), timedelta(hours=23), timedelta(0)]


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("behind", CLOCKS)
@pytest.mark.parametrize("limit", [0, 90])
@pytest.mark.parametrize("most", [0, 1])
def test_it_is_found_whatever_the_psas_clock_says(provider, simulator, behind, tells, limit, most):
    """With cut texts and pages of one note; the others are not it, before and after."""
    simulator.quirks.clock_behind = behind
    simulator.quirks.tells_time = tells
    simulator.quirks.note_text_limit = limit
    since = datetime.now(UTC)
    post(provider, "before")
    posted = post(provider)
    post(provider, "after")
    simulator.quirks.most_per_page = most
    assert find(provider, since).note == posted
    assert find(provider, since, marker=MARKER).note == posted
    assert find(provider, since, exclude={posted.id}) is None


def test_a_note_of_yesterday_is_not_it_where_the_clocks_are_known(provider, simulator, monkeypatch):
    simulator.quirks.clock_behind = timedelta(hours=2)
    post(provider)
    simulator.quirks.clock_behind = timedelta(minutes=80)
    assert find(provider, datetime.now(UTC)) is None
    simulator.quirks.tells_time = False
    assert find(provider, datetime.now(UTC))


def test_a_clock_that_was_set_meanwhile_does_not_hide_a_marker(provider, simulator):
    simulator.quirks.clock_behind = timedelta(hours=12)
    posted = post(provider)
    simulator.quirks.clock_behind = timedelta(0)
    assert find(provider, datetime.now(UTC), marker=MARKER).note == posted


def test_a_note_that_cannot_be_read_may_be_it(provider, simulator, monkeypatch):
    def rewrite(request, status, value):
        return status, [{"text": "no id"}, *value] if request.url.path.endswith("notes") else value

    rewrite_answers(monkeypatch, rewrite)
    with pytest.raises(Undecided):
        find(provider, datetime.now(UTC))
