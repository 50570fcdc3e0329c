"""What an account's administrators set for notes: its own templates and its snippets."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import account_of, reachable, requires, user_of
from accounts.models import Account
from accounts.permissions import Right
from psa.placeholders import NAMES
from sessions_app import note_templates, snippets
from sessions_app.account_forms import SnippetForm, TemplateForm
from sessions_app.export.templates import STANDARD
from sessions_app.models import OwnTemplate, Snippet

_SAME_NAME = "Another one of this name was added at the same moment. Choose a different name."


@require_http_methods(["GET", "POST"])
@requires(Right.ADMINISTER)
def templates(request: HttpRequest) -> HttpResponseBase:
    """GET: the templates, and a form for another one. POST: add it."""
    account = account_of(request)
    form = _template_form(request, account, None)
    if request.method != "POST":
        return _templates(request, account, form)
    if not form.is_valid():
        return _templates(request, account, form, 422)
    return _add(request, account, form, note_templates, _templates, "sessions:note-templates")


@require_http_methods(["GET", "POST"])
@requires(Right.ADMINISTER)
def template(request: HttpRequest, template_id: int) -> HttpResponseBase:
    """GET: a template in its form. POST: change it."""
    row = get_object_or_404(reachable(request, OwnTemplate.objects.all()), pk=template_id)
    form = _template_form(request, row.account, row)
    if request.method != "POST" or not form.is_valid():
        return _editor(request, "note_template.html", row, form)
    return _change(
        request, row, form, note_templates, "sessions:note-templates", "note_template.html"
    )


@require_POST
@requires(Right.ADMINISTER)
def template_remove(request: HttpRequest, template_id: int) -> HttpResponseBase:
    """Remove a template; texts that were begun with it stay."""
    row = get_object_or_404(reachable(request, OwnTemplate.objects.all()), pk=template_id)
    note_templates.remove(row, user_of(request))
    messages.success(request, f"{row.name} was removed.")
    return redirect("sessions:note-templates")


@require_http_methods(["GET", "POST"])
@requires(Right.ADMINISTER)
def snippet_page(request: HttpRequest) -> HttpResponseBase:
    """GET: the snippets, and a form for another one. POST: add it."""
    account = account_of(request)
    form = SnippetForm(_sent(request), account=account, row=None)
    if request.method != "POST":
        return _snippets(request, account, form)
    if not form.is_valid():
        return _snippets(request, account, form, 422)
    return _add(request, account, form, snippets, _snippets, "sessions:snippets")


@require_http_methods(["GET", "POST"])
@requires(Right.ADMINISTER)
def snippet(request: HttpRequest, snippet_id: int) -> HttpResponseBase:
    """GET: a snippet in its form. POST: change it."""
    row = get_object_or_404(reachable(request, Snippet.objects.all()), pk=snippet_id)
    begun = {"name": row.name, "text": row.text}
    form = SnippetForm(_sent(request), initial=begun, account=row.account, row=row)
    if request.method != "POST" or not form.is_valid():
        return _editor(request, "snippet.html", row, form)
    return _change(request, row, form, snippets, "sessions:snippets", "snippet.html")


@require_POST
@requires(Right.ADMINISTER)
def snippet_remove(request: HttpRequest, snippet_id: int) -> HttpResponseBase:
    """Remove a snippet; notes that hold its text keep it."""
    row = get_object_or_404(reachable(request, Snippet.objects.all()), pk=snippet_id)
    snippets.remove(row, user_of(request))
    messages.success(request, f"{row.name} was removed.")
    return redirect("sessions:snippets")


# --- Answers -------------------------------------------------------------------------


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _template_form(request: HttpRequest, account: Account, row: OwnTemplate | None) -> TemplateForm:
    begun = {}
    if row:
        begun = {name: getattr(row, name) for name in TemplateForm.base_fields}
    boards = note_templates.boards_of(account, row.boards if row else [])
    return TemplateForm(_sent(request), initial=begun, account=account, boards=boards, row=row)


def _templates(
    request: HttpRequest, account: Account, form: Any, status: int = 200
) -> HttpResponse:
    rows = OwnTemplate.objects.filter(account=account)[: note_templates.MOST]
    context = {"form": form, "rows": rows, "standard": STANDARD.values(), "names": NAMES.items()}
    return render(request, "sessions_app/note_templates.html", context, status=status)


def _snippets(request: HttpRequest, account: Account, form: Any, status: int = 200) -> HttpResponse:
    rows = Snippet.objects.filter(account=account)[: snippets.MOST]
    context = {"form": form, "rows": rows, "names": NAMES.items()}
    return render(request, "sessions_app/snippets.html", context, status=status)


def _editor(request: HttpRequest, template: str, row: Any, form: Any) -> HttpResponse:
    context = {"form": form, "row": row, "names": NAMES.items()}
    status = 422 if form.is_bound else 200
    return render(request, f"sessions_app/{template}", context, status=status)


def _add(
    request: HttpRequest, account: Account, form: Any, operations: Any, page: Any, to: str
) -> HttpResponseBase:
    """Add what the form holds; answer 422 with the page where that does not go."""
    if not _is_saved(request, account, form, operations, None):
        answer: HttpResponse = page(request, account, form, 422)
        return answer
    return redirect(to)


def _change(
    request: HttpRequest, row: Any, form: Any, operations: Any, to: str, template: str
) -> HttpResponseBase:
    if not _is_saved(request, row.account, form, operations, row):
        return _editor(request, template, row, form)
    return redirect(to)


def _is_saved(request: HttpRequest, account: Account, form: Any, operations: Any, row: Any) -> bool:
    """Save what the valid form holds and return True, or add to the form why not."""
    try:
        saved = operations.save(account, user_of(request), form.cleaned_data, row)
    except operations.TooMany as refusal:
        form.add_error(None, refusal.sentence)
    except IntegrityError:
        form.add_error("name", _SAME_NAME)
    else:
        messages.success(request, f"{saved.name} was {'saved' if row else 'added'}.")
        return True
    return False
