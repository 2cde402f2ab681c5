# SPDX-License-Identifier: Apache-2.0
"""Record that a procedure of a pack was carried out by hand, and what came of it."""

import hashlib
import re
from datetime import date

from apps.audit.adapters.policy_entities import RECORD_PROCEDURE
from apps.audit.domain.compliance.by_hand import OUTCOMES, Method, Performed, digest_of_procedure
from apps.audit.domain.compliance.errors import ProcedureMustExist, RecordMustBePlain
from apps.audit.domain.compliance.pack import Pack
from apps.audit.models import ProcedureRecord
from apps.audit.selectors.compliance.packs import pack_in_force
from apps.audit.services.compliance.object_types import PROCEDURE_TYPE
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

NOTE_MAX = 1000
# A note is read beside others: no character in it may hide what it says.
_NOTE = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f]{1,1000}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@transactional
def record_procedure(
    *,
    pack_name: str,
    procedure_id: str,
    performed_date: date,
    outcome: str,
    method: str,
    note: str,
    evidence_sha256: str | None,
    recorded_by: Principal,
) -> ProcedureRecord:
    """Store the record, which counts until the procedure's interval is over; a later one replaces it.

    Raises: AccessMustBeGranted, PackMustExist, ProcedureMustExist, RecordMustBePlain.
    """
    get(Authorizer).require(principal=recorded_by, action=RECORD_PROCEDURE, company_id=None)
    pack = pack_in_force(name=pack_name).pack
    _require_procedure(pack, procedure_id)
    made = Performed(
        id=uuid7(),
        pack_name=pack_name,
        procedure_id=procedure_id,
        procedure_digest=digest_of_procedure(pack, procedure_id),
        performed_date=performed_date,
        outcome=outcome,
        method=method,
        note=note.strip(),
        evidence_sha256=evidence_sha256 or None,
        recorded_by=recorded_by.urn,
        recorded_at=get(Clock).now(),
    )
    _require_plain(made)
    return _stored(made, recorded_by)


def _stored(made: Performed, recorded_by: Principal) -> ProcedureRecord:
    digest = hashlib.sha256(made.document).hexdigest()
    row = ProcedureRecord.objects.create(
        id=made.id,
        pack_name=made.pack_name,
        procedure_id=made.procedure_id,
        procedure_digest=made.procedure_digest,
        performed_date=made.performed_date,
        outcome=made.outcome,
        method=made.method,
        note=made.note,
        evidence_sha256=made.evidence_sha256,
        recorded_by=made.recorded_by,
        recorded_at=made.recorded_at,
        digest=digest,
    )
    record_verb(
        company_id=None,
        verb=RECORD_PROCEDURE,
        object_type=PROCEDURE_TYPE,
        object_id=row.id,
        digest=digest,
        actor=recorded_by,
    )
    return row


def _require_procedure(pack: Pack, procedure_id: str) -> None:
    if procedure_id not in {each.id for each in pack.procedures}:
        raise ProcedureMustExist(
            f"Procedure {procedure_id[:80]}: expected one of pack {pack.name}, got none.",
            evidence={"object": f"pack {pack.name}", "got": procedure_id[:80]},
        )


def _require_plain(made: Performed) -> None:
    today, evidence = made.recorded_at.date(), made.evidence_sha256
    if made.outcome not in OUTCOMES:
        raise _refused(made, expected=f"an outcome of {', '.join(OUTCOMES)}", got=made.outcome)
    if made.method not in set(Method):
        raise _refused(made, expected=f"a method of {', '.join(Method)}", got=made.method)
    if made.performed_date > today:
        raise _refused(made, expected=f"a day until {today}", got=str(made.performed_date))
    if not _NOTE.fullmatch(made.note):
        raise _refused(made, expected=f"a note of 1 to {NOTE_MAX} characters", got=f"{len(made.note)}")
    if evidence is not None and not _SHA256.fullmatch(evidence):
        raise _refused(made, expected="the SHA-256 of the evidence: 64 digits 0-9a-f", got=evidence)


def _refused(made: Performed, *, expected: str, got: str) -> RecordMustBePlain:
    return RecordMustBePlain(
        f"Record of {made.procedure_id}: expected {expected}, got {got[:80]!a}.",
        evidence={"object": made.procedure_id, "expected": expected, "got": got[:80]},
    )
