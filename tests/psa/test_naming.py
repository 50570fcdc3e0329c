"""One judge of what is a ticket's number. Source of the reported forms: zammad/zammad#4364."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa import naming
from psa.key_forms import WritingForm
from tests import cases
from tickets.forms import SearchForm

NUMBERED = [
    *cases.text("text-25-number-as-we-print-it").splitlines(),
    "48291",
    " 48291 ",
    "#48291",
    "# 48291",
    "0048291",
    "(#48291)",
    "#48291: VPN drops",
    "#48291 - VPN drops",
    "ticket 48291",
    "TICKET-48291",
    "Ticket No. 48291",
    "ticket-nr 48291",
    "Service Ticket #48291",
    "Ticket #48291 - VPN drops",
    "Ticket#48291/Acme/Printer on fire",
    "ConnectWise #48291",
    "SR #48291",
    "https://desk.example/tickets/48291/",
    "https://desk.example/tickets/48291",
    "https://cw.example/v4_6_release/services/system_io/router/openrecord.rails?locale=en_US"
    "&recordType=ServiceFv&recid=48291&companyName=northwind",
    "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/service/tickets/48291/notes",
]
WORDS = [
    "",
    "VPN",
    "VPN 48291",
    "48291 users",
    "4625 - failed log-on",
    "500 internal error",
    "ticket 5 is broken",
    "SR2024",
    "#5 and #6",
    "0",
    "#0",
    "123456789012",
    "١٢٣",
    "12-34",
    "10.20.30.40",
    "RF-7K3Q9D",
    "https://desk.example/tickets/new/",
    "https://desk.example/a?recid=48291",
    "https://[half",
    "48291\n48292",
]


@pytest.mark.parametrize("text", NUMBERED)
def test_whatever_names_a_ticket_is_its_number(text):
    assert naming.ticket_number(text) == "48291"


@pytest.mark.parametrize("text", WORDS)
def test_words_are_no_number(text):
    assert naming.ticket_number(text) == ""


@pytest.mark.parametrize("text", NUMBERED)
def test_every_field_for_a_number_takes_it(text):
    search = SearchForm({"q": text})
    assert search.is_valid()
    assert search.wanted().q.lstrip("0") == "48291"
    writing = WritingForm({"ticket_id": text})
    assert writing.is_valid()
    assert writing.cleaned_data["ticket_id"] == "48291"


def test_what_is_no_number_is_told_how_to_write_one():
    form = WritingForm({"ticket_id": "the printer"})
    assert form.errors["ticket_id"] == [naming.HOW_TO]


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    number = naming.ticket_number(text)
    assert number == "" or (number.isdecimal() and number[0] != "0")
    naming.named_session(text)


def test_a_session_is_named_by_its_reference_or_its_address():
    key = UUID("0b6f0a64-6a3c-4f0e-9c3e-0f3c8a1d2e4f")
    assert naming.named_session(" rf-7k3q9d ") == "RF-7K3Q9D"
    assert naming.named_session(f"https://desk.example/sessions/{key}/#steps") == key
    assert naming.named_session("https://desk.example/sessions/new/") is None
