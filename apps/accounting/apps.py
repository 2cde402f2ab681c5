# SPDX-License-Identifier: Apache-2.0
"""Wires the accounting context."""

from importlib import import_module

from django.apps import AppConfig


class AccountingConfig(AppConfig):
    """Owns the books."""

    name = "apps.accounting"
    label = "accounting"
    verbose_name = "Accounting"

    def ready(self) -> None:
        """Declare what may be done to the books, and show the audit log what was posted."""
        from apps.accounting.adapters.backup_measure import measure_books
        from apps.accounting.adapters.ended_periods import EndedPeriods
        from apps.accounting.adapters.logged import declare_logged
        from apps.accounting.adapters.policy_entities import declare_actions
        from apps.accounting.adapters.policy_objects import register_objects
        from apps.accounting.adapters.posted_entries import PostedEntries
        from apps.accounting.adapters.readable_entities import declare_readable
        from apps.accounting.adapters.retained import declare_retained
        from apps.accounting.domain.party_name import PARTY_NAME
        from apps.accounting.selectors.readable_parties import declare_readable_parties
        from apps.accounting.selectors.visibility import require_no_part_of_books
        from apps.accounting.services.approval_kinds import register_kinds
        from apps.accounting.services.end_shares import end_shares
        from apps.accounting.services.propose_entry import declare_plugin_commands
        from apps.accounting.services.subject_kinds import register_subjects
        from apps.audit.published import FiscalPeriods, PostedDocuments
        from cortex.backups.measures import register_measure
        from cortex.ports import registry
        from cortex.ports.memberships import ends_with_membership
        from cortex.sealed_fields.field import declare_sealed_field

        register_measure("books", measure_books)
        declare_actions()
        register_objects()
        register_kinds()
        import_module("apps.accounting.services.waiting_verbs")
        register_subjects()
        declare_retained()
        declare_logged()
        declare_readable()
        declare_readable_parties()
        declare_plugin_commands()
        ends_with_membership(room="accounting", end=end_shares)
        declare_sealed_field(PARTY_NAME)
        registry.bind(PostedDocuments, PostedEntries(require_whole=require_no_part_of_books))
        registry.bind(FiscalPeriods, EndedPeriods())
