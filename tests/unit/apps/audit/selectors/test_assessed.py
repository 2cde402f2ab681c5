# SPDX-License-Identifier: Apache-2.0
"""Which runs tell of a period: what began in it, and the chain of the log without a gap."""

from datetime import UTC, datetime

import pytest

from apps.audit.models import CheckRun
from apps.audit.selectors.compliance.assessed import Bounds, stretch

PERIOD = Bounds(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, 23, tzinfo=UTC))


def runs(*days: int) -> list[CheckRun]:
    """Return runs in the order of the log that began on these days of March."""
    return [CheckRun(started_at=datetime(2026, 3, day, 12, tzinfo=UTC)) for day in days]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([1, 2, 3, 4], [1, 2, 3]),
        ([2, 3], [2, 3]),
        ([1], []),
        ([4, 5], []),
        ([], []),
        # One that began before ended later; one that began after the period ended before its last.
        ([1, 2, 1, 1, 3], [1, 2, 1, 1, 3]),
        ([1, 1, 2, 4, 3, 4], [1, 2, 4, 3]),
        ([2, 1], [2, 1]),
    ],
)
def test_a_stretch_of_the_chain_has_no_gap(days: list[int], told: list[int]) -> None:
    assert [run.started_at.day for run in stretch(runs(*days), bounds=PERIOD)] == told
