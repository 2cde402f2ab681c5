# SPDX-License-Identifier: Apache-2.0
"""What the log says about a subject, and what the subject did itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.audit.domain.privacy.errors import SubjectMustFit
from apps.audit.selectors.privacy.openings import openings_of
from cortex.database.transactions import transactional

LEAVES_MAX = 50_000
_SELECT = """
SELECT leaf_id, verb, actor, object_type, object_id, recorded_at FROM audit_entry
 WHERE company_id = %s AND (object_id = ANY(%s) OR actor = ANY(%s)) ORDER BY id LIMIT %s
"""
_Row = tuple[UUID, str, str, str, UUID, datetime]


def leaves_about(
    *, company_id: UUID, subjects: Sequence[UUID], actors: Sequence[str]
) -> list[dict[str, Any]]:
    """Return leaves with the texts beside them, oldest first, as plain JSON; raises SubjectMustFit."""
    rows = _rows(company_id, subjects, actors)
    if len(rows) > LEAVES_MAX:
        raise SubjectMustFit(
            f"Subject {subjects[0]}: expected at most {LEAVES_MAX} leaves, got more. "
            "So many are no person's; export the evidence of the company instead.",
            evidence={"object": str(subjects[0]), "expected": LEAVES_MAX, "remedy": "export the evidence"},
        )
    texts: dict[UUID, dict[str, str]] = {row[0]: {} for row in rows}
    for opening in openings_of(company_id=company_id, leaf_ids=list(texts)):
        texts[opening.leaf_id][opening.name] = opening.value
    return [_leaf(row, texts[row[0]]) for row in rows]


@transactional
def _rows(company_id: UUID, subjects: Sequence[UUID], actors: Sequence[str]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [company_id, list(subjects), list(actors), LEAVES_MAX + 1])
        return list(cursor.fetchall())


def _leaf(row: _Row, texts: dict[str, str]) -> dict[str, Any]:
    leaf_id, verb, actor, object_type, object_id, recorded_at = row
    return {
        "at": recorded_at.isoformat(),
        "verb": verb,
        "by": actor,
        "object": f"{object_type} {object_id}",
        "leaf": str(leaf_id),
        **({"texts": texts} if texts else {}),
    }
