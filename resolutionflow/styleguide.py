"""Every component on one page, for those who build pages; routed only when DEBUG."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from resolutionflow.lib.htmx import is_htmx

VISIBILITIES = ("colleagues", "may_reach_customer", "customer", "unknown")


class SampleForm(forms.Form):
    """One field of each kind that the product uses."""

    title = forms.CharField(
        max_length=100, help_text="What people will look for.", initial="VPN drops"
    )
    secret = forms.CharField(
        label="Private key",
        max_length=200,
        widget=forms.PasswordInput,
        required=False,
        help_text="Kept encrypted.",
    )
    status = forms.ChoiceField(choices=[("1", "New"), ("2", "In Progress"), ("3", "Closed")])
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=1000
    )
    note_type = forms.ChoiceField(
        choices=[("internal_analysis", "Internal analysis"), ("description", "Description")],
        widget=forms.RadioSelect,
    )
    confirm = forms.BooleanField(label="Contoso can read this note")


@login_not_required
@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components, a form as it opens and the same form with what must be mended."""
    context = {
        "form": SampleForm(prefix="fresh"),
        "refused": SampleForm({"refused-note": "Idle timeout restored."}, prefix="refused"),
        "page": Paginator(range(60), 20).page(2),
        "tones": ("neutral", "info", "success", "warning", "danger"),
        "visibilities": VISIBILITIES,
    }
    return render(request, "styleguide/page.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def dialog(request: HttpRequest) -> HttpResponse:
    """Show a dialog, or its page without JavaScript; a POST that does not hold shows it again."""
    form = SampleForm(request.POST or None)
    if form.is_valid() and is_htmx(request):
        toast = {"message": "Posted to #48291.", "tone": "success", "oob": True}
        return render(request, "components/toast.html", toast)
    if form.is_valid():
        return redirect("styleguide")
    return render(
        request, "styleguide/dialog.html", {"form": form}, status=422 if form.is_bound else 200
    )


urlpatterns = [
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/dialog/", dialog, name="styleguide-dialog"),
]
