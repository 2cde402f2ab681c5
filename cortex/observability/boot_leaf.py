# SPDX-License-Identifier: Apache-2.0
"""The start of a process as a leaf: the digest of its boot report, so of its configuration and its code."""

import structlog
from django.db import DatabaseError, InterfaceError, connections

from cortex.boot.report import Report
from cortex.database.session import BRIEF_WAITS, session_settings
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope

VERB, OBJECT_TYPE = "platform.process.started", "platform.process"
_log = structlog.get_logger(__name__)


def leave_boot_leaf(*, report: Report) -> None:
    """Append the leaf of a start; a process starts without its database, and then says that none was left.

    So it does where somebody holds the log for long, such as a migration.
    """
    try:
        with session_settings(BRIEF_WAITS), scope([]):
            _append(report)
    except (DatabaseError, InterfaceError, CortexError) as error:
        _log.warning("boot_leaf_not_left", reason=type(error).__name__)
    finally:
        # Whatever the process serves opens connections of its own.
        connections.close_all()


@transactional
def _append(report: Report) -> None:
    record = AuditRecord(verb=VERB, object_type=OBJECT_TYPE, object_id=uuid7(), digest=report["digest"])
    actor = Principal.service(str(report["started"]["process"]))
    get(AuditLog).append(company_id=None, actor=actor, records=[record])
