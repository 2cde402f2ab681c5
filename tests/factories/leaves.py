# SPDX-License-Identifier: Apache-2.0
"""Leaves of the audit log while they are written: the platform's are read by the service role alone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cortex.container.override import override
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@dataclass
class WatchedLog:
    """Appends to the real log, and remembers what was appended."""

    log: Any
    records: list[AuditRecord] = field(default_factory=list)

    def append(self, *, company_id: UUID | None, actor: Principal, records: Sequence[AuditRecord]) -> None:
        self.log.append(company_id=company_id, actor=actor, records=records)
        self.records.extend(records)

    def leaves_of(self, *, company_id: UUID, object_id: UUID) -> Any:
        return self.log.leaves_of(company_id=company_id, object_id=object_id)

    @property
    def verbs(self) -> list[str]:
        return [record.verb for record in self.records]


@contextmanager
def watched_leaves() -> Iterator[WatchedLog]:
    """Let the block see which leaves it leaves."""
    watched = WatchedLog(get(AuditLog))
    with override(AuditLog, watched):
        yield watched
