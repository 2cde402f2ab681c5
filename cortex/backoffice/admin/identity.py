# SPDX-License-Identifier: Apache-2.0
"""Users, with what may be done for them and about them, and what was changed on these pages."""

from collections.abc import Mapping
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.user_forms import AddressForm, RoleForm
from cortex.backoffice.verbs import Done, RowVerb
from cortex.identity.accounts import (
    CHANGE_ADDRESS,
    DEACTIVATE,
    GRANT_ROLE,
    REMOVE_FACTOR,
    REVOKE_ROLE,
    SET_STAFF,
    account_of,
)
from cortex.identity.deactivate_user import deactivate_user, reactivate_user
from cortex.identity.help_kinds import change_address_or_propose, remove_factors_or_propose
from cortex.identity.models import LOOK_AT_PLATFORM, User
from cortex.identity.platform_role_kinds import grant_or_propose, revoke_or_propose
from cortex.identity.second_factors.stored import has_second_factor
from cortex.identity.set_staff import set_staff
from cortex.ports.asking import asks
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

_PROPOSED = "It waits for another platform administrator, who finds it among the proposals."

# Roles in companies say who may do what; groups of permissions would be a second answer.
# Importing the library's page registered it, so that it can be taken off whatever the order of apps.
admin.site.unregister(Group)
# Factors are secrets, and providers come from the configuration: neither is a row to be edited by hand.
for _label in ("account", "mfa", "socialaccount"):
    admin.site.unregister(
        [model for model in apps.get_app_config(_label).get_models() if admin.site.is_registered(model)]
    )


def _deactivate(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    deactivate_user(user_id=user.id, actor=principal)
    return Done(f"{user} is switched off; every session is over.")


def _reactivate(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    reactivate_user(user_id=user.id, actor=principal)
    return Done(f"{user} is switched on.")


def _change_address(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    waits = change_address_or_propose(user_id=user.id, address=given["address"], changed_by=principal)
    done = f"Mail to {user} goes to the new address; both addresses are told."
    return Done(done if waits is None else _PROPOSED)


def _remove_factors(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    waits = remove_factors_or_propose(user_id=user.id, removed_by=principal)
    done = f"{user} has no second factor any more; every session is over."
    return Done(done if waits is None else _PROPOSED)


def _let_in(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    set_staff(user_id=user.id, is_staff=True, set_by=principal)
    return Done(f"{user} may enter the administration.")


def _keep_out(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    set_staff(user_id=user.id, is_staff=False, set_by=principal)
    return Done(f"{user} may no longer enter the administration.")


def _give_role(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    waits = grant_or_propose(user_id=user.id, role=given["role"], granted_by=principal)
    return Done(f"{user} has the role {given['role']}." if waits is None else _PROPOSED)


def _take_role(user: User, principal: Principal, given: Mapping[str, Any]) -> Done:
    waits = revoke_or_propose(user_id=user.id, role=given["role"], revoked_by=principal)
    return Done(f"{user} no longer has the role {given['role']}." if waits is None else _PROPOSED)


def _is_person(user: User) -> bool:
    return user.is_active and user.kind == User.Kind.PERSON


@admin.register(User)
class UserAdmin(PlatformVerbsModelAdmin):
    """People and services. They are created by `create_user` or an invitation, and never deleted."""

    looks_leave_leaves = True
    policy_action = LOOK_AT_PLATFORM
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
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "deactivate",
            "Switch off",
            "Every session ends at once and no token is accepted any more. The person is told by mail.",
            DEACTIVATE,
            _deactivate,
            applies=lambda user: user.is_active,
        ),
        RowVerb(
            "reactivate",
            "Switch on",
            "The user may sign in again, with the roles they have. The person is told by mail.",
            DEACTIVATE,
            _reactivate,
            applies=lambda user: not user.is_active,
        ),
        RowVerb(
            "change-address",
            "Change the address",
            "Mail goes to the new address from now on, that for a forgotten password as well. Make sure that "
            "it is theirs: both addresses are told. Of a member of a company another platform administrator "
            "has to agree, and the company is told.",
            CHANGE_ADDRESS,
            _change_address,
            form=AddressForm,
        ),
        RowVerb(
            "remove-factors",
            "Remove second factors",
            "For somebody who lost them all, recovery codes as well. Every session ends, the password alone "
            "signs in until a new one is added, and the person is told by mail. Make sure who asks for it. "
            "Of a member of a company another platform administrator has to agree, and the company is told.",
            REMOVE_FACTOR,
            _remove_factors,
            applies=lambda user: has_second_factor(user_id=user.id),
        ),
        RowVerb(
            "let-in",
            "Let into the administration",
            "The user may open the administration, and sees there what their roles let them see.",
            SET_STAFF,
            _let_in,
            applies=lambda user: not user.is_staff and _is_person(user),
        ),
        RowVerb(
            "keep-out",
            "Keep out of the administration",
            "The administration is closed to the user from the next request on.",
            SET_STAFF,
            _keep_out,
            applies=lambda user: user.is_staff,
        ),
        RowVerb(
            "give-role",
            "Give a role on the platform",
            "Another platform administrator has to agree. The person signs in anew, and every platform "
            "administrator is told by mail.",
            GRANT_ROLE,
            _give_role,
            form=RoleForm,
            applies=_is_person,
        ),
        RowVerb(
            "take-role",
            "Take a role on the platform away",
            "Another platform administrator has to agree; to lock the user out at once, switch them off. "
            "Every session ends, and every platform administrator is told by mail.",
            REVOKE_ROLE,
            _take_role,
            form=RoleForm,
            applies=lambda user: bool(user.marked_roles),
        ),
    )

    def about(self, row: User) -> Resource:
        """Return the account, for which each verb is asked."""
        return account_of(user=row)

    @admin.display(description="roles on the platform")
    def roles_on_the_platform(self, user: User) -> str:
        """Return what the person is beyond all companies."""
        return ", ".join(sorted(user.platform_roles)) or "–"


@admin.register(LogEntry)
@asks(LOOK_AT_PLATFORM)
class LogEntryAdmin(ReadOnlyModelAdmin):
    """What was changed on these pages."""

    looks_leave_leaves = True
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
