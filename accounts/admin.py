"""Accounts and people in the Django admin, each account on its own."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from accounts import access, team
from accounts.admin_scope import AccountScopedAdmin
from accounts.models import Account, Role, User
from accounts.permissions import Right, may

if TYPE_CHECKING:
    UserAdmin = BaseUserAdmin[Any]
    ChangeForm = UserChangeForm[User]
else:
    UserAdmin, ChangeForm = BaseUserAdmin, UserChangeForm

# Roles are the product's own; Django's groups grant nothing here.
admin.site.unregister(Group)


class PersonChangeForm(ChangeForm):
    """What may be changed about a person; role and access by the team's own operations."""

    actor: User

    class Meta:
        model = User
        fields = ["name", "role", "is_active"]

    def _post_clean(self) -> None:
        """Decide about role and access after everything else has held."""
        stored = User.objects.get(pk=self.instance.pk)
        super()._post_clean()  # type: ignore[misc]
        if self.errors or stored.account_id is None:
            return
        try:
            with transaction.atomic():
                self._administer(stored)
        except team.TeamRefused as refused:
            self.add_error(None, refused.sentence)

    def _administer(self, stored: User) -> None:
        person, wanted = self.instance, self.cleaned_data
        if wanted.get("role", stored.role) != stored.role:
            team.change_role(self.actor, person, Role(wanted["role"]), seen=stored.role)
        if wanted.get("is_active", stored.is_active) != stored.is_active:
            decide = team.reactivate if wanted["is_active"] else team.deactivate
            decide(self.actor, person)


def _is_last_owner(user: User) -> bool:
    owners = User.objects.filter(account=user.account, role=Role.OWNER, is_active=True)
    return user.account is not None and set(owners) == {user}


@admin.register(Account)
class AccountAdmin(AccountScopedAdmin):
    """Accounts: owners may rename theirs, super admins do all."""

    account_path = "id"
    audited_as = "account"
    audited_values = frozenset({"name"})
    list_display = ["name", "created_at"]
    search_fields = ["name"]

    def _account_of(self, obj: Model) -> Account | None:
        """Return the row itself; the audit of one that is deleted goes with it."""
        return obj if isinstance(obj, Account) else None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave the audit alone: an account that has one is not deleted."""
        return super(AccountScopedAdmin, self).log_deletions(request, queryset)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave new accounts to super admins."""
        return access.user_of(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let the owner rename the account."""
        return self.may_touch(request, obj) and may(access.user_of(request), Right.OWN)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Leave the end of an account to super admins; its posts are kept evidence."""
        del obj
        return access.user_of(request).is_superuser


@admin.register(User)
class PersonAdmin(AccountScopedAdmin, UserAdmin):
    """People: admins look after everybody but owners, owners after all of the account.

    Nobody is added here, and nobody's password or address is chosen: invitations and links on
    the Team pages leave that to the person.
    """

    audited_as = "user"
    audited_values = frozenset({"name"})
    recorded_elsewhere = frozenset({"Role", "Active"})
    form = PersonChangeForm
    change_list_template = "admin/people.html"
    fieldsets = (
        (None, {"fields": ["email", "links", "name", "account", "role", "is_active"]}),
        ("Outside all accounts", {"fields": ["is_superuser"]}),
        ("Times", {"fields": ["last_login", "date_joined"]}),
    )
    readonly_fields = ["email", "links", "is_superuser", "last_login", "date_joined"]
    list_display = ["name", "email", "account", "role", "is_active"]
    list_filter = ["role", "is_active", "account"]
    list_select_related = ["account"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    filter_horizontal = []

    @admin.display(description="Password and e-mail")
    def links(self, person: User) -> str:
        """Lead to where links to a new password and a new address are made."""
        if person.is_superuser:
            return "Changed by the super admin alone"
        address = reverse("accounts:person", args=[person.pk])
        return format_html('<a href="{}">Make a link to a new one</a>', address)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave new people to invitations."""
        del request
        return False

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponseRedirect:
        """Lead to the person's page, whose link lets them choose the password themselves."""
        del form_url
        person = self.get_object(request, id)
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("accounts:person", args=[person.pk]))

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Tell the form, which is a class of this request's own, who is at work."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.actor = access.user_of(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Keep a person with the account: posts, mapping and audit are that account's."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "account"]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Show what stands outside accounts to those who stand there."""
        fieldsets = super().get_fieldsets(request, obj)
        if access.user_of(request).is_superuser:
            return fieldsets
        return [(title, options) for title, options in fieldsets if title != "Outside all accounts"]

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.TypedChoiceField | None:
        """Offer the role of an owner only to those who may give it."""
        if db_field.name == "role" and not may(access.user_of(request), Right.OWN):
            kwargs["choices"] = [choice for choice in Role.choices if choice[0] != Role.OWNER]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep owners out of an admin's reach, and super admins out of everybody's."""
        return self.may_touch(request, obj) and self._may_rule(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes the own log-in, the last owner, or somebody they may not change."""
        if obj == request.user or (isinstance(obj, User) and _is_last_owner(obj)):
            return False
        return self.has_change_permission(request, obj)

    def _may_rule(self, request: HttpRequest, obj: Model | None) -> bool:
        if not isinstance(obj, User):
            return True
        if obj.is_superuser:
            return False
        return obj.role != Role.OWNER or may(access.user_of(request), Right.OWN)
