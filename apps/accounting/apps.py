# SPDX-License-Identifier: Apache-2.0
"""Wires the accounting context."""

from django.apps import AppConfig


class AccountingConfig(AppConfig):
    """Owns the books."""

    name = "apps.accounting"
    label = "accounting"
    verbose_name = "Accounting"

    def ready(self) -> None:
        """Declare what may be done to the books and by whom."""
        from apps.accounting.adapters.policy_entities import declare_actions

        declare_actions()
