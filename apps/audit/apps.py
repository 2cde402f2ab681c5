# SPDX-License-Identifier: Apache-2.0
"""Wires the audit context."""

from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Owns the append-only log of verbs."""

    name = "apps.audit"
    label = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        """Bind the log that business contexts append to; declare who may read it."""
        from django.core.checks import register

        from apps.audit.adapters import probes
        from apps.audit.adapters.backup_measure import measure_log
        from apps.audit.adapters.chosen_keepers import chosen_signer, chosen_witnesses
        from apps.audit.adapters.compliance.configured_pack_keys import ConfiguredPackKeys
        from apps.audit.adapters.compliance.pack_objects import register_packs
        from apps.audit.adapters.configured_keys import ConfiguredKeys
        from apps.audit.adapters.database_log import DatabaseAuditLog
        from apps.audit.adapters.governance.checks import governance_check
        from apps.audit.adapters.governance.retained import declare_retained
        from apps.audit.adapters.mirror.configured_mirrors import ConfiguredMirrors
        from apps.audit.adapters.policy_entities import declare_actions
        from apps.audit.adapters.policy_objects import register_objects
        from apps.audit.adapters.stored_books_state import StoredBooksState
        from apps.audit.adapters.stored_log_state import StoredLogState
        from apps.audit.domain.compliance.pack_keys import PackKeys
        from apps.audit.domain.mirror.mirror import Mirrors
        from apps.audit.domain.publishing import Signer, Witnesses
        from apps.audit.domain.trusted_keys import TrustedKeys
        from apps.audit.published import LogSearch, LogStandings
        from apps.audit.selectors.company_search import CompanyLogSearch
        from apps.audit.selectors.governance.program import running_program
        from apps.audit.selectors.stored_log_custody import StoredLogCustody
        from apps.audit.selectors.stored_mirror_state import StoredMirrorState
        from apps.audit.selectors.trail import StoredTrail
        from apps.audit.services.company_standing import StoredLogStandings
        from apps.audit.services.compliance.exception_kind import register_exception_kind
        from apps.audit.services.compliance.pack_kind import register_pack_kind
        from apps.audit.services.governance.approval_kinds import register_kind
        from apps.audit.services.privacy.approval_kinds import register_kinds
        from apps.audit.services.privacy.subject_kinds import register_subjects
        from cortex.backups.measures import register_measure
        from cortex.ports import registry
        from cortex.ports.audit_log import AuditLog, AuditTrail
        from cortex.ports.books_state import BooksState
        from cortex.ports.log_custody import LogCustody
        from cortex.ports.log_mirror import LogMirrorState
        from cortex.ports.log_state import LogState

        register_measure("log", measure_log, is_public=True)
        declare_actions()
        register_objects()
        register_packs()
        register_pack_kind()
        register_exception_kind()
        probes.load()
        register_kinds()
        import_module("apps.audit.services.compliance.waiting_verbs")
        register_subjects()
        register_kind()
        declare_retained()
        register(governance_check(program=running_program), "governance")
        registry.bind(AuditLog, DatabaseAuditLog())
        registry.bind(LogState, StoredLogState())
        registry.bind(LogCustody, StoredLogCustody())
        registry.bind(Mirrors, ConfiguredMirrors())
        registry.bind(LogMirrorState, StoredMirrorState())
        registry.bind(BooksState, StoredBooksState())
        registry.bind(LogStandings, StoredLogStandings())
        registry.provide(Signer, chosen_signer)
        registry.provide(Witnesses, chosen_witnesses)
        registry.bind(AuditTrail, StoredTrail())
        _show_holds_and_packs()
        _bind_evidence()
        registry.bind(LogSearch, CompanyLogSearch())
        registry.bind(TrustedKeys, ConfiguredKeys())
        registry.bind(PackKeys, ConfiguredPackKeys())


def _bind_evidence() -> None:
    from apps.audit.published import DocumentEvidence, LeafEvidence, PlatformLeafEvidence
    from apps.audit.services.newest_evidence import NewestEvidence, NewestLeafEvidence
    from apps.audit.services.public_evidence import PlatformEvidence
    from cortex.ports import registry

    registry.bind(PlatformLeafEvidence, PlatformEvidence())
    registry.bind(DocumentEvidence, NewestEvidence())
    registry.bind(LeafEvidence, NewestLeafEvidence())


def _show_holds_and_packs() -> None:
    from apps.audit.selectors.privacy.stored_holds import StoredHolds
    from apps.audit.services.logged_kinds import declare_logged
    from cortex.ports import registry
    from cortex.ports.legal_holds import LegalHolds

    registry.bind(LegalHolds, StoredHolds())
    declare_logged()
