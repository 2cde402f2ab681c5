# SPDX-License-Identifier: Apache-2.0
"""What policies are told of a company's rules."""

from uuid import UUID

from cortex.approvals.limits import Rules, rules_of
from cortex.identity.standing import Standing
from cortex.ports.registry import get


class StoredRules:
    """The adapter behind the port: one question to the database a second in each request, task or command."""

    def entry_limit_minor(
        self, *, company_id: UUID, user_id: UUID | None, roles: frozenset[str]
    ) -> int | None:
        """Return what somebody with these roles may enter alone."""
        return _recalled(company_id).entry_limit_minor(user_id=user_id, roles=roles)

    def requires_second_person(self, *, company_id: UUID) -> bool:
        """Return whether dangerous verbs need a second person."""
        return _recalled(company_id).requires_second_person


def _recalled(company_id: UUID) -> Rules:
    return get(Standing).recalled(("rules", company_id), read=lambda: rules_of(company_id=company_id))
