# SPDX-License-Identifier: Apache-2.0
"""What can go wrong around proposals, delegations and limits."""

from cortex.errors import Conflict, CortexError, NotFound


class ProposalMustExist(NotFound):
    """No proposal of this id can be seen."""

    code = "approvals.proposal_must_exist"


class ProposalMustBeWaiting(Conflict):
    """Somebody decided before, or its time is over."""

    code = "approvals.proposal_must_be_waiting"


class ProposalMustBeTheOneSeen(Conflict):
    """The digest that the approver saw is not that of what would be carried out."""

    code = "approvals.proposal_must_be_the_one_seen"


class ProposalMustBeIntact(CortexError):
    """What is stored does not have the digest that it was stored with: somebody changed it by hand."""

    code = "approvals.proposal_must_be_intact"
    status = 500


class SecondPersonMustDecide(CortexError):
    """Whoever proposed something does not decide it, nor does somebody in the proposer's stead."""

    code = "approvals.second_person_must_decide"
    status = 403


class DecisionMustBeAPersons(CortexError):
    """Programs and services propose; only people decide."""

    code = "approvals.decision_must_be_a_persons"
    status = 403


class ProposerMustWithdraw(CortexError):
    """Only the proposer withdraws a proposal; others reject it."""

    code = "approvals.proposer_must_withdraw"
    status = 403


class ProposerMustBeActive(Conflict):
    """The proposer was switched off: nothing is carried out in its name any more."""

    code = "approvals.proposer_must_be_active"


class ProposerMustBeKnown(Conflict):
    """It came through a program before it was written down for whom: nothing is carried out by a guess."""

    code = "approvals.proposer_must_be_known"


class ProposersConsentMustStand(Conflict):
    """The person took back what they allowed the program that proposed in their name."""

    code = "approvals.proposers_consent_must_stand"


class ProposerMustHaveSecondFactor(Conflict):
    """The person behind the program must have a second factor, and has none."""

    code = "approvals.proposer_must_have_second_factor"


class ProposalMustNotBeTooLarge(CortexError):
    """What is asked for is larger than what a person can agree to."""

    code = "approvals.proposal_must_not_be_too_large"
    status = 413


class ProposalsMustBeDecidedFirst(Conflict):
    """So many proposals wait that nobody could look through one more."""

    code = "approvals.proposals_must_be_decided_first"


class DelegateMustBeAbleToDecide(CortexError):
    """A colleague who may only look cannot decide in somebody's stead."""

    code = "approvals.delegate_must_be_able_to_decide"


class DelegateMustBeAColleague(CortexError):
    """The delegate is no active person of this company, or the one who delegates."""

    code = "approvals.delegate_must_be_a_colleague"


class DelegationMustEnd(CortexError):
    """A delegation ends after it begins, and within a quarter."""

    code = "approvals.delegation_must_end"


class DelegationMustExist(NotFound):
    """No delegation of this id is one's own."""

    code = "approvals.delegation_must_exist"


class LimitMustExist(NotFound):
    """The company has no limit of this id, or no longer."""

    code = "approvals.limit_must_exist"


class LimitMustBeInRange(CortexError):
    """A limit is negative, or larger than any amount of the books."""

    code = "approvals.limit_must_be_in_range"


class LimitMustNameAMember(CortexError):
    """A limit is for one of the roles that enter amounts, or for one member of the company."""

    code = "approvals.limit_must_name_a_member"
