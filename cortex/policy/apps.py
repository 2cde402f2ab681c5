# SPDX-License-Identifier: Apache-2.0
"""Wires the policy room."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Owns who may do what."""

    name = "cortex.policy"
    label = "policy"
    verbose_name = "Policy"

    def ready(self) -> None:
        """Bind the authorizer; declare what can be done with policies; register checks and steps."""
        from cortex.database.after_migrating import after_migrating
        from cortex.policy import checks  # noqa: F401 - registers its checks
        from cortex.policy.authorizer import CedarAuthorizer
        from cortex.policy.decision_log import OwedDecisions
        from cortex.policy.logged import declare_logged
        from cortex.policy.looks import OwedLooks
        from cortex.policy.policy_actions import READ_DECISIONS, declare_actions
        from cortex.policy.retention import KEPT_FOR, forget_old_decisions
        from cortex.policy.start import note_release
        from cortex.ports import registry
        from cortex.ports.authorizer import Authorizer
        from cortex.ports.retention import RetainedData, retained

        declare_actions()
        declare_logged()
        retained(
            RetainedData(
                name="policy.decision",
                title="Decisions on access",
                read_action=READ_DECISIONS,
                fixed_days=KEPT_FOR.days,
                forget=forget_old_decisions,
            )
        )
        registry.provide(OwedDecisions, OwedDecisions, lifetime="scope")
        registry.provide(OwedLooks, OwedLooks, lifetime="scope")
        registry.bind(Authorizer, CedarAuthorizer())
        after_migrating(name="policies.packaged", step=note_release)
