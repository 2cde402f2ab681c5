# SPDX-License-Identifier: Apache-2.0
"""Object permissions of guardian: shown, because policies read them as data."""

from django.contrib import admin
from guardian.models import GroupObjectPermission, UserObjectPermission

from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.ports.asking import asks


@admin.register(UserObjectPermission)
@asks(LOOK_AT_PLATFORM)
class UserObjectPermissionAdmin(ReadOnlyModelAdmin):
    """Grants to users on single objects."""

    looks_leave_leaves = True
    list_display = ("user", "permission", "content_type", "object_pk")
    list_select_related = ("user", "permission__content_type", "content_type")
    search_fields = ("object_pk__exact", "user__username__exact")
    fields = list_display
    readonly_fields = list_display


@admin.register(GroupObjectPermission)
@asks(LOOK_AT_PLATFORM)
class GroupObjectPermissionAdmin(ReadOnlyModelAdmin):
    """Grants to groups on single objects."""

    list_display = ("group", "permission", "content_type", "object_pk")
    list_select_related = ("group", "permission__content_type", "content_type")
    search_fields = ("object_pk__exact", "group__name__exact")
    fields = list_display
    readonly_fields = list_display
