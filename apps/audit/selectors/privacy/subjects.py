# SPDX-License-Identifier: Apache-2.0
"""Kinds of subjects, and which objects speak of one."""

from uuid import UUID

from apps.audit.domain.privacy.errors import SubjectKindMustBeKnown, SubjectMustFit
from cortex.database.transactions import transactional
from cortex.ports.subjects import SubjectKind, all_subject_kinds

OBJECTS_MAX = 100_000


def kind_of_subject(*, name: str) -> SubjectKind:
    """Return the kind; raises SubjectKindMustBeKnown."""
    kinds = {kind.name: kind for kind in all_subject_kinds()}
    if name not in kinds:
        told = ", ".join(kinds)
        raise SubjectKindMustBeKnown(
            f"Kind of subject {name[:50]}: expected one of {told}, got another. Name one of them.",
            evidence={"object": "kind of subject", "expected": sorted(kinds), "got": name[:50]},
        )
    return kinds[name]


@transactional
def subjects_behind(*, kind: SubjectKind, company_id: UUID, subject_id: UUID) -> list[UUID]:
    """Return the subject's id and those of all objects whose texts speak of it; raises SubjectMustFit."""
    objects = kind.objects(company_id=company_id, subject_id=subject_id)
    if len(objects) > OBJECTS_MAX:
        difference = len(objects) - OBJECTS_MAX
        raise SubjectMustFit(
            f"Subject {subject_id}: expected texts of at most {OBJECTS_MAX} objects, got {len(objects)} "
            f"({difference} over). So many are no person's; ask the operator.",
            evidence={
                "object": str(subject_id),
                "expected": OBJECTS_MAX,
                "got": len(objects),
                "difference": difference,
                "remedy": "ask the operator",
            },
        )
    return [subject_id, *objects]
