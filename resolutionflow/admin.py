"""The Django admin site: our name on it, and our log-in page in front of it."""

from typing import Any

from django.contrib.admin import AdminSite as BaseAdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator


class AdminSite(BaseAdminSite):
    """Where super admins see everything, and owners and admins what is their account's."""

    site_header = "ResolutionFlow administration"
    site_title = "ResolutionFlow administration"
    index_title = "Administration"
    site_url = "/"

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Send people to our log-in page; those who are logged in already may not enter."""
        del extra_context
        index = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, index))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send the form on to our log-out, which writes it down."""
        del request, extra_context
        # 307: the browser sends the same form again.
        return HttpResponseRedirect(reverse("accounts:logout"), status=307)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Send people to our page for the own password."""
        del request, extra_context
        return HttpResponseRedirect(reverse("accounts:own-password"))

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Send people there after it, too, by whichever bookmark they come."""
        return self.password_change(request, extra_context)
