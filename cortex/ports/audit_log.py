# SPDX-License-Identifier: Apache-2.0
"""The audit log as business contexts see it: append a leaf inside the running transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from cortex.ports.principal import Principal

# The right to all leaves of a company; those beside a record belong to the record.
READ_LOG = "audit.log.read"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One verb done to one object.

    `digest` is the SHA-256 (hex) of the object's canonical content. `details` are texts that may be
    personal: the leaf gets only a salted commitment of each, text and salt go to a deletable side row.
    `counts_on` is the day on which a document counts, so that a period's documents are found by their leaves.
    `before` is what `digest` was before the verb, of the row as it was read and locked for it; `is_new` says
    that the verb makes an object that other verbs change. What is removed has `before` and no `digest`.
    """

    verb: str
    object_type: str
    object_id: UUID
    digest: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    counts_on: date | None = None
    before: str | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class AuditLeaf:
    """A leaf as people read it. `leaf_hash` is hex; `body` is the exact text that is hashed.

    `leaf_index` is its position in the log, None for the seconds until it has one.
    """

    leaf_id: UUID
    verb: str
    actor: str
    recorded_at: datetime
    leaf_hash: str
    body: str
    digest: str | None = None
    before: str | None = None
    leaf_index: int | None = None
    # Where the reader asked for leaves of more than one object.
    object_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafDecision:
    """The decision of the policies by which the transaction of a leaf was let through."""

    decision_id: UUID
    action: str
    policy_ids: Sequence[str]
    version: int
    is_break_glass: bool


class AuditLog(Protocol):
    """Append-only log of verbs; fails with the business transaction and never outside one."""

    def append(self, *, company_id: UUID | None, actor: Principal, records: Sequence[AuditRecord]) -> None:
        """Append one leaf per record, in order; raises when no transaction is open."""
        ...

    def leaves_of(self, *, company_id: UUID, object_id: UUID) -> list[AuditLeaf]:
        """Return the leaves of one object, oldest first."""
        ...

    def leaves_by(
        self, *, company_id: UUID, actor: str, verbs: Collection[str], since: datetime, until: datetime
    ) -> list[AuditLeaf]:
        """Return what this actor did to objects of the company by these verbs in the time, oldest first."""
        ...


class AuditTrail(Protocol):
    """What was done to one record of a company in scope, for whoever may read the company's log.

    Of a record of no company there are the leaves of the platform and of all companies, for whoever may read
    the leaves of all. Who looked at a record is told by the log alone.
    """

    def of_object(
        self, *, company_id: UUID | None, object_id: UUID, reader: Principal, limit: int
    ) -> list[AuditLeaf]:
        """Return the newest leaves of the object, nothing for whoever may not read the log."""
        ...

    def decisions_of(
        self, *, company_id: UUID | None, leaf_ids: Sequence[UUID], reader: Principal
    ) -> Mapping[UUID, LeafDecision]:
        """Return the decision behind each leaf that has one, nothing for whoever may not read decisions."""
        ...
