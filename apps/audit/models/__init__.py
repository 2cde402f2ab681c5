# SPDX-License-Identifier: Apache-2.0
"""Rows of the audit log."""

from apps.audit.models.entry import AuditDetail, AuditEntry

__all__ = ["AuditDetail", "AuditEntry"]
