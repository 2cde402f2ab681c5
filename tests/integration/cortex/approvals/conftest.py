# SPDX-License-Identifier: Apache-2.0
"""The office of the tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from cortex.container.override import override
from cortex.identity.memberships import membership_in
from cortex.policy.authorizer import MembershipAuthorizer
from cortex.ports.approvals import ApprovalRules
from cortex.ports.authorizer import (
    ApprovalMustComeFirst,
    Authorizer,
    Decision,
    Resource,
    consent_to,
)
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.frame.clones import Clone
from tests.integration.cortex.approvals.office import Office, open_office


@dataclass
class LimitingAuthorizer:
    """Asks for a second person above a limit, until policies do."""

    inner: MembershipAuthorizer

    def decide(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> Decision:
        decision = self.inner.decide(principal=principal, action=action, company_id=company_id)
        if decision.is_allowed and resource is not None and resource.type == "Accounting::EntryDraft":
            assert resource.attributes is not None
            limit = _limit(principal, company_id)
            is_above = limit is not None and resource.attributes["amount_minor"] > limit
            if is_above and consent_to(action=action, company_id=company_id) is None:
                return Decision(False, "above the limit", needs=frozenset({"approval"}))
        return decision

    def require(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> None:
        decision = self.decide(principal=principal, action=action, company_id=company_id, resource=resource)
        if decision.needs:
            raise ApprovalMustComeFirst("Above the limit.")
        if not decision.is_allowed:
            self.inner.require(principal=principal, action=action, company_id=company_id)


def _limit(principal: Principal, company_id: UUID | None) -> int | None:
    if principal.user_id is None or company_id is None:
        return None
    membership = membership_in(user_id=principal.user_id, company_id=company_id)
    assert membership is not None
    return get(ApprovalRules).entry_limit_minor(
        company_id=company_id, user_id=principal.user_id, roles=membership.roles
    )


@pytest.fixture(autouse=True)
def limits() -> Iterator[None]:
    with override(Authorizer, LimitingAuthorizer(MembershipAuthorizer())):
        yield


@pytest.fixture
def office(db: None) -> Office:
    """Return the office, rolled back after the test."""
    return open_office()


@pytest.fixture
def real_office(committed_database: Clone) -> Office:
    """Return the office in a database in which commits are real."""
    return open_office()
