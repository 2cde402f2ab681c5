# SPDX-License-Identifier: Apache-2.0
"""Wires the accounting context."""

from django.apps import AppConfig


class AccountingConfig(AppConfig):
    """Owns the books."""

    name = "apps.accounting"
    label = "accounting"
    verbose_name = "Accounting"

    def ready(self) -> None:
        """Declare what may be done to the books, and what of it can wait for a second person."""
        from apps.accounting.adapters.policy_entities import declare_actions
        from apps.accounting.adapters.policy_objects import register_objects
        from apps.accounting.services.approval_kinds import register_kinds

        declare_actions()
        register_objects()
        register_kinds()
