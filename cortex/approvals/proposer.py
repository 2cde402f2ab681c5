# SPDX-License-Identifier: Apache-2.0
"""In whose name, and with which rights of today, an approved proposal is carried out."""

from dataclasses import replace
from uuid import UUID

from cortex.approvals.errors import (
    ProposerMustBeActive,
    ProposerMustBeKnown,
    ProposerMustHaveSecondFactor,
    ProposersConsentMustStand,
)
from cortex.approvals.models import Proposal
from cortex.errors import CortexError
from cortex.identity.models import User
from cortex.ports.plugins import InstalledPlugins
from cortex.ports.principal import Principal
from cortex.ports.programs import Ended, Programs
from cortex.ports.registry import get
from cortex.ports.second_factors import SecondFactorDuty

PROGRAM, PLUGIN = "client", "plugin"


def proposer_of_today(*, proposal: Proposal, approver: Principal) -> Principal:
    """Return in whose name it is carried out.

    Who is at the keyboard now is the approver: how fresh a credential is, policies are told of that one.
    Raises: ProposerMustBeActive, ProposerMustBeKnown, ProposersConsentMustStand,
    ProposerMustHaveSecondFactor.
    """
    proposer, user_id = proposal.proposer, proposal.proposer_user_id
    if user_id is not None and not User.objects.filter(id=user_id, is_active=True).exists():
        raise ProposerMustBeActive(
            f"Proposal {proposal.id}: expected a proposer who is active, got one who was switched off. "
            "Reject it, and let somebody else propose it.",
            evidence={"object": str(proposal.id), "expected": "active", "got": "inactive"},
        )
    if proposal.proposer_kind == PROGRAM:
        proposer = _program_of_today(proposal)
    elif proposal.proposer_kind == PLUGIN:
        proposer = _plugin_of_today(proposal)
    certificate = proposal.proposer_certificate or None
    return replace(proposer, authentication=replace(approver.authentication, certificate=certificate))


def _program_of_today(proposal: Proposal) -> Principal:
    """Return the program with what it may do today, for it acts now."""
    if proposal.proposer_acts_for_person is None:
        raise ProposerMustBeKnown(
            f"Proposal {proposal.id}: expected to know for whom {proposal.proposed_by} acted, got a "
            "proposal from before that was written down. Reject it, and let it be proposed again.",
            evidence={"object": str(proposal.id), "expected": "known", "got": proposal.proposed_by},
        )
    found = get(Programs).of_today(program=proposal.proposer)
    if isinstance(found, Ended):
        raise _refused(proposal, found)
    if found.acts_for_person and found.user_id is not None:
        _require_second_factor(proposal, found.user_id)
    return found


def _plugin_of_today(proposal: Proposal) -> Principal:
    """Return the plugin with what it is granted today, for the person on whose behalf it proposed."""
    company_id = proposal.company_id
    found = (
        None
        if company_id is None
        else get(InstalledPlugins).of_today(company_id=company_id, plugin=proposal.proposer)
    )
    if found is None or found.user_id is None:
        raise ProposerMustBeActive(
            f"Proposal {proposal.id}: expected a plugin that is at work, got {proposal.proposer_id}, which "
            "was switched off, removed or recalled. Reject it, or enable the plugin again.",
            evidence={"object": str(proposal.id), "expected": "enabled", "got": "not at work"},
        )
    _require_second_factor(proposal, found.user_id)
    return found


def _refused(proposal: Proposal, ended: Ended) -> CortexError:
    if ended is Ended.SWITCHED_OFF:
        return ProposerMustBeActive(
            f"Proposal {proposal.id}: expected a program that is served, got one that was switched off. "
            "Reject it, and let somebody else propose it.",
            evidence={"object": str(proposal.id), "expected": "enabled", "got": "disabled"},
        )
    return ProposersConsentMustStand(
        f"Proposal {proposal.id}: expected a person who lets the program act in their name, got one who "
        "does so no more. Reject it, or let the person propose it again.",
        evidence={"object": str(proposal.id), "expected": "a yes that stands", "got": "none"},
    )


def _require_second_factor(proposal: Proposal, user_id: UUID) -> None:
    """No door takes a token whose person owes a factor: what it asked for before is not done either."""
    if get(SecondFactorDuty).is_unmet(user_id=user_id):
        raise ProposerMustHaveSecondFactor(
            f"Proposal {proposal.id}: expected a person with a second factor behind it, since a "
            "role of theirs asks for one; got one without. Let them sign in and add one.",
            evidence={"object": str(proposal.id), "expected": "a second factor", "got": "none"},
        )
