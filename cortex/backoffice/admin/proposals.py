# SPDX-License-Identifier: Apache-2.0
"""What of the platform waits for a second person: administrators look, comment and decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from cortex.approvals.actions import APPROVE, COMMENT, READ, WITHDRAW, here
from cortex.approvals.approve import approve
from cortex.approvals.comment import comment
from cortex.approvals.models import Proposal
from cortex.approvals.reject import reject
from cortex.approvals.selectors import comments_on
from cortex.approvals.withdraw import withdraw
from cortex.backoffice.marks import Kind, mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.policy_shown import difference_shown, simulation_shown
from cortex.backoffice.verbs import Done, RowVerb
from cortex.identity.actor_names import names_of_actors
from cortex.policy.models import PolicyVersion
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

REASON_MAX, TEXT_MAX = 1_000, 2_000
State = Proposal.State
_MARKS: Mapping[Proposal.State, Kind] = {State.WAITING: "warn", State.APPROVED: "good", State.REJECTED: "bad"}


class DecisionForm(forms.Form):
    """What is decided on: the proposal as it was when the page was opened."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=REASON_MAX, required=False, widget=UnfoldAdminTextInputWidget)


class RejectionForm(DecisionForm):
    """Why it is refused."""

    reason = forms.CharField(
        max_length=REASON_MAX, widget=UnfoldAdminTextInputWidget, help_text="The proposer is told by mail."
    )


class CommentForm(forms.Form):
    """What there is to say."""

    text = forms.CharField(max_length=TEXT_MAX, widget=UnfoldAdminTextareaWidget, help_text="It stays.")


def _approve(proposal: Proposal, principal: Principal, given: Mapping[str, Any]) -> Done:
    approval = approve(company_id=None, proposal_id=proposal.id, approved_by=principal, **given)
    if approval.failure is not None:
        raise approval.failure
    return Done(f"{proposal.title}: approved.")


def _reject(proposal: Proposal, principal: Principal, given: Mapping[str, Any]) -> Done:
    reject(company_id=None, proposal_id=proposal.id, rejected_by=principal, **given)
    return Done(f"{proposal.title}: rejected.")


def _withdraw(proposal: Proposal, principal: Principal, given: Mapping[str, Any]) -> Done:
    withdraw(company_id=None, proposal_id=proposal.id, withdrawn_by=principal)
    return Done(f"{proposal.title}: withdrawn.")


def _comment(proposal: Proposal, principal: Principal, given: Mapping[str, Any]) -> Done:
    comment(company_id=None, proposal_id=proposal.id, text=given["text"], written_by=principal)
    return Done("Your comment stands with the proposal.")


def _seen(proposal: Proposal) -> Mapping[str, str]:
    return {"digest": proposal.digest}


def _waits(proposal: Proposal) -> bool:
    return proposal.is_waiting


@admin.register(Proposal)
class ProposalAdmin(PlatformVerbsModelAdmin):
    """Proposals of the platform, those that wait before all others."""

    looks_leave_leaves = True
    policy_action = here(READ, company_id=None)
    list_display = ("title", "stage", "proposer", "proposed_at", "expires_at")
    list_filter = ("state",)
    ordering = ("-id",)
    fields = (
        "title",
        "stage",
        "proposer",
        "proposed_at",
        "expires_at",
        "told",
        "simulation_told",
        "difference",
        "said",
        "decision",
        "digest",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "approve",
            "Approve",
            "You read what would be carried out, and agree. It is done at once, in the proposer's name. "
            "Delegations do not count here: while you are away any other administrator decides.",
            here(APPROVE, company_id=None),
            _approve,
            form=DecisionForm,
            applies=_waits,
            initial=_seen,
        ),
        RowVerb(
            "reject",
            "Reject",
            "Nothing is carried out, and the proposal ends.",
            here(APPROVE, company_id=None),
            _reject,
            form=RejectionForm,
            applies=_waits,
            initial=_seen,
        ),
        RowVerb(
            "comment",
            "Comment",
            "Everybody who sees the proposal reads it.",
            here(COMMENT, company_id=None),
            _comment,
            form=CommentForm,
            applies=_waits,
        ),
        RowVerb(
            "withdraw",
            "Withdraw",
            "Your own proposal ends, and nobody is asked any more.",
            here(WITHDRAW, company_id=None),
            _withdraw,
            applies=_waits,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return those of the platform: those of companies wait in their books."""
        return super().get_queryset(request).filter(company__isnull=True)

    def about(self, row: Proposal) -> Resource:
        """Return the proposal with its proposer, who does not approve it."""
        return row.resource()

    @admin.display(description="stage", ordering="state")
    def stage(self, proposal: Proposal) -> SafeString:
        """Return whether it waits, or how it ended."""
        return mark(proposal.get_state_display(), kind=_MARKS.get(State(proposal.state), "plain"))

    @admin.display(description="proposed by")
    def proposer(self, proposal: Proposal) -> str:
        """Return the proposer by name."""
        return names_of_actors(urns=[proposal.proposed_by])[proposal.proposed_by]

    @admin.display(description="what is asked for")
    def told(self, proposal: Proposal) -> SafeString:
        """Return all that decides, one fact a line."""
        lines = format_html_join("", "<li>{}</li>", ((line,) for line in proposal.summary if line))
        return format_html('<div class="cx-page"><ul>{}</ul></div>', lines)

    @admin.display(description="simulation")
    def simulation_told(self, proposal: Proposal) -> SafeString | str:
        """Return which decisions would change, of a version of the policies."""
        version = _version_of(proposal)
        return "–" if version is None else simulation_shown(version)

    @admin.display(description="difference to what is in force")
    def difference(self, proposal: Proposal) -> SafeString | str:
        """Return which lines differ, of a version of the policies."""
        version = _version_of(proposal)
        return "–" if version is None else difference_shown(version)

    @admin.display(description="comments")
    def said(self, proposal: Proposal) -> SafeString | str:
        """Return what was said, oldest first."""
        comments = comments_on(proposal=proposal)
        names = names_of_actors(urns=[each.author for each in comments])
        rows = ((names[each.author], f"{each.written_at:%Y-%m-%d %H:%M}", each.text) for each in comments)
        lines = format_html_join("", "<li>{} ({}): {}</li>", rows)
        return format_html('<div class="cx-page"><ul>{}</ul></div>', lines) if comments else "None yet."

    @admin.display(description="decision")
    def decision(self, proposal: Proposal) -> str:
        """Return who decided what and why, or why it could not be carried out so far."""
        if proposal.decided_by:
            by = names_of_actors(urns=[proposal.decided_by])[proposal.decided_by]
            return f"{proposal.get_state_display()} by {by}. {proposal.reason}".strip()
        return str(proposal.failure["detail"]) if proposal.failure else "Nobody has decided yet."


def _version_of(proposal: Proposal) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(id=proposal.object_id).first() if proposal.object_id else None
