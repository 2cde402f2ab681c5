# SPDX-License-Identifier: Apache-2.0
"""A proposal runs with its proposer's rights in its approver's session, whose factor is the one asked."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from cortex import clock
from cortex.approvals.approve import Approval, approve
from cortex.approvals.change_or_propose_rules import limit_or_propose
from cortex.approvals.require_second_person import require_second_person
from cortex.identity.second_factors.stored import remove_all_factors
from cortex.ports.approvals import ProposalRef
from cortex.ports.authorizer import StepUpMustComeFirst
from cortex.ports.principal import Authentication
from tests.factories.people import CONSOLE, just_signed_in, let_in, person
from tests.factories.sessions import with_factor
from tests.integration.cortex.approvals.office import Office

ONE, TWO = ("pwd",), ("pwd", "otp")


@pytest.fixture
def proposal(office: Office) -> ProposalRef:
    """Return the change of a limit that Dora, an administrator, proposed with her second factor."""
    dora = office.people["dora"] = person("dora")
    let_in(company_id=office.company_id, user_id=dora.id, roles=["administrator"])
    with_factor(dora)
    with office.entered():
        require_second_person(company_id=office.company_id, is_required=True, set_by=CONSOLE)
        proposed = limit_or_propose(
            company_id=office.company_id, role="clerk", entry_limit_minor=5, set_by=just_signed_in(dora)
        )
    assert isinstance(proposed, ProposalRef)
    return proposed


def approved(office: Office, proposal: ProposalRef, *, methods: Collection[str]) -> Approval:
    """Let Alice, who answers for the books, agree in a session of these factors."""
    now = clock.now()
    session = Authentication(methods=frozenset(methods), at=now, factor_at=now if len(methods) > 1 else None)
    with office.entered():
        return approve(
            company_id=office.company_id,
            proposal_id=proposal.id,
            digest=proposal.digest,
            approved_by=replace(office.who("alice"), authentication=session),
        )


def limit_of_clerks(office: Office) -> object:
    rows = office.rows("SELECT entry_limit_minor FROM approvals_entry_limit WHERE role = 'clerk'")
    return rows[0][0]


class TestAdministratorsProposal:
    def test_is_not_carried_out_by_an_approver_of_one_factor(
        self, office: Office, proposal: ProposalRef
    ) -> None:
        before = limit_of_clerks(office)
        failure = approved(office, proposal, methods=ONE).failure
        assert isinstance(failure, StepUpMustComeFirst)
        found = office.look(proposal)
        assert (found.state, found.failure["code"]) == ("waiting", "policy.step_up_must_come_first")
        assert limit_of_clerks(office) == before

    def test_is_carried_out_once_one_with_two_agrees(self, office: Office, proposal: ProposalRef) -> None:
        approved(office, proposal, methods=ONE)
        assert approved(office, proposal, methods=TWO).failure is None
        assert limit_of_clerks(office) == 5

    def test_needs_no_more_of_a_proposer_who_lost_hers(self, office: Office, proposal: ProposalRef) -> None:
        """She gave it when she proposed; nobody is at her keyboard now."""
        remove_all_factors(user_id=office.people["dora"].id, actor=CONSOLE)
        assert approved(office, proposal, methods=TWO).failure is None
        assert limit_of_clerks(office) == 5
