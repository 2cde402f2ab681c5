# SPDX-License-Identifier: Apache-2.0
"""Users, whom a platform administrator switches on and off here, and what was changed on these pages."""

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.http import HttpRequest

from cortex.backoffice.bounded import BoundedModelAdmin
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.identity.models import LOOK_AT_PLATFORM, User
from cortex.ports.asking import asks

# Roles in companies say who may do what; groups of permissions would be a second answer.
# Importing the library's page registered it, so that it can be taken off whatever the order of apps.
admin.site.unregister(Group)
# Factors are secrets, and providers come from the configuration: neither is a row to be edited by hand.
for _label in ("account", "mfa", "socialaccount"):
    admin.site.unregister(
        [model for model in apps.get_app_config(_label).get_models() if admin.site.is_registered(model)]
    )


@admin.register(User)
@asks(LOOK_AT_PLATFORM)
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
        "roles_on_the_platform",
        "last_login",
        "created_at",
    )
    readonly_fields = ("id", "username", "kind", "roles_on_the_platform", "last_login", "created_at")

    @admin.display(description="roles on the platform")
    def roles_on_the_platform(self, user: User) -> str:
        """Return what the person is beyond all companies."""
        return ", ".join(sorted(user.platform_roles)) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a form that asks for no credential would make half a user."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse: posted rows and the log know the user by id."""
        return False


@admin.register(LogEntry)
@asks(LOOK_AT_PLATFORM)
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
