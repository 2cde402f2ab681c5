# SPDX-License-Identifier: Apache-2.0
"""The activation of rules as a proposal: the second person consents to the rules, not to their number."""

from uuid import UUID

from apps.audit.domain.governance.errors import GovernanceMustBeAsProposed
from apps.audit.domain.policy_names import ACTIVATE_GOVERNANCE
from apps.audit.selectors.governance.in_force import rules_in_force, rules_numbered
from apps.audit.services.governance.activate_rules import ACTIVATION, activate_rules
from cortex.ports.approvals import Content, Description, Performed, approval_kind
from cortex.ports.principal import Principal

_CHANGES_TOLD_MAX = 50


def register_kind() -> None:
    """Register the activation as a kind of proposal of the platform."""
    approval_kind(
        ACTIVATE_GOVERNANCE,
        title="Put rules of governance in force",
        action=ACTIVATE_GOVERNANCE,
        perform=_perform,
        describe=_described,
    )


def _perform(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    _require_as_proposed(number=content["number"], digest=content["digest"])
    activation_id = activate_rules(number=content["number"], reason=content["reason"], activated_by=proposer)
    return Performed(ACTIVATION, activation_id)


def _require_as_proposed(*, number: int, digest: str) -> None:
    """Refuse rules that nobody consented to, as when a release brought other ones along as version 0."""
    now = rules_numbered(number=number).digest
    if now != digest:
        raise GovernanceMustBeAsProposed(
            f"Version {number} of the rules: expected those of the proposal, SHA-256 {digest}, got {now}. "
            "Read what they say now and propose it again.",
            evidence={
                "object": f"governance version {number}",
                "expected": digest,
                "got": now,
                "remedy": "propose it again",
            },
        )


def _described(company_id: UUID | None, content: Content) -> Description:
    """Say which periods change: that is what a night cannot give back."""
    number = content["number"]
    before = {rule.data: rule for rule in rules_in_force().rules.retention}
    changes = [
        f"{rule.data}: {before[rule.data].keep_days} days, {before[rule.data].action} -> "
        f"{rule.keep_days} days, {rule.action}"
        for rule in rules_numbered(number=number).retention
        if rule.data in before and before[rule.data] != rule
    ]
    return Description(
        title=f"Put version {number} of the rules of governance in force",
        lines=[
            *(changes[:_CHANGES_TOLD_MAX] or ["No period changes"]),
            f"Reason: {content['reason']}",
            f"Rules, SHA-256 {content['digest']}",
        ],
        object_type=ACTIVATION,
    )
