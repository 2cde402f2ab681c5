# SPDX-License-Identifier: Apache-2.0
"""When a schedule was due last."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.plugins.domain.schedule import latest_due

AT = datetime(2026, 11, 28, 15, 4, 30, tzinfo=UTC)  # a Saturday


class TestLatestDue:
    @pytest.mark.parametrize(
        ("schedule", "due"),
        [
            ("* * * * *", datetime(2026, 11, 28, 15, 4, tzinfo=UTC)),
            ("*/10 * * * *", datetime(2026, 11, 28, 15, 0, tzinfo=UTC)),
            ("5 * * * *", datetime(2026, 11, 28, 14, 5, tzinfo=UTC)),
            ("0 16 * * *", datetime(2026, 11, 27, 16, 0, tzinfo=UTC)),
            ("1-3,30 15 * * *", datetime(2026, 11, 28, 15, 3, tzinfo=UTC)),
            ("0 6 1 * *", datetime(2026, 11, 1, 6, 0, tzinfo=UTC)),
            ("0 6 31 12 *", datetime(2025, 12, 31, 6, 0, tzinfo=UTC)),
            ("0 6 * * 0", datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
            ("0 6 * * 1-5", datetime(2026, 11, 27, 6, 0, tzinfo=UTC)),
            # Both say something: either is enough.
            ("0 6 20 * 0", datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
            ("0 6 27 * 0", datetime(2026, 11, 27, 6, 0, tzinfo=UTC)),
            ("0 6 30 2 *", None),
        ],
    )
    def test_is_the_last_minute_that_fits(self, schedule: str, due: datetime | None) -> None:
        assert latest_due(schedule=schedule, after=AT - timedelta(days=400), at=AT) == due

    def test_is_later_than_what_came_before(self) -> None:
        due = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)
        assert latest_due(schedule="0 15 * * *", after=due, at=AT) is None
        assert latest_due(schedule="0 15 * * *", after=due - timedelta(seconds=1), at=AT) == due
        assert latest_due(schedule="4 15 * * *", after=due, at=due) is None
