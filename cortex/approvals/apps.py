# SPDX-License-Identifier: Apache-2.0
"""Wires the approvals room."""

from importlib import import_module

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Owns proposals, delegations and limits."""

    name = "cortex.approvals"
    label = "approvals"
    verbose_name = "Approvals"

    def ready(self) -> None:
        """Declare who may do what, bind the ports, and load events and tasks."""
        from cortex.approvals.actions import declare_actions
        from cortex.approvals.adapter import StoredApprovals
        from cortex.approvals.limit_kinds import register_kinds
        from cortex.approvals.logged import declare_logged
        from cortex.approvals.policy_objects import register_objects
        from cortex.approvals.stored_rules import StoredRules
        from cortex.ports import registry
        from cortex.ports.approvals import ApprovalRules, Approvals

        declare_actions()
        register_objects()
        register_kinds()
        declare_logged()
        registry.bind(Approvals, StoredApprovals())
        registry.bind(ApprovalRules, StoredRules())
        import_module("cortex.approvals.published")
        import_module("cortex.approvals.waiting_verbs")
