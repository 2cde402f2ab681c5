# SPDX-License-Identifier: Apache-2.0
"""Who belongs to a company: see it, change roles, invite, take away."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cortex.errors import CortexError
from cortex.identity.invitations.stored import open_invitations
from cortex.identity.members import members_from, memberships_in, require_member
from cortex.identity.membership_changes import GRANT, MEMBERSHIP, READ_MEMBERS, REVOKE
from cortex.identity.models import Membership
from cortex.identity.principals import principal_of
from cortex.identity.waiting_verbs import (
    grant_or_wait,
    invite_or_wait,
    resend_or_wait,
    revoke_or_wait,
    withdraw_or_wait,
)
from cortex.policy.access import entered
from cortex.policy.declarations import policy_action
from cortex.policy.filters.visible import visible
from cortex.ports.audit_log import READ_LOG
from cortex.ports.authorizer import Authorizer, StepUpMustComeFirst
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.waiting_verbs import VerbMustWait, propose_wish
from cortex.tenancy.models import Company

Page = Callable[..., HttpResponse]
Change = Callable[..., str]


class RolesForm(forms.Form):
    """Some of the roles."""

    roles = forms.MultipleChoiceField(choices=Membership.Role.choices)


class InvitationForm(RolesForm):
    """An address, and what its person shall be."""

    email = forms.EmailField(max_length=254)


def _change(action: str) -> Callable[[Change], Page]:
    """Make a function that changes something and says what a view that leads back to the list."""

    def declared(change: Change) -> Page:
        @never_cache
        @require_POST
        @wraps(change)
        def view(request: HttpRequest, company_code: str, **arguments: Any) -> HttpResponse:
            principal = principal_of(request)
            with entered(principal=principal, company_code=company_code, action=action) as company:
                try:
                    messages.success(request, change(request, company, principal, **arguments))
                except StepUpMustComeFirst:
                    raise
                except VerbMustWait as waits:
                    propose_wish(waits)
                    messages.warning(request, "Nothing is done yet: this waits for a second person.")
                except CortexError as refusal:
                    messages.error(request, refusal.message)
            return redirect("accounts:members", company_code=company_code)

        return policy_action(POST=action)(view)

    return declared


@policy_action(GET=READ_MEMBERS)
@never_cache
@require_safe
def overview(request: HttpRequest, company_code: str) -> HttpResponse:
    """Show members and open invitations, with what may be done to them."""
    principal = principal_of(request)
    with entered(principal=principal, company_code=company_code, action=READ_MEMBERS) as company:
        decide = get(Authorizer).decide
        decided = decide(principal=principal, action=GRANT, company_id=company.id)
        # Whoever only has to confirm that it is them, or to wait for a second person, is offered it.
        may_change = decided.is_allowed or frozenset() < decided.needs <= {"step_up", "approval"}
        context = {
            "company": company,
            "members": members_from(_seen(principal, company.id)),
            "invitations": open_invitations(company_id=company.id, at=get(Clock).now()) if may_change else [],
            "roles": Membership.Role.choices,
            "may_change": may_change,
            "may_read_log": decide(principal=principal, action=READ_LOG, company_id=company.id).is_allowed,
            "own_id": principal.user_id,
        }
        return render(request, "accounts/members.html", context)


@_change(GRANT)
def change_roles(request: HttpRequest, company: Company, principal: Principal, *, user_id: UUID) -> str:
    """Give a member other roles."""
    roles = _roles(request)
    require_member(company_id=company.id, user_id=user_id, actor=principal)
    grant_or_wait(company_id=company.id, user_id=user_id, roles=roles, granted_by=principal)
    return "The roles are changed; they count from the next page on."


@_change(REVOKE)
def revoke(request: HttpRequest, company: Company, principal: Principal, *, user_id: UUID) -> str:
    """Take somebody's membership away."""
    require_member(company_id=company.id, user_id=user_id, actor=principal)
    revoke_or_wait(company_id=company.id, user_id=user_id, revoked_by=principal)
    return "The membership is ended, from the next page on."


@_change(GRANT)
def invite_member(request: HttpRequest, company: Company, principal: Principal) -> str:
    """Invite somebody by mail."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return "Nothing was sent: give an address and at least one role."
    invite_or_wait(
        company_id=company.id,
        email=form.cleaned_data["email"],
        roles=form.cleaned_data["roles"],
        invited_by=principal,
    )
    return "The invitation is on its way. It can be accepted within seven days."


@_change(GRANT)
def resend(request: HttpRequest, company: Company, principal: Principal, *, invitation_id: UUID) -> str:
    """Send an invitation again, with a new link."""
    resend_or_wait(company_id=company.id, invitation_id=invitation_id, resent_by=principal)
    return "A new link is on its way; the former one is worthless."


@_change(GRANT)
def withdraw(request: HttpRequest, company: Company, principal: Principal, *, invitation_id: UUID) -> str:
    """Make an invitation worthless."""
    withdraw_or_wait(company_id=company.id, invitation_id=invitation_id, withdrawn_by=principal)
    return "The invitation is withdrawn."


def _seen(principal: Principal, company_id: UUID) -> QuerySet[Membership]:
    rows = memberships_in(company_id=company_id)
    return visible(
        rows, principal=principal, action=READ_MEMBERS, company_id=company_id, entity_type=MEMBERSHIP
    )


def _roles(request: HttpRequest) -> list[str]:
    form = RolesForm(request.POST)
    return list(form.cleaned_data["roles"]) if form.is_valid() else []
