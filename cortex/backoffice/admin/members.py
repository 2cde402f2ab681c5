# SPDX-License-Identifier: Apache-2.0
"""Members of companies, whose roles administrators change, and people who are invited to belong to one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cortex.backoffice.access import companies_of, sees_everything
from cortex.backoffice.marks import mark
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.verbs import Done, RowVerb, VerbsModelAdmin
from cortex.identity.membership_changes import GRANT, MEMBERSHIP, READ_MEMBERS, REVOKE
from cortex.identity.models import Invitation, Membership
from cortex.identity.principals import principal_of
from cortex.identity.waiting_verbs import grant_or_wait, resend_or_wait, revoke_or_wait, withdraw_or_wait
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


class RolesForm(forms.Form):
    """What a member shall be instead of what it is."""

    roles = forms.MultipleChoiceField(
        choices=Membership.Role.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


def _change(member: Membership, principal: Principal, given: Mapping[str, Any]) -> Done:
    grant_or_wait(
        company_id=member.company_id, user_id=member.user_id, roles=given["roles"], granted_by=principal
    )
    return Done(f"{member.user} has other roles in {member.company}, from the next page on.")


def _revoke(member: Membership, principal: Principal, given: Mapping[str, Any]) -> Done:
    revoke_or_wait(company_id=member.company_id, user_id=member.user_id, revoked_by=principal)
    return Done(f"{member.user} belongs to {member.company} no more, from the next page on.")


def _resend(invitation: Invitation, principal: Principal, given: Mapping[str, Any]) -> Done:
    resend_or_wait(company_id=invitation.company_id, invitation_id=invitation.id, resent_by=principal)
    return Done("A new link is on its way; the former one is worthless.")


def _withdraw(invitation: Invitation, principal: Principal, given: Mapping[str, Any]) -> Done:
    withdraw_or_wait(company_id=invitation.company_id, invitation_id=invitation.id, withdrawn_by=principal)
    return Done("The invitation is withdrawn.")


@admin.register(Membership)
class MembershipAdmin(VerbsModelAdmin):
    """Who is what in which company; people are invited on the company's own page."""

    looks_leave_leaves = True
    policy_action = READ_MEMBERS
    entity_type = MEMBERSHIP
    list_display = ("user", "company", "roles", "created_at")
    list_select_related = ("user", "company")
    search_fields = ("user__username__istartswith", "company__code__istartswith")
    fields = ("user", "company", "roles", "created_at", "page")
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "roles",
            "Change the roles",
            "The member has these roles instead of any others. Nobody changes their own, and one "
            "administrator always remains.",
            GRANT,
            _change,
            form=RolesForm,
            initial=lambda member: {"roles": member.roles},
        ),
        RowVerb(
            "revoke",
            "End the membership",
            "The person sees nothing of the company from the next page on. What was done stays theirs.",
            REVOKE,
            _revoke,
        ),
    )

    def object_in_log(self, row: Membership) -> UUID:
        """Return the member: leaves name the user, in the log of the company."""
        return row.user_id

    @admin.display(description="invite others")
    def page(self, member: Membership) -> SafeString:
        """Return the link to the page where people are invited."""
        return format_html(
            '<span class="cx-page"><a href="/accounts/companies/{}/members/">Members and invitations of '
            "{}</a></span>",
            member.company.code,
            member.company,
        )


@admin.register(Invitation)
class InvitationAdmin(VerbsModelAdmin):
    """Invitations that wait for an answer, seen by those who may let people in."""

    looks_leave_leaves = True
    policy_action = GRANT
    ordering = ("expires_at", "id")
    list_display = ("email", "company", "roles", "invited_by", "created_at", "expires_at", "state")
    list_select_related = ("company", "invited_by")
    fields = list_display
    readonly_fields = list_display
    row_verbs = (
        RowVerb(
            "resend",
            "Send it again",
            "A new link goes to the same address and is good for seven days; the former one is worthless.",
            GRANT,
            _resend,
        ),
        RowVerb("withdraw", "Withdraw", "The link is worthless from now on.", GRANT, _withdraw),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether there is a company into which the person may let others."""
        return sees_everything(request) or bool(self._companies_of(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what is open in those companies."""
        rows: QuerySet[Any] = super(ReadOnlyModelAdmin, self).get_queryset(request)
        companies = companies_of(request) if sees_everything(request) else self._companies_of(request)
        return rows.filter(company_id__in=companies, accepted_at__isnull=True, withdrawn_at__isnull=True)

    def _companies_of(self, request: HttpRequest) -> list[Any]:
        """Return where the person may invite, if need be after another sign-in: looking needs none."""
        principal = principal_of(request)
        answers = (
            (each, get(Authorizer).decide(principal=principal, action=GRANT, company_id=each))
            for each in companies_of(request)
        )
        return [each for each, told in answers if told.is_allowed or told.needs == {"step_up"}]

    @admin.display(description="state")
    def state(self, invitation: Invitation) -> SafeString:
        """Return whether the link still works."""
        if invitation.expires_at > get(Clock).now():
            return mark("waits", kind="good")
        return mark("too late: send it again", kind="warn")
