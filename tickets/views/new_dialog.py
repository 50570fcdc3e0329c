"""The dialog of a new ticket, as several addresses answer with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from psa.models import PsaConnection, TicketCreation
from resolutionflow.lib.htmx import is_htmx
from tickets import intake
from tickets.creation_state import Standing
from tickets.new_form import NewTicketForm

FULL, QUICK = "full", "quick"


def show(
    request: HttpRequest,
    connection: PsaConnection,
    form: NewTicketForm,
    *,
    status: int = 200,
    tab: str = FULL,
    problem: str = "",
    **context: Any,
) -> HttpResponse:
    """Answer with the form: the dialog or a page, and its inner part for a form that was sent.

    `problem` is a sentence for the bar above the form. Never raises PsaError: what cannot be
    listed is said in the form.
    """
    session_id = context.pop("session_id", None) or getattr(context.get("origin"), "pk", None)
    draft = context.setdefault("draft", "ticket")
    known = context.pop("lists", None) or intake.lists(connection, form.board_id)
    intake.offer(form, known)
    context |= {
        "form": form,
        "tab": tab,
        "lists": known,
        "problem": problem or known.problem,
        # Where the text is kept while it is typed: with its session, or by itself.
        "draft_url": reverse("sessions:draft", args=[session_id, draft])
        if session_id
        else reverse("sessions:draft-own", args=[draft]),
    }
    return render(request, _template(request), context, status=status)


def stands(request: HttpRequest, creation: TicketCreation, **context: Any) -> HttpResponse:
    """Answer how a ticket that was sent stands, and what can be done with it."""
    standing = Standing(creation)
    context["standing"] = standing
    return render(request, _template(request), context, status=standing.http_status)


def _template(request: HttpRequest) -> str:
    asks_for_dialog = request.method == "GET" and "creation_id" not in _address(request)
    if is_htmx(request) and not asks_for_dialog:
        return "tickets/_new.html"
    return "tickets/new.html"


def _address(request: HttpRequest) -> dict[str, Any]:
    return request.resolver_match.kwargs if request.resolver_match else {}
