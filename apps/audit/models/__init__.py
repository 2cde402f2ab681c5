# SPDX-License-Identifier: Apache-2.0
"""Rows of the audit log."""

from apps.audit.models.entry import AuditDetail, AuditEntry
from apps.audit.models.reconciliation import AuditReconciliation

__all__ = ["AuditDetail", "AuditEntry", "AuditReconciliation"]
