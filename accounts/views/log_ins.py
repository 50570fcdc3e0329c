"""One's own log-ins: seen, and ended one by one or all others at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import access, log_ins, security
from accounts.models import User
from accounts.permissions import Right

OTHERS = "others"


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(Right.READ)
def own(request: HttpRequest) -> HttpResponseBase:
    """List the own log-ins. POST `end`: one log-in's id, or "others" for all but this one."""
    person = access.user_of(request)
    if request.method == "POST":
        return _ended(request, person, request.POST.get("end", ""))
    shown = list(log_ins.of(person)[: log_ins.MOST_SHOWN])
    context = {"log_ins": shown, "current": log_ins.current(request), "others": OTHERS}
    return render(request, "accounts/own_log_ins.html", context)


def _ended(request: HttpRequest, person: User, which: str) -> HttpResponseBase:
    if which == log_ins.current(request):
        log_ins.leave(request)
        return redirect("accounts:login")
    if which == OTHERS:
        log_ins.end_others(request, person)
        security.log_ins_ended(request, person, "all others")
        messages.success(request, "Every other log-in of yours has ended. This one goes on.")
    elif log_ins.end(person, which):
        security.log_ins_ended(request, person, "one")
        messages.success(request, "That log-in has ended.")
    else:
        messages.info(request, "That log-in had ended already.")
    return redirect("accounts:own-log-ins")
