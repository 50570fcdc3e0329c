"""The filter of the tickets page, and the search of the picker, as they are typed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from psa.naming import named_ticket
from resolutionflow.lib.fields import Uncut
from tickets.choices import Choices
from tickets.filters import BOTH, CLOSED, EVERYONE, ME, OPEN, UNASSIGNED, Wanted

# No summary of a PSA holds longer words.
LONGEST_QUERY = 100
LARGEST_ID = 2**31 - 1
LAST_PAGE = 100_000

_TOO_LONG = "That is too long to search for. Use at most %(limit_value)d characters."
_NO_PAGE = "There is no such page. Pages are numbers from 1."

Options = Iterable[tuple[str, str]]


class _Words(Uncut):
    """Words to search for; blanks around and between them do not count."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_QUERY, **kwargs)
        self.error_messages["max_length"] = _TOO_LONG

    def to_python(self, value: Any) -> str:
        """Return the words with single blanks."""
        return " ".join((super().to_python(value) or "").split())


class _Query(_Words):
    """Words to search tickets for, or whatever names a ticket: then its number."""

    def to_python(self, value: Any) -> str:
        """Return the words, or the number."""
        words = super().to_python(value)
        return named_ticket(words) or words


def is_id(value: str) -> bool:
    """Return whether a record of a PSA can have this id."""
    is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(LARGEST_ID))
    return is_number and 0 < int(value) <= LARGEST_ID


def check_id(value: str) -> None:
    """Refuse what no record of a PSA can have as its id, before anybody is asked for it."""
    if not is_id(value):
        raise ValidationError("Choose one from the list.")


class _Id(forms.CharField):
    """An id of the PSA; which ones exist, the lists say."""

    def __init__(self, what: str, *, widget: forms.Widget | None = None) -> None:
        self.unknown = f"There is no such {what}. Choose one from the list."
        super().__init__(required=False, widget=widget or forms.Select(), label=what.capitalize())

    def validate(self, value: str) -> None:
        """Refuse what cannot be an id."""
        super().validate(value)
        if value and not is_id(value):
            raise ValidationError(self.unknown)


class _Name(forms.CharField):
    """A name out of a list."""

    def __init__(self, label: str, unknown: str = "") -> None:
        super().__init__(required=False, label=label, max_length=100, widget=forms.Select())
        self.say_when_unknown(unknown)

    def say_when_unknown(self, sentence: str) -> None:
        """Set what is said of a name that is not in the list."""
        self.unknown = self.error_messages["max_length"] = sentence


class SearchForm(forms.Form):
    """What the picker searches by: words or a number, a board, a status."""

    q = _Query(
        label="Words or ticket number",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    board = _Id("board")
    status = _Name("Status", "No board has a status of this name. Choose one from the list.")

    def wanted(self) -> Wanted:
        """Return what was asked for; the form has to be valid."""
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value})

    def offer(self, choices: Choices) -> None:
        """Fill the lists to choose from; a value that none of them has is kept to be seen."""
        boards = [(board.id, board.name) for board in choices.boards]
        self._offer("board", [("", "Any board"), *boards])
        statuses = [(name, name) for name in choices.statuses]
        self._offer("status", [("", "Any status"), *statuses])

    def refuse(self, name: str) -> None:
        """Say beside the field that there is no such thing."""
        field: Any = self.fields[name]
        self.add_error(name, field.unknown)

    def check(self, choices: Choices) -> None:
        """Refuse each value that its list does not have; a list that is missing has no say."""
        self._check("board", {board.id for board in choices.boards})
        self._check("status", set(choices.statuses))

    def sentences(self) -> list[str]:
        """Return what does not hold, one sentence each."""
        return [str(sentence) for errors in self.errors.values() for sentence in errors]

    def _check(self, name: str, known: set[str]) -> None:
        value = self.cleaned_data.get(name)
        if value and known and value not in known:
            self.refuse(name)

    def _offer(self, name: str, options: Options) -> None:
        options = list(options)
        value = str(self[name].value() or "")
        if value not in {known for known, _ in options} and len(value) <= LONGEST_QUERY:
            options.append((value, value))
        widget: Any = self.fields[name].widget
        widget.choices = options


class TicketFilterForm(SearchForm):
    """The whole filter of the tickets page."""

    priority = _Id("priority")
    company = _Id("company", widget=forms.HiddenInput())
    assigned = _Name("Assigned to")
    closed = forms.ChoiceField(
        label="State",
        required=False,
        choices=[(OPEN, "Open"), (CLOSED, "Closed"), (BOTH, "Open and closed")],
        error_messages={"invalid_choice": "Tickets are open (0), closed (1), or both (all)."},
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LAST_PAGE,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NO_PAGE),
    )

    def __init__(self, sent: Mapping[str, str], *, psa: str) -> None:
        super().__init__({"assigned": EVERYONE, "closed": OPEN, **sent})
        assigned: Any = self.fields["assigned"]
        assigned.say_when_unknown(f"{psa} has no such member. Choose somebody from the list.")
        self.fields["q"].widget = forms.TextInput(
            {"type": "search", "placeholder": "VPN, printer, 48291 …", "autocomplete": "off"}
        )
        self.fields["q"].label = "Search"

    def offer(self, choices: Choices) -> None:
        """Fill the lists to choose from."""
        super().offer(choices)
        priorities = [(each.id, each.name) for each in choices.priorities]
        self._offer("priority", [("", "Any priority"), *priorities])
        active = [each for each in choices.members if each.is_active and not each.is_api]
        times = Counter(member.name for member in active)
        # Whose name others have as well is called with the log-in name.
        members = [
            (one.identifier, one.name if times[one.name] == 1 else f"{one.name} ({one.identifier})")
            for one in active
        ]
        everyone = [(EVERYONE, "Everyone"), (ME, "Me"), (UNASSIGNED, "Unassigned")]
        self._offer("assigned", [*everyone, *members])

    def check(self, choices: Choices) -> None:
        """Refuse each value that its list does not have; a list that is missing has no say."""
        super().check(choices)
        self._check("priority", {priority.id for priority in choices.priorities})
        members = {member.identifier for member in choices.members}
        self._check("assigned", members and members | {EVERYONE, ME, UNASSIGNED})


class CompanyForm(forms.Form):
    """A company's name, or a part of it."""

    company_name = _Words(
        label="Company", widget=forms.TextInput({"autocomplete": "off", "data-autofocus": True})
    )

    @property
    def name(self) -> str:
        """The words that were typed; the form has to be valid."""
        return str(self.cleaned_data["company_name"])


class ContactForm(forms.Form):
    """A contact's name, or a part of it, and the company whose contacts are searched."""

    company = _Id("company", widget=forms.HiddenInput())
    contact_name = _Words(label="Contact")

    @property
    def name(self) -> str:
        """The words that were typed; the form has to be valid."""
        return str(self.cleaned_data["contact_name"])
