# SPDX-License-Identifier: Apache-2.0
"""Rows of the audit log."""

from apps.audit.models.entry import AuditDetail, AuditEntry
from apps.audit.models.log import Checkpoint, CompanyTree, Cosignature, LogLeaf, LogState, LogTile
from apps.audit.models.reconciliation import AuditReconciliation

__all__ = [
    "AuditDetail",
    "AuditEntry",
    "AuditReconciliation",
    "Checkpoint",
    "CompanyTree",
    "Cosignature",
    "LogLeaf",
    "LogState",
    "LogTile",
]
