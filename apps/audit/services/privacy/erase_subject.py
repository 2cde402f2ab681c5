# SPDX-License-Identifier: Apache-2.0
"""Erase all that is kept in words about somebody; what was done stays proved."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from apps.audit.domain.policy_names import ERASE
from apps.audit.domain.privacy.errors import SubjectMustBeKnown
from apps.audit.domain.privacy.reason import checked_reason
from apps.audit.models import Erasure
from apps.audit.selectors.privacy.holds import lock_privacy, require_not_held
from apps.audit.selectors.privacy.subjects import kind_of_subject, subjects_behind
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ERASURE = "audit.erasure"


@transactional
def erase_subject(
    *, company_id: UUID, subject_type: str, subject_id: UUID, reason: str, erased_by: Principal
) -> Erasure:
    """Destroy the subject's keys with every text under them, let its room erase the rest, and say how much.

    Leaves, amounts and commitments stay: nothing is left to open them with.
    Raises: ApprovalMustComeFirst, AccessMustBeGranted, SubjectMustNotBeHeld, SubjectMustBeKnown,
    SubjectMustFit, SubjectKindMustBeKnown, ReasonMustBeGiven.
    """
    get(Authorizer).require(principal=erased_by, action=ERASE, company_id=company_id)
    why, kind = checked_reason(reason), kind_of_subject(name=subject_type)
    lock_privacy(company_id=company_id)
    subjects = subjects_behind(kind=kind, company_id=company_id, subject_id=subject_id)
    require_not_held(company_id=company_id, subjects=subjects)
    removed = {
        **kind.erase(company_id=company_id, subject_id=subject_id, erased_by=erased_by),
        **_erase_texts_of_the_log(company_id, subjects),
    }
    if not any(removed.values()):
        raise _nothing_kept(subject_type, subject_id)
    erasure = Erasure(
        id=uuid7(),
        company_id=company_id,
        subject_type=kind.name,
        subject_id=subject_id,
        removed=removed,
        erased_by=erased_by.urn,
        erased_at=get(Clock).now(),
    )
    erasure.save(force_insert=True)
    _record(erasure, erased_by, why)
    return erasure


def _erase_texts_of_the_log(company_id: UUID, subjects: Sequence[UUID]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT keys, texts FROM audit_erase_texts(%s, %s)", [company_id, list(subjects)])
        keys, texts = cursor.fetchone()
    return {"keys of the log": keys, "texts of the log": texts}


def _record(erasure: Erasure, erased_by: Principal, reason: str) -> None:
    content = {
        "subject": str(erasure.subject_id),
        "subject_type": erasure.subject_type,
        "removed": erasure.removed,
    }
    record_verb(
        company_id=erasure.company_id,
        actor=erased_by,
        verb=ERASE,
        object_type=ERASURE,
        object_id=erasure.id,
        digest=canonical_digest(content),
        reason=reason,
    )


def _nothing_kept(subject_type: str, subject_id: UUID) -> SubjectMustBeKnown:
    return SubjectMustBeKnown(
        f"Subject {subject_type} {subject_id}: expected texts about it, got none. It was "
        "erased before, or the id is another's; look at the erasures.",
        evidence={"object": str(subject_id), "expected": "texts", "got": "none", "remedy": "check the id"},
    )
