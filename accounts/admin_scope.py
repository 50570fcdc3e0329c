"""The Django admin for owners and admins: their own account's rows, and nothing beside them.

Super admins see everything. Inherit AccountScopedAdmin for every model that belongs to an
account; a foreign key to a model that is not scoped like this offers them no choice at all.
"""

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import NotRelationField, get_fields_from_path, label_for_field
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from accounts import access, audit
from accounts.models import Account
from accounts.permissions import Right, may
from resolutionflow.lib.text import has_controls

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


# What a lookup must not name: it would find the value out letter by letter.
_SECRETS = ("password", "credentials", "nonce", "token")
# What filters and the days above a list ask by. Others, such as `regex` and `range`, take values
# of a shape of their own, and raise errors in the database for any other.
_LOOKUPS = frozenset({"exact", "in", "isnull", "gte", "lt", "year", "month", "day"})

LONGEST_SEARCH = 200


def _ends_in_a_field(model: type[models.Model], lookup: str) -> bool:
    try:
        get_fields_from_path(model, lookup)
    except (FieldDoesNotExist, NotRelationField):
        return False
    return True


class _SearchedChoice(AutocompleteSelect):
    """A choice by search whose form can be shown again with whatever was sent as the choice.

    Django's own asks the database for it unseen, and raises ValueError for what is no key.
    """

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        """Return the chosen row as an option, and none for what no row can be."""
        return super().optgroups(name, [each for each in value if self._is_key(each)], attr)

    def _is_key(self, value: str) -> bool:
        try:
            self.field.target_field.to_python(value)
        except ValidationError:
            return False
        return True


class AccountScopedAdmin(ModelAdmin):
    """Lists, opens, changes and offers only what belongs to the person's account.

    `account_path` is the way from a row to its account, as a filter names it. A field
    `account` on the row itself is set by the person's account and shown to super admins only.
    """

    account_path = "account"
    # What the audit calls such a row; empty where the operations that are called record it.
    audited_as = ""
    # Fields whose change an operation has recorded already, by their labels.
    recorded_elsewhere: frozenset[str] = frozenset()
    # Fields whose values the audit holds, before and after; never a secret.
    audited_values: frozenset[str] = frozenset()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows within reach; every admin view and autocomplete starts from here."""
        return access.reachable(request, super().get_queryset(request), self.account_path)

    # --- Rights -----------------------------------------------------------------------

    def may_touch(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Return whether the person administers this row's account (or any, without a row)."""
        user = access.user_of(request)
        if not may(user, Right.ADMINISTER):
            return False
        return user.is_superuser or obj is None or self._account_id(obj) == user.account_id

    def _account_id(self, obj: models.Model) -> Any:
        account: Any = reduce(getattr, self.account_path.split("__"), obj)
        return getattr(account, "pk", account)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app on the front page to whoever may administer."""
        return self.may_touch(request, None)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let administrators see rows of their account."""
        return self.may_touch(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let administrators add rows to their account."""
        return self.may_touch(request, None)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let administrators change rows of their account."""
        return self.may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let administrators delete rows of their account."""
        return self.may_touch(request, obj)

    # --- What forms and filters offer -------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Leave the account out of the form for people who have only one."""
        fieldsets = super().get_fieldsets(request, obj)
        if access.user_of(request).is_superuser:
            return fieldsets
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f != "account"]})
            for title, options in fieldsets
        ]

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> "type[forms.ModelForm[Any]]":
        """Put a new row into the person's account before the form judges it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        user = access.user_of(request)
        if user.is_superuser or obj is not None or self.account_path != "account":
            return form

        class OwnAccountForm(form):  # type: ignore[valid-type, misc]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                self.instance.account = user.account

        return OwnAccountForm

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer only rows within reach."""
        kwargs["queryset"] = self._choices(request, db_field.related_model)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = _SearchedChoice(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer only rows within reach."""
        kwargs["queryset"] = self._choices(request, db_field.related_model)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _choices(self, request: HttpRequest, model: Any) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = model._default_manager.all()
        if access.user_of(request).is_superuser:
            return rows
        registered = self.admin_site._registry.get(model)
        if isinstance(registered, AccountScopedAdmin):
            return registered.get_queryset(request)
        return rows.none()

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the account to those who see several."""
        columns = super().get_list_display(request)
        if access.user_of(request).is_superuser:
            return columns
        return [column for column in columns if column != "account"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave out filters by another row; their choices would name other accounts' rows."""
        filters = super().get_list_filter(request)
        if access.user_of(request).is_superuser:
            return filters
        return [f for f in filters if isinstance(f, str) and not self._is_relation(f)]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Refuse to search by a secret, by what no filter of a list uses, and for a NUL."""
        if any(secret in lookup for secret in _SECRETS) or has_controls(value):
            return False
        by = lookup.rpartition("__")[2]
        is_used = by in _LOOKUPS or "__" not in lookup or _ends_in_a_field(self.model, lookup)
        return is_used and super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find nothing for more words than a database takes in one question, and say so."""
        if len(search_term) > LONGEST_SEARCH:
            said = f"That is too long to search for. Use at most {LONGEST_SEARCH} characters."
            self.message_user(request, said, messages.WARNING)
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the row; a `_to_field` that is empty, which Django looks up, names none."""
        return super().get_object(request, object_id, from_field or None)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Answer values that no day or number can have as Django answers wrong lookups.

        Django redirects to the list without a filter, but only for what a field cannot convert;
        a year such as 9999 or 10**20 raises later, when its end is computed.
        """
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters from error

    def _is_relation(self, name: str) -> bool:
        return "__" in name or self.opts.get_field(name).is_relation

    # --- The audit --------------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Write it into the account's audit too."""
        self._record(request, obj, "added")
        return super().log_addition(request, obj, message)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Remember for the audit what stood in the fields whose values it may hold."""
        form.instance.replaced = {
            name: (str(form.initial.get(name, "")), str(form.cleaned_data[name]))
            for name in form.changed_data
            if name in self.audited_values
        }
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Write which fields changed into the account's audit too; most values are left out."""
        replaced = getattr(obj, "replaced", {})
        labels = {str(label_for_field(name, self.model)).lower() for name in replaced}
        changed = {
            field
            for part in message
            for field in (part.get("changed") or {}).get("fields", [])
            if field not in self.recorded_elsewhere and field.lower() not in labels
        }
        before = {name: values[0] for name, values in replaced.items()}
        after = {name: values[1] for name, values in replaced.items()}
        if changed:
            after["fields"] = ", ".join(sorted(changed))
        if after:
            self._record(request, obj, "changed", before, after)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Write it into the account's audit too."""
        for obj in queryset:
            self._record(request, obj, "deleted")
        return super().log_deletions(request, queryset)

    def _record(
        self,
        request: HttpRequest,
        obj: models.Model,
        verb: str,
        before: dict[str, str] | None = None,
        after: dict[str, str] | None = None,
    ) -> None:
        account = self._account_of(obj)
        if self.audited_as and account is not None:
            action = f"{self.audited_as}.{verb}"
            actor = access.user_of(request)
            audit.record(account, actor, action, str(obj), before=before, after=after)

    def _account_of(self, obj: models.Model) -> Account | None:
        """Return the account of the row; None for what stands outside all accounts."""
        found = reduce(getattr, self.account_path.split("__"), obj)
        return found if isinstance(found, Account) else None

    # --- Answers ----------------------------------------------------------------------

    def _get_obj_does_not_exist_redirect(self, *_about: Any) -> HttpResponse:
        """Answer 404 for other accounts' rows as everywhere, not with Django's redirect."""
        raise Http404
