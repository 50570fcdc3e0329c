"""Logging in and out: as a page, and as a dialog above the page whose log-in has ended."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts import demo, guessing, known_browsers, log_ins, security
from accounts.forms import LoginForm
from accounts.models import User
from resolutionflow import errors
from resolutionflow.lib.htmx import is_htmx, page_of
from resolutionflow.lib.ratelimit import in_words, writes_as

# Pages put their person's id there.
PERSON_HEADER = "X-Person"


def next_page(request: HttpRequest) -> str:
    """Return where to go afterwards: the page that was asked for, if it is one of ours."""
    url = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


@writes_as(None)
@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log in by e-mail and password, then go on to the page that was asked for.

    422 for a wrong pair, 429 while the brake on guesses holds. To htmx, which asks from the
    dialog above a page, the answer is the form again, or 204 and the event `logged-in`.
    """
    dialog = is_htmx(request)
    if request.user.is_authenticated and not dialog:
        return HttpResponseRedirect(next_page(request))
    form = LoginForm(request, request.POST if request.method == "POST" else None)
    typed, password = (request.POST.get(name, "") for name in ("username", "password"))
    if not (typed and password):
        return _form(request, form, 422 if form.is_bound else 200)
    if seconds := guessing.seconds_to_wait(request, typed):
        return _refused(request, typed, seconds)
    if not form.is_valid():
        return security.log_in_failed(request, _form(request, form, 422), typed)
    person: User = form.get_user()
    log_ins.begin(request, person, "a password")
    answer = _go_on(request, person) if dialog else HttpResponseRedirect(next_page(request))
    return known_browsers.remember(request, answer, person)


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Tell a page that is about to be left that its log-in has not ended, with a fresh token.

    Whoever is logged in no more is answered as everywhere: 401 with the log-in dialog.
    """
    return JsonResponse({"token": get_token(request)})


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Answer htmx with 401 and the dialog in which to log in, above the page that stays.

    Where somebody is logged in after all, the page is another person's, and the dialog says so.
    """
    context = {"form": _dialog_form(request), "page": page_of(request)}
    return render(request, "accounts/log_in_dialog.html", context, status=401)


def is_from_another_persons_page(request: HttpRequest) -> bool:
    """Return whether the page that sends this was made for somebody else.

    Then another person has logged in meanwhile, in another tab: the words on that page must
    not go out under their name.
    """
    person = str(request.user.pk)
    return request.headers.get(PERSON_HEADER, person) != person


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not valid any more; a page of htmx gets one that is."""
    if not is_htmx(request):
        return errors.csrf_failure(request, reason)
    if not request.user.is_authenticated or is_from_another_persons_page(request):
        return ask_to_log_in(request)
    answer = errors.csrf_failure(request, reason)
    return trigger_client_event(answer, "csrf-token", {"token": get_token(request)})


@writes_as(None)
@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out; without a log-in it is the same."""
    log_ins.leave(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _form(request: HttpRequest, form: LoginForm, status: int, problem: str = "") -> HttpResponse:
    if is_htmx(request):
        context = {"form": _dialog_form(request, form), "problem": problem}
        return render(request, "accounts/log_in_dialog.html#form", context, status=status)
    context = {
        "form": form,
        "problem": problem,
        "next": next_page(request),
        "demo_logins": demo.logins() if settings.DEMO else [],
    }
    return render(request, "accounts/login.html", context, status=status)


def _dialog_form(request: HttpRequest, form: LoginForm | None = None) -> LoginForm:
    """Return the form with ids of its own: the page below has some as well."""
    form = form or LoginForm(request)
    form.auto_id = "log-in-%s"
    if form["username"].value():
        form.fields["username"].widget.attrs.pop("autofocus", None)
        form.fields["password"].widget.attrs["autofocus"] = True
    return form


def _refused(request: HttpRequest, typed: str, seconds: int) -> HttpResponse:
    """Keep the page and the name, and say how long the brake holds and how to get in."""
    form = LoginForm(request, initial={"username": typed[:254]})
    problem = (
        f"Too many attempts. Wait {in_words(seconds)}, then try again. From a browser in which you "
        "have logged in before you need not wait, nor with a link to a new password."
    )
    answer = _form(request, form, 429, problem)
    answer["Retry-After"] = str(seconds)
    return security.log_in_refused(request, answer, typed)


def _go_on(request: HttpRequest, person: User) -> HttpResponse:
    """Tell the page who is logged in now, and give its forms the new token."""
    facts = {"user": str(person.pk), "token": get_token(request)}
    return trigger_client_event(HttpResponse(status=204), "logged-in", facts)
