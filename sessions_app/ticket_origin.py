"""What a new ticket comes from: a session that it is spun off from, or nothing; and its drafts."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.access import account_of, user_of
from accounts.models import Account
from accounts.permissions import Right
from psa.models import PsaConnection, TicketCreation
from resolutionflow.lib.htmx import is_htmx, page_of
from resolutionflow.lib.ids import uuid_of
from sessions_app import drafts, spin_off
from sessions_app.access import get_session
from sessions_app.assist.cards import ticket_of
from sessions_app.models import Draft, WorkSession
from tickets import intake
from tickets.intake import Lists
from tickets.new_form import NewTicketForm, prefilled
from tickets.origin import Opening, Origin

_USUAL = str(Draft.Form.TICKET)
# What makes a ticket one of its own; the other fields are choices for it.
_WORDS = ("summary", "description")


class SessionOrigin(Origin):
    """A session, or nothing for a ticket by itself; the text of either is kept as a draft."""

    source: WorkSession | None

    def __init__(self, request: HttpRequest, session: WorkSession | None) -> None:
        self.source = session
        self._request = request
        self._user = user_of(request)

    @classmethod
    def of_request(cls, request: HttpRequest) -> "SessionOrigin":
        """Return the session that the request names, through its gate."""
        named = request.POST.get("session") or request.GET.get("session")
        session_id = uuid_of(named) if named else None
        return cls(request, get_session(request, session_id, Right.WORK) if session_id else None)

    @classmethod
    def of_creation(cls, request: HttpRequest, creation: TicketCreation) -> "SessionOrigin":
        """Return the session that the ticket is tied to."""
        tie = getattr(creation, "session_ticket", None)
        return cls(request, tie.session if tie else None)

    @property
    def account(self) -> Account:
        """Return the session's account, or the one that the request works in."""
        return self.source.account if self.source else account_of(self._request)

    def start(
        self, connection: PsaConnection, values: dict[str, str]
    ) -> tuple[NewTicketForm, Lists, str]:
        """Return the form with what the session and its ticket say, where the values do not."""
        if self.source:
            return spin_off.start_with(connection, self.source, values)
        form = NewTicketForm(psa=connection.psa_label, initial=values)
        return form, intake.lists(connection, form.board_id), ""

    # --- Drafts ----------------------------------------------------------------------

    def open(self, failed: Mapping[str, str] | None) -> Opening:
        """Return a failed ticket, what was typed last, or what the address says.

        A card's ticket, or one that the address tells in words, is not the one that was begun
        before: the two are never mixed, and neither is kept in place of the other.
        """
        if failed is not None:
            own = {"session": str(self.source.pk)} if self.source else {}
            return self._open_words({**failed, **own})
        asked, query = prefilled(self._request.GET), self._request.GET
        turn, number = query.get("turn", ""), query.get("card", "")
        proposed = ticket_of(self.source, turn, number) if self.source else {}
        if not proposed and asked.keys() & {*_WORDS}:
            return self._open_words(asked)
        draft = drafts.ticket_form(turn, number) if proposed else _USUAL
        if "fresh" in query:
            drafts.discard(self._user, self.source, draft)
        typed = self._load(draft)
        if proposed:
            return self._opening(asked | proposed | typed, draft, restored=bool(typed))
        restored = bool(typed) and not (asked.keys() - {"session", "tab"})
        return self._opening(typed | asked, draft, restored=restored)

    def _open_words(self, asked: dict[str, str]) -> Opening:
        """Return a ticket that is told in words: the one that was begun, or another.

        Another one is kept under a name made of its words, so that the one that was begun stays
        as it is.
        """
        begun = self._load(_USUAL)
        if begun and all(begun.get(name) == asked[name] for name in _WORDS if asked.get(name)):
            return self._opening(asked | begun, _USUAL, restored=True)
        words = "\n".join(asked.get(name, "") for name in _WORDS)
        # The form of a card's name; no turn of a conversation has the id 0.
        apart = drafts.ticket_form("0", str(crc32(words.encode())))
        typed = self._load(apart)
        draft = apart if begun or typed else _USUAL
        return self._opening(asked | typed, draft, restored=False)

    def _opening(self, values: dict[str, str], draft: str, *, restored: bool) -> Opening:
        others = draft != _USUAL and bool(self._load(_USUAL))
        return Opening(values=values, restored=restored, draft=draft, others=others)

    def _load(self, draft: str) -> dict[str, str]:
        return drafts.load(self._user, self.source, draft)

    def draft_of(self, sent: Mapping[str, str]) -> str:
        """Return under which name the text of the form that was sent is kept."""
        named = sent.get("draft", "")
        return named if named.isascii() and drafts.is_ticket(named) else _USUAL

    def stored(self, creation: TicketCreation, values: Mapping[str, Any], draft: str) -> None:
        """Tie the ticket to its session, and forget the draft: the outbox holds the text now."""
        if self.source:
            spin_off.tie(self.source, creation)
        drafts.discard(self._user, self.source, draft)
        # The form may have kept it outside of the session, too.
        if _was_sent(drafts.load(self._user, None, _USUAL), values):
            drafts.discard(self._user, None, _USUAL)

    # --- The page below --------------------------------------------------------------

    def news(self) -> str:
        """Return the session's list of spin-offs, where its page is below the dialog."""
        session, request = self.source, self._request
        if not (session and is_htmx(request) and page_of(request) == session.get_absolute_url()):
            return ""
        news = {"session": session, "is_news": True}
        return render_to_string("sessions_app/_spin_offs.html", news, request)


def _was_sent(kept: Mapping[str, str], sent: Mapping[str, Any]) -> bool:
    """Return whether nothing is typed in the draft `kept` but what was `sent`, or its beginning."""
    summary, description = (kept.get(name, "").split() for name in ("summary", "description"))
    told = " ".join(sent["description"].split())
    return " ".join(summary) == sent["summary"] and told.startswith(" ".join(description))
