# SPDX-License-Identifier: Apache-2.0
"""Wires the audit context."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Owns the append-only log of verbs."""

    name = "apps.audit"
    label = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        """Bind the log that business contexts append to."""
        from apps.audit.adapters.database_log import DatabaseAuditLog
        from cortex.ports import registry
        from cortex.ports.audit_log import AuditLog

        registry.bind(AuditLog, DatabaseAuditLog())
