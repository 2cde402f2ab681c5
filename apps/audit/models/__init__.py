# SPDX-License-Identifier: Apache-2.0
"""Rows of the audit log, and of what is watched for compliance."""

from apps.audit.models.compliance import (
    CheckResult,
    CheckRun,
    CompliancePack,
    ControlException,
    ExceptionEnd,
    ProcedureRecord,
)
from apps.audit.models.custody import LogCustodian, LogMirror, LogSegment
from apps.audit.models.denials import DenialComparison, DenialSeal
from apps.audit.models.entry import AuditDetail, AuditEntry
from apps.audit.models.governance import (
    GovernanceActivation,
    GovernanceCheck,
    GovernanceVersion,
    RetentionNight,
    RetentionRun,
)
from apps.audit.models.log import Checkpoint, CompanyTree, Cosignature, LogLeaf, LogState, LogTile
from apps.audit.models.privacy import Erasure, Hold, SubjectKey
from apps.audit.models.reconciliation import AuditReconciliation, LogComparison, PlatformComparison

__all__ = [
    "AuditDetail",
    "AuditEntry",
    "AuditReconciliation",
    "CheckResult",
    "CheckRun",
    "Checkpoint",
    "CompanyTree",
    "CompliancePack",
    "ControlException",
    "Cosignature",
    "DenialComparison",
    "DenialSeal",
    "Erasure",
    "ExceptionEnd",
    "GovernanceActivation",
    "GovernanceCheck",
    "GovernanceVersion",
    "Hold",
    "LogComparison",
    "LogCustodian",
    "LogLeaf",
    "LogMirror",
    "LogSegment",
    "LogState",
    "LogTile",
    "PlatformComparison",
    "ProcedureRecord",
    "RetentionNight",
    "RetentionRun",
    "SubjectKey",
]
