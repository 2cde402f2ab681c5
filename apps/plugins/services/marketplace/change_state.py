# SPDX-License-Identifier: Apache-2.0
"""A submission goes from one state to the next, and from no other."""

from collections.abc import Collection

from apps.plugins.domain.marketplace.publishing_errors import SubmissionMustComeSoFar
from apps.plugins.models import Submission


def require_so_far(row: Submission, *, begins: Collection[str]) -> None:
    """Raise SubmissionMustComeSoFar where the submission is in no state in which the step begins."""
    if row.state not in begins:
        raise SubmissionMustComeSoFar(
            f"Submission {row}: expected one that is {' or '.join(sorted(map(str, begins)))}, got "
            f"one that is {row.state}.",
            evidence={"object": str(row.id), "expected": sorted(map(str, begins)), "got": row.state},
        )


def change_state(row: Submission, *, begins: Collection[str], ends: str, **columns: object) -> None:
    """Write the new state, with the columns that come with it; raises SubmissionMustComeSoFar."""
    require_so_far(row, begins=begins)
    row.state = ends
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *columns])
