# SPDX-License-Identifier: Apache-2.0
"""Approvals by a second person."""

from datetime import timedelta

from django.db.models import F

from apps.audit.adapters.probes.counting import none_of
from apps.audit.domain.compliance.probe import Asked, Finding, probe, unknown
from cortex.approvals.models import CompanyRule, Proposal
from cortex.tenancy.models import Company


@probe(
    "approvals.decided_by_another",
    title="Nobody approved a proposal of their own",
    remedy="Treat it as an attack: the table refuses it. See runbooks/control-is-red.md.",
)
def decided_by_another(asked: Asked) -> Finding:
    """Look for proposals that their proposer approved."""
    approved = Proposal.objects.filter(state=Proposal.State.APPROVED)
    return none_of(
        approved.filter(decided_by_user_id=F("proposer_user_id")),
        of=approved.count(),
        well="Every approved proposal was decided by another person.",
        ill="Proposals that their proposer approved",
    )


@probe(
    "approvals.overdue",
    title="Proposals are decided, or expire",
    remedy="Look whether the schedule runs (expire-proposals); decide what waits.",
    hours=24,
)
def overdue(asked: Asked) -> Finding:
    """Look for proposals that wait though their time is over."""
    waiting = Proposal.objects.filter(state=Proposal.State.WAITING)
    return none_of(
        waiting.filter(expires_at__lt=asked.now - timedelta(hours=asked["hours"])),
        of=waiting.count(),
        well="No proposal waits beyond its time.",
        ill="Proposals that wait though their time is over",
    )


@probe(
    "approvals.second_person_required",
    title="Dangerous verbs of each company need a second person",
    remedy="Let a controller switch 'requires second person' on in the companies named by id.",
)
def second_person_required(asked: Asked) -> Finding:
    """Look for active companies without the switch."""
    companies = Company.objects.filter(status=Company.Status.ACTIVE)
    if not companies.exists():
        return unknown("There is no active company.")
    switched = CompanyRule.objects.filter(requires_second_person=True).values("company_id")
    return none_of(
        companies.exclude(id__in=switched),
        of=companies.count(),
        well="Every company requires a second person.",
        ill="Companies in which one person reopens periods and lifts limits alone",
    )
