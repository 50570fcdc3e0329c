"""Connections and member mappings in the Django admin, each account on its own.

The outboxes are next door.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect

from accounts import access
from accounts.admin_scope import AccountScopedAdmin
from accounts.models import User
from psa import connections
from psa.forms import ConnectionForm
from psa.members import mapping
from psa.models import MemberMapping, PsaConnection
from psa.opened import SECRETS
from psa.providers.errors import PsaError
from resolutionflow.lib.ratelimit import charge_account, hit, in_words

if TYPE_CHECKING:
    MappingForm = forms.ModelForm[MemberMapping]
else:
    MappingForm = forms.ModelForm


class ConnectionAdminForm(ConnectionForm):
    """The product's connection form: values hold when the PSA accepts them, and then are kept."""

    saved: PsaConnection
    actor: User

    class Meta(ConnectionForm.Meta):
        fields = ["account", *ConnectionForm.Meta.fields]

    def _post_clean(self) -> None:
        """Test and keep, after everything that can be checked without the PSA has held."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        account = self.instance.account
        if seconds := hit("connection", "account", str(account.pk)):
            self.add_error(None, f"Too many attempts. Wait {in_words(seconds)}, then save again.")
            return
        try:
            self.saved = connections.save(account, self.values(), self.actor)
        except connections.NotSaved as problem:
            self.add_error(problem.field or None, problem.sentence)


@admin.register(PsaConnection)
class PsaConnectionAdmin(AccountScopedAdmin):
    """Connections: secrets can be entered, never read; nothing is saved that does not connect."""

    form = ConnectionAdminForm
    fields = [*ConnectionAdminForm.Meta.fields, *SECRETS, "last_validated_at"]
    readonly_fields = ["last_validated_at"]
    list_display = ["display_name", "account", "provider", "site_url", "company_id", "is_active"]
    list_select_related = ["account"]
    list_filter = ["is_active"]
    ordering = ["display_name", "pk"]
    search_fields = ["display_name", "site_url", "company_id"]
    actions = ["test_connection", "auto_match", "pause", "resume"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let administrators add the one connection that an account may have."""
        user = access.user_of(request)
        taken = PsaConnection.objects.filter(account=user.account_id).exists()
        return super().has_add_permission(request) and (user.is_superuser or not taken)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Tell the form, which is a class of this request's own, who is at work."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.actor = access.user_of(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Keep a connection with its account: the credentials are that account's."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "account"]

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer outside of the transaction that Django opens here: it would wait for the PSA."""
        view: Callable[..., HttpResponse] = super()._changeform_view  # type: ignore[misc]
        return view(request, object_id, form_url, extra_context)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> PsaConnection:
        """Return the row that the form has kept."""
        del request, change
        form.save(commit=False)
        saved: PsaConnection = form.saved
        return saved

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Do nothing more: the form has kept the row."""

    def delete_model(self, request: HttpRequest, obj: PsaConnection) -> None:
        """Remove the connection as the product does."""
        connections.delete(obj, access.user_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PsaConnection]) -> None:
        """Remove each connection as the product does."""
        for connection in queryset.select_related("account"):
            connections.delete(connection, access.user_of(request))

    @admin.action(description="Test connection", permissions=["change"])
    def test_connection(self, request: HttpRequest, queryset: QuerySet[PsaConnection]) -> None:
        """Ask the PSA of each chosen connection, and say what came of it."""
        for connection in queryset.select_related("account"):
            charge_account(connection.account_id, "connection")
            try:
                report = connections.test(connection)
            except PsaError as error:
                self.message_user(request, f"{connection}: {error.sentence}", messages.ERROR)
            else:
                answer = f"{connection}: connected to {report.company_name}."
                self.message_user(request, answer, messages.SUCCESS)

    @admin.action(description="Match people to members by e-mail", permissions=["change"])
    def auto_match(self, request: HttpRequest, queryset: QuerySet[PsaConnection]) -> None:
        """Map whose e-mail names one member, and say for how many that was so."""
        for connection in queryset.select_related("account"):
            charge_account(connection.account_id, "match")
            try:
                findings = mapping.auto_match(connection, access.user_of(request))
            except PsaError as error:
                self.message_user(request, f"{connection}: {error.sentence}", messages.ERROR)
            else:
                sure = sum(found.is_sure for found in findings)
                answer = f"{connection}: {sure} of {len(findings)} unmapped people matched."
                self.message_user(request, answer, messages.SUCCESS)

    @admin.action(description="Pause: send nothing for now", permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[PsaConnection]) -> None:
        """Let posts wait until the connection is resumed."""
        for connection in queryset:
            connections.set_active(connection, False, access.user_of(request))

    @admin.action(description="Resume", permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[PsaConnection]) -> None:
        """Let posts go again."""
        for connection in queryset:
            connections.set_active(connection, True, access.user_of(request))


class MemberMappingForm(MappingForm):
    """Who is who; both sides belong to the same account."""

    class Meta:
        model = MemberMapping
        fields = ["connection", "user", "external_member_id", "external_member_name"]

    def clean(self) -> dict[str, Any] | None:
        """Refuse a person of another account."""
        cleaned = super().clean() or {}
        connection, user = cleaned.get("connection"), cleaned.get("user")
        if connection and user and connection.account_id != user.account_id:
            self.add_error("user", "This person does not belong to the connection's account.")
        return cleaned


@admin.register(MemberMapping)
class MemberMappingAdmin(AccountScopedAdmin):
    """Mappings set by hand."""

    account_path = "connection__account"
    audited_as = "mapping"
    audited_values = frozenset({"external_member_id", "external_member_name"})
    form = MemberMappingForm
    autocomplete_fields = ["user"]
    list_display = ["user", "external_member_name", "external_member_id", "matched_by"]
    list_filter = ["matched_by"]
    ordering = ["user__name", "pk"]
    list_select_related = ["user", "connection__account"]
    search_fields = ["user__name", "external_member_name", "external_member_id"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Remember that an administrator decided this one."""
        obj.matched_by = MemberMapping.MatchedBy.MANUAL_ADMIN
        super().save_model(request, obj, form, change)
