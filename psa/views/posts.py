"""The post history: who posted what, where, and whether it arrived."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import security
from accounts.access import account_of, requires
from accounts.naming import shared_on
from accounts.permissions import Right
from psa.access import get_post
from psa.history import export, pages, search
from psa.history.evidence import Evidence
from psa.models import Post
from psa.outbox import notes
from psa.outbox.intent import NotRetryable
from psa.post_forms import PostFilterForm
from resolutionflow.lib.htmx import is_htmx, redirect
from resolutionflow.lib.ratelimit import charge


@require_GET
@requires(Right.ADMINISTER)
def tab(request: HttpRequest) -> HttpResponseBase:
    """Show a page of what the filter finds, or all of it as CSV; 422 for a bad filter."""
    account = account_of(request)
    form = PostFilterForm(request.GET, account=account, shared=shared_on(request, account.pk))
    if not form.is_valid():
        return _page(request, form, None, status=422)
    matches = search.matching(account, form.cleaned_data)
    if request.GET.get("format") == "csv":
        security.exported(request, account, "posts", _filter_of(request))
        return _csv(export.lines(matches.by_time))
    return _page(request, form, pages.page(matches, request.GET.get("page", "")))


@require_GET
@requires(Right.ADMINISTER)
def one(request: HttpRequest, post_id: UUID) -> HttpResponseBase:
    """Show what was sent, what was stored, what differs, and each attempt."""
    return _evidence(request, get_post(request, post_id))


@require_POST
@requires(Right.ADMINISTER)
def retry(request: HttpRequest, post_id: UUID) -> HttpResponseBase:
    """Send a failed note again, or change its status only (`part`); 409 if that is too late."""
    post = get_post(request, post_id)
    again = notes.RETRIES.get(request.POST.get("part", ""))
    if again is None:
        return _evidence(request, post, 422, "Choose what to retry: the note or the status.")
    charge(request, "post")
    try:
        again(post)
    except NotRetryable as refusal:
        return _evidence(request, post, 409, str(refusal))
    notes.deliver(post.pk, at_once=True)
    post.refresh_from_db()
    messages.info(request, Evidence(post).sentence)
    return redirect(request, reverse("psa:post", args=[post.pk]))


def _page(
    request: HttpRequest, form: PostFilterForm, page: pages.Page | None, status: int = 200
) -> HttpResponse:
    context = {
        "tab": "posts",
        "form": form,
        "page": page,
        "query": _filter_of(request),
        "today": timezone.localdate(),
    }
    template = f"psa/posts.html{'#results' if is_htmx(request) else ''}"
    return render(request, template, context, status=status)


def _filter_of(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in ("page", "format", "tab"):
        query.pop(name, None)
    return query.urlencode()


def _csv(lines: Iterator[str]) -> StreamingHttpResponse:
    name = f"posts-{timezone.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _evidence(
    request: HttpRequest, post: Post, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {"post": post, "entry": Evidence(post), "problem": problem}
    return render(request, "psa/post.html", context, status=status)
