# SPDX-License-Identifier: Apache-2.0
"""The audit log in PostgreSQL: leaves go in with the business rows, or not at all."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from apps.audit.adapters.leaf_reader import leaves_by_actor, leaves_of_object
from apps.audit.adapters.privacy.sealed_details import Detail, stored_texts
from apps.audit.domain.commitment import Commitment, commit
from apps.audit.domain.leaf import leaf_body
from apps.audit.domain.verb_kinds import require_before
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import in_transaction
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLeaf, AuditRecord
from cortex.ports.authorizer import running_consent
from cortex.ports.principal import Principal


class LeafMustShareTheTransaction(CortexError):
    """A leaf of its own transaction could stand for something that never happened."""

    code = "audit.leaf_must_share_the_transaction"
    status = 500


class DatabaseAuditLog:
    """Appends set-based: two statements at most, whatever the number of records."""

    def append(self, *, company_id: UUID | None, actor: Principal, records: Sequence[AuditRecord]) -> None:
        """Append one leaf per record inside the open transaction."""
        if not in_transaction():
            raise LeafMustShareTheTransaction("Audit leaf: expected an open business transaction, got none.")
        bodies: list[bytes] = []
        details: list[Detail] = []
        for record in records:
            require_before(
                verb=record.verb,
                object_type=record.object_type,
                company_id=company_id,
                before=record.before,
                is_new=record.is_new,
            )
            leaf_id = uuid7()
            commitments = {name: commit(value) for name, value in record.details.items()}
            bodies.append(_body(leaf_id, company_id, actor, record, commitments))
            details.extend(_details(company_id, leaf_id, record, commitments))
        _insert_leaves(bodies)
        _insert_details(details)

    def leaves_of(self, *, company_id: UUID, object_id: UUID) -> list[AuditLeaf]:
        """Return the leaves of one object, oldest first."""
        return leaves_of_object(company_id=company_id, object_id=object_id)

    def leaves_by(
        self, *, company_id: UUID, actor: str, verbs: Collection[str], since: datetime, until: datetime
    ) -> list[AuditLeaf]:
        """Return what this actor did to objects of the company by these verbs in the time, oldest first."""
        return leaves_by_actor(company_id=company_id, actor=actor, verbs=verbs, since=since, until=until)


def _body(
    leaf_id: UUID,
    company_id: UUID | None,
    actor: Principal,
    record: AuditRecord,
    commitments: dict[str, Commitment],
) -> bytes:
    return leaf_body(
        leaf_id=leaf_id,
        company_id=company_id,
        actor=actor.urn,
        verb=record.verb,
        object_type=record.object_type,
        object_id=record.object_id,
        digest=record.digest,
        commitments={name: commitment.digest for name, commitment in commitments.items()},
        approval=_approval(),
        counts_on=record.counts_on,
        before=record.before,
        is_new=record.is_new,
    )


def _approval() -> dict[str, str] | None:
    """Return who agreed to what is being carried out, if a second person had to."""
    consent = running_consent()
    if consent is None:
        return None
    return {"proposal": str(consent.proposal_id), "given_by": consent.given_by.urn}


def _details(
    company_id: UUID | None, leaf_id: UUID, record: AuditRecord, commitments: dict[str, Commitment]
) -> Iterator[Detail]:
    for name, value in record.details.items():
        if company_id is None:
            raise ValueError("texts belong to a company's leaf alone")
        yield Detail(company_id, leaf_id, record.object_id, name, commitments[name].salt, value)


def _insert_leaves(bodies: list[bytes]) -> None:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT audit_append(%s)", [bodies])


def _insert_details(details: list[Detail]) -> None:
    if not details:
        return
    rows = [
        (detail.company_id, detail.leaf_id, detail.name, *stored)
        for detail, stored in zip(details, stored_texts(details), strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO audit_detail (company_id, leaf_id, name, key_id, salt, value, sealed)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
