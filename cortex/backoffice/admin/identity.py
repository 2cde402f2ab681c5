# SPDX-License-Identifier: Apache-2.0
"""Users and memberships: the rows that a platform administrator changes here."""

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.http import HttpRequest

from cortex.backoffice.bounded import BoundedModelAdmin
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.identity.memberships import grant_membership
from cortex.identity.models import Membership, User
from cortex.identity.principals import principal_of

# Roles in companies say who may do what; groups of permissions would be a second answer.
# Importing the library's page registered it, so that it can be taken off whatever the order of apps.
admin.site.unregister(Group)
# Factors are secrets, and providers come from the configuration: neither is a row to be edited by hand.
for _label in ("account", "mfa", "socialaccount"):
    admin.site.unregister(
        [model for model in apps.get_app_config(_label).get_models() if admin.site.is_registered(model)]
    )


@admin.register(User)
class UserAdmin(BoundedModelAdmin):
    """People and services. They are created by `create_user`, switched off here, never deleted."""

    list_display = ("username", "full_name", "email", "kind", "is_active", "is_staff")
    list_filter = ("kind", "is_active", "is_staff")
    search_fields = ("username__istartswith", "email__istartswith")
    fields = (
        "id",
        "username",
        "full_name",
        "email",
        "kind",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "created_at",
    )
    readonly_fields = ("id", "username", "kind", "is_superuser", "last_login", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a form that asks for no credential would make half a user."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse: posted rows and the log know the user by id."""
        return False


@admin.register(Membership)
class MembershipAdmin(BoundedModelAdmin):
    """Who is what in which company."""

    list_display = ("user", "company", "roles", "created_at")
    list_select_related = ("user", "company")
    search_fields = ("user__username__istartswith", "company__code__istartswith")
    autocomplete_fields = ("user", "company")
    fields = ("user", "company", "roles")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest | None, **options: Any) -> Any:
        """Offer the roles as boxes to tick."""
        if db_field.name == "roles":
            return forms.MultipleChoiceField(
                choices=Membership.Role.choices, widget=forms.CheckboxSelectMultiple
            )
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        """Return what stays: another company or person is another membership."""
        return () if obj is None else ("user", "company")

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """Grant through the service that everybody uses."""
        grant_membership(
            company_id=obj.company_id,
            user_id=obj.user_id,
            roles=obj.roles,
            granted_by=principal_of(request),
        )


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyModelAdmin):
    """What was changed on these pages."""

    list_display = ("action_time", "user", "action_flag", "content_type", "object_repr")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    fields = (
        "action_time",
        "user",
        "action_flag",
        "content_type",
        "object_id",
        "object_repr",
        "change_message",
    )
    readonly_fields = fields
