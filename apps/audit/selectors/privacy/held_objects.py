# SPDX-License-Identifier: Apache-2.0
"""What legal holds cover: their subjects, and all objects whose texts speak of these."""

from collections.abc import Mapping
from uuid import UUID

from apps.audit.models import Hold
from cortex.database.transactions import transactional
from cortex.ports.subjects import all_subject_kinds


@transactional
def held_objects(*, company_id: UUID) -> Mapping[UUID | None, Hold]:
    """Return the oldest hold in force on each object of a company in scope; under None, one on all of it.

    A hold names no kind, so that every room is asked. Nothing is cut off at a bound: what is left out here
    would be erased.
    """
    held: dict[UUID | None, Hold] = {}
    for hold in Hold.objects.filter(company_id=company_id, lifted_at=None).order_by("id"):
        held.setdefault(hold.subject_id, hold)
        if hold.subject_id is None:
            continue
        for kind in all_subject_kinds():
            for object_id in kind.objects(company_id=company_id, subject_id=hold.subject_id):
                held.setdefault(object_id, hold)
    return held
