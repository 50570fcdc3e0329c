"""Who one is in the PSA and in which time zone, for everybody to say for themselves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import people
from accounts.access import requires, user_of
from accounts.forms import ZoneForm
from accounts.models import Account
from accounts.permissions import Right, may
from psa.access import stored_connection
from psa.member_forms import MappingForm
from psa.members import listing, mapping
from resolutionflow.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.READ)
def me(request: HttpRequest) -> HttpResponseBase:
    """Show which member one is and offer to say so, and take the own `time_zone`.

    A super admin belongs nowhere: 404.
    """
    account, user = _own_account(request), user_of(request)
    form = ZoneForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        people.set_time_zone(user, form.cleaned_data["time_zone"])
        messages.success(request, "Saved. You are shown times in this zone from now on.")
        return redirect(request, reverse("psa:me"))
    connection = stored_connection(account) if may(user, Right.WORK) else None
    own = listing.own(connection, user) if connection else None
    status = 422 if form.is_bound else 200
    return render(request, "psa/me.html", {"own": own, "zone_form": form}, status=status)


@require_POST
@requires(Right.WORK)
def say(request: HttpRequest) -> HttpResponseBase:
    """Set which member one is, or ask for it where one's e-mail is not the member's.

    404 without a connection, 422 for a member who is somebody else, who left or does not
    exist, 502 with the form as typed when the PSA is out of reach.
    """
    user, connection = user_of(request), stored_connection(_own_account(request))
    if connection is None:
        raise Http404
    typed = MappingForm(request.POST).typed.get(user.pk, "")
    try:
        counts = mapping.map_self(connection, user, typed)
    except mapping.ConnectionGone:
        raise Http404 from None
    except mapping.NotSaved as refusal:
        own = listing.own(connection, user, typed, refusal.sentence)
        status = 502 if refusal.out_of_reach else 422
        return render(
            request, "psa/me.html", {"own": own, "zone_form": ZoneForm(user=user)}, status=status
        )
    if counts:
        messages.success(request, "Saved. Notes that you post from now on are signed accordingly.")
    else:
        messages.info(request, "Asked. An administrator of your account says yes or no to it.")
    return redirect(request, reverse("psa:me"))


def _own_account(request: HttpRequest) -> Account:
    account = user_of(request).account
    if account is None:
        raise Http404
    return account
