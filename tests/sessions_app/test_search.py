"""Sessions are found by what people mean: not by the very characters, nor in their order.

Sources: 21 frappe/helpdesk#2584 and pixeline/bugs#344, 22 sissbruecker/linkding#181 and
skleinei/alfred-confluence#25, 25 zammad/zammad#4364.
"""

import unicodedata
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse

from sessions_app import lifecycle, linking
from sessions_app.models import Step, WorkSession
from tests import cases

pytestmark = pytest.mark.django_db
LIST = reverse("sessions:list")
WITHOUT_INDEXES = SimpleNamespace(connection=SimpleNamespace(vendor="sqlite"))
STEP = {"kind": "check", "title": "Looked", "outcome": "", "notes": "", "command_output": ""}


@pytest.fixture
def found(client_of, engineer):
    browser = client_of(engineer)

    def ask(words):
        answer = browser.get(LIST, {"who": "all", "q": words})
        assert answer.status_code == 200
        return [session.title for session in answer.context["page"]]

    return ask


@pytest.fixture
def make(account, engineer):
    def make(title="Wanted", step=None, **details):
        session = lifecycle.start(account, engineer, title=title, **details)
        lifecycle.add_step(session, STEP | (step or {}))
        return session

    make("Another one", {"title": "Something else"})
    return make


@pytest.mark.parametrize("words", cases.text("text-21-search-in-steps").splitlines())
@pytest.mark.parametrize(
    "where", ["problem", "resolution", "title", "outcome", "notes", "command_output"]
)
def test_problem_steps_outputs_and_resolution_are_searched(found, make, where, words):
    text = f"before {words} after"
    if where == "problem":
        make(problem=text)
    elif where == "resolution":
        lifecycle.complete(make(), outcome="resolved", resolution=text, next_steps="")
    else:
        make(step={where: text})
    assert found(words) == ["Wanted"]


@pytest.mark.parametrize(
    "words", ["MÜLLER", "zugriff FÜR", "CAFÉ ZOË", "Muller", "Cafe", "zoe café müller"]
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_case_accents_and_normal_forms_make_no_difference(found, make, words, form):
    title = "Zugriff für Müller GmbH"
    assert title in cases.text("text-22-case-of-umlauts")
    make(unicodedata.normalize(form, title), client_name="Café Zoë")
    assert found(words) == [unicodedata.normalize(form, title)]


@pytest.mark.parametrize("words", ["user's pst-file", "“user’s” PST‑file", "ﬁle USER’S"])
def test_typographic_quotes_hyphens_and_ligatures_make_no_difference(found, make, words):
    make(problem='The "user’s" PST–file is full')
    assert found(words) == ["Wanted"]


def test_words_may_stand_in_any_order_and_in_different_steps(found, make):
    session = make("Printer", {"command_output": "error 0x709"}, client_name="Contoso")
    lifecycle.add_step(session, STEP | {"title": "Driver replaced"})
    assert found("driver contoso 0x709 printer") == ["Printer"]
    assert found("driver contoso 0x70a") == []


def test_two_letters_are_found_in_steps_too(found, make):
    make(step={"outcome": "on C:"})
    assert found("c:") == ["Wanted"]


def test_a_word_of_many_steps_is_found_like_a_rare_one(found, make, monkeypatch):
    monkeypatch.setattr("sessions_app.listing._FEW", 2)
    for number in range(4):
        make(f"Number{number}x", {"outcome": "restarted"})
    assert found("restarted") == [f"Number{number}x" for number in (3, 2, 1, 0)]
    assert found("restarted number2x") == ["Number2x"]


def test_a_removed_step_is_not_found_and_a_changed_one_is_as_it_stands(found, make):
    session = make(step={"outcome": "oldword"})
    step = session.steps.get()
    lifecycle.edit_step(step, {"outcome": "newword"}, None)
    assert (found("oldword"), found("newword")) == ([], ["Wanted"])
    lifecycle.remove_step(step)
    assert found("newword") == []
    lifecycle.restore_step(step)
    assert found("newword") == ["Wanted"]


def test_changed_details_are_found(found, make):
    session = make()
    lifecycle.change_details(session, title="Wanted", client_name="", problem="Drucker")
    assert found("drucker") == ["Wanted"]


@pytest.mark.parametrize(
    "typed",
    [
        *cases.text("text-25-number-as-we-print-it").splitlines(),
        "#48291",
        "http://testserver/tickets/48291/",
        "https://desk.example/tickets/48291/?from=list#notes",
    ],
)
def test_whatever_names_a_ticket_finds_its_session(found, make, typed):
    session = make()
    WorkSession.objects.filter(pk=session.pk).update(psa_ticket_id="48291")
    assert found(typed) == ["Wanted"]


def test_the_address_of_a_session_finds_it_and_no_other_accounts(found, make, stranger):
    session = make()
    assert found(f"http://testserver{session.get_absolute_url()}") == ["Wanted"]
    theirs = lifecycle.start(stranger.account, stranger, title="Theirs")
    assert found(f"http://testserver{theirs.get_absolute_url()}") == []


@pytest.mark.parametrize("typed", cases.text("text-25-number-as-we-print-it").splitlines())
def test_whatever_names_a_ticket_links_it(session, connection, client_of, engineer, typed):
    address = reverse("sessions:ticket-link", args=[session.pk])
    browser = client_of(engineer)
    assert "Link #48291" in browser.get(address, {"q": typed}).content.decode()
    browser.post(address, {"ticket_id": typed})
    session.refresh_from_db()
    assert session.psa_ticket_id == "48291"


def test_another_session_names_its_ticket(session, connection, make, engineer, stranger):
    other = make()
    WorkSession.objects.filter(pk=other.pk).update(psa_ticket_id="48291")
    theirs = lifecycle.start(stranger.account, stranger, title="Theirs", psa_ticket_id="48291")
    for name in (f"https://desk.example{other.get_absolute_url()}", other.reference.lower()):
        linking.unlink(session)
        linking.link(session, name, engineer)
        assert session.psa_ticket_id == "48291"
    with pytest.raises(ValidationError):
        linking.link(session, theirs.reference, engineer)


def test_rows_from_before_are_folded_in_batches_and_again_only_what_is_left(make, monkeypatch):
    monkeypatch.setattr("resolutionflow.lib.searched.BATCH", 2)
    for number in range(5):
        make(f"Zoë {number}")
    WorkSession.objects.filter(title__startswith="Zoë").update(folded="")
    Step.objects.update(folded="")
    migration = import_module("sessions_app.migrations.0008_fold_sessions")
    migration.fold_sessions(apps, WITHOUT_INDEXES)
    assert WorkSession.objects.filter(folded__contains="zoe").count() == 5
    assert not Step.objects.filter(folded="").exists()


def test_lists_leave_the_folded_texts_in_the_database(make):
    session = make()
    assert "folded" in session.steps.get().get_deferred_fields()
    assert "folded" in WorkSession.objects.get(pk=session.pk).get_deferred_fields()
