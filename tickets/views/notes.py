"""A note from the ticket's panel, and how ours that are not on the ticket yet stand."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from accounts.access import requires, user_of
from accounts.permissions import Right
from psa.history.entry import Entry
from psa.models import PsaConnection
from psa.note_form import TICKET_PANEL, NoteForm
from psa.outbox.content import InvalidContent
from psa.outbox.intent import NotRetryable, RequestReused
from resolutionflow.lib import ratelimit
from resolutionflow.lib.answers import problem
from resolutionflow.lib.htmx import is_htmx
from tickets import noting
from tickets.access import of_ticket
from tickets.views import panel


@require_POST
@requires(Right.WORK)
@of_ticket
def note(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Post the note to the ticket; whatever becomes of it, its text is kept."""
    form = NoteForm(TICKET_PANEL, request.POST)
    if not form.is_valid():
        return _form(request, ticket_id, form, form.unseen, 422)
    seconds = ratelimit.hit_by_person(request, "post")
    if seconds:
        said = f"That was too many notes. Wait {ratelimit.in_words(seconds)}, then post again."
        response = _form(request, ticket_id, form, said, 429)
        response["Retry-After"] = str(seconds)
        return response
    try:
        post = noting.submit(connection, user_of(request), ticket_id, form.cleaned_data)
    except (InvalidContent, RequestReused) as refusal:
        return _form(request, ticket_id, form, str(refusal), 422)
    return _outcome(request, ticket_id, form, Entry(post))


@require_GET
@requires(Right.WORK)
@of_ticket
def posts(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show our notes that are not on the ticket yet; while one waits, they ask for themselves."""
    context = panel.posts_of(connection, ticket_id)
    response = panel.region(request, "posts", ticket_id, context)
    if context["any_pending"]:
        return response
    return trigger_client_event(response, "notes-changed", {})


@require_POST
@requires(Right.WORK)
@of_ticket
def retry(
    request: HttpRequest, connection: PsaConnection, ticket_id: str, post_id: UUID
) -> HttpResponseBase:
    """Send a failed note again."""
    failed = get_object_or_404(noting.posts_to(connection, ticket_id), pk=post_id)
    ratelimit.charge(request, "post")
    try:
        sent = Entry(noting.retry(failed))
    except NotRetryable as refusal:
        return problem(request, 409, str(refusal))
    return _sent(request, ticket_id, sent)


# --- Answers -------------------------------------------------------------------------


def _outcome(request: HttpRequest, ticket_id: str, form: NoteForm, sent: Entry) -> HttpResponseBase:
    """Answer how the note stands: the form with its text again if it was refused."""
    if sent.http_status >= 400:
        company = form.cleaned_data["company"]
        renewed = {"request_id": uuid4(), "replaces": sent.post.pk}
        again = NoteForm(TICKET_PANEL, initial={**form.cleaned_data, **renewed})
        context = panel.note_of(again, company) | {"note_problem": noting.sentence_of(sent)}
        return _note_region(request, ticket_id, context, sent.http_status)
    if not is_htmx(request):
        return _sent(request, ticket_id, sent)
    company, merged_into = (form.cleaned_data[name] for name in ("company", "merged_into"))
    context = panel.note_of(panel.new_note(company, merged_into=merged_into), company)
    return _told(_note_region(request, ticket_id, context, sent.http_status), sent)


def _sent(request: HttpRequest, ticket_id: str, sent: Entry) -> HttpResponseBase:
    """Answer without a form: our notes as they stand, or the ticket's page."""
    is_refused = sent.http_status >= 400
    if not is_htmx(request):
        say = messages.error if is_refused else messages.success
        say(request, noting.sentence_of(sent))
        return redirect("tickets:detail", ticket_id=ticket_id)
    if is_refused:
        bar = {"message": noting.sentence_of(sent)}
        return render(request, "components/error_bar.html", bar, status=sent.http_status)
    return _told(HttpResponse(status=sent.http_status), sent)


def _form(
    request: HttpRequest, ticket_id: str, form: NoteForm, said: str, code: int
) -> HttpResponse:
    """Answer with the form as it was sent, and what to mend."""
    form.is_valid()
    form.initial["request_id"] = form.cleaned_data.get("request_id") or uuid4()
    context = panel.note_of(form, str(form["company"].value() or "")[:300])
    return _note_region(request, ticket_id, context | {"note_problem": said}, code)


def _note_region(
    request: HttpRequest, ticket_id: str, context: dict[str, Any], code: int
) -> HttpResponse:
    return panel.region(request, "note_form", ticket_id, context, code)


def _told(response: HttpResponse, sent: Entry) -> HttpResponse:
    trigger_client_event(response, "notes-changed", {})
    said = {"message": noting.sentence_of(sent), "tone": sent.tone}
    return trigger_client_event(response, "toast", said)
