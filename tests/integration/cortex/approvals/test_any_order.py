# SPDX-License-Identifier: Apache-2.0
"""Whatever people try in whatever order: a proposal is decided once, by somebody else, and posted once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounting.services.close_period import close_period
from apps.accounting.services.open_period import open_period
from cortex.approvals.comment import comment
from cortex.approvals.expire import expire_proposals
from cortex.approvals.reject import reject
from cortex.approvals.withdraw import withdraw
from cortex.errors import CortexError
from cortex.ports.approvals import ProposalRef
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.books import CONSOLE
from tests.integration.cortex.approvals.office import Office

NAMES = ("alice", "bob", "clara", "charlie")
DECIDERS = {"alice"}
STEPS = st.lists(
    st.tuples(st.sampled_from(("approve", "reject", "withdraw", "comment")), st.sampled_from(NAMES))
    | st.tuples(st.sampled_from(("close", "open", "expire")), st.just("")),
    min_size=1,
    max_size=8,
)


@dataclass
class Expected:
    """What the rules say the proposal is after each step."""

    state: str = "waiting"
    is_open: bool = True
    entries: int = 0

    def step(self, verb: str, name: str) -> bool:
        """Take the step and return whether it is let through."""
        if verb in ("close", "open"):
            is_change = self.is_open == (verb == "close")
            self.is_open = verb == "open"
            return is_change
        if verb == "expire":
            self.state = "expired" if self.state == "waiting" else self.state
            return True
        if self.state != "waiting" or not self._may(verb, name):
            return False
        if verb == "approve" and self.is_open:
            self.state, self.entries = "approved", self.entries + 1
        if verb in ("reject", "withdraw"):
            self.state = {"reject": "rejected", "withdraw": "withdrawn"}[verb]
        return True

    def _may(self, verb: str, name: str) -> bool:
        if verb == "withdraw":
            return name == "clara"
        return name in ({"alice", "clara"} if verb == "comment" else DECIDERS)


def work(office: Office, proposal: ProposalRef, verb: str, name: str) -> Callable[[], object]:
    """Return what does the step."""
    company = {"company_id": office.company_id}
    about = {**company, "proposal_id": proposal.id}
    period = {**company, "period_code": "2026-03"}
    if verb in ("close", "open"):
        return (
            (lambda: close_period(closed_by=CONSOLE, **period))
            if verb == "close"
            else (lambda: open_period(opened_by=CONSOLE, **period))
        )
    if verb == "expire":
        return lambda: expire_proposals(at=get(Clock).now() + timedelta(days=15))
    who = office.who(name)
    return {
        "approve": lambda: office.approve(proposal, by=name),
        "reject": lambda: reject(digest=proposal.digest, rejected_by=who, reason="No", **about),
        "withdraw": lambda: withdraw(withdrawn_by=who, **about),
        "comment": lambda: comment(text="Why?", written_by=who, **about),
    }[verb]


def was_let_through(office: Office, act: Callable[[], object]) -> bool:
    """Do the step and return whether it was not refused."""
    try:
        with office.entered():
            act()
    except CortexError:
        return False
    return True


@pytest.mark.slow
def test_a_proposal_goes_the_way_of_the_rules(office: Office) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    @given(steps=STEPS)
    def holds(steps: list[tuple[str, str]]) -> None:
        was_let_through(office, work(office, _NOWHERE, "open", ""))
        proposal, expected, before = office.propose(), Expected(), office.entries()
        for verb, name in steps:
            is_allowed = expected.step(verb, name)
            assert was_let_through(office, work(office, proposal, verb, name)) == is_allowed, (verb, name)
            found = office.look(proposal)
            assert (found.state, office.entries() - before) == (expected.state, expected.entries)
            assert (found.decided_at is None) == (found.state == "waiting")
        was_let_through(office, work(office, proposal, "expire", ""))

    holds()


_NOWHERE = ProposalRef(id=None, title="", digest="")  # type: ignore[arg-type] # a step about no proposal
