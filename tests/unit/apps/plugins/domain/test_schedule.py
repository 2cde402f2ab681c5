# SPDX-License-Identifier: Apache-2.0
"""Schedules are what every cron reads the same way; what no minute would meet is refused."""

import pytest
from celery.schedules import crontab

from apps.plugins.domain.schedule import expected_of_schedule


class TestSchedule:
    @pytest.mark.parametrize(
        "text",
        ["0 2 * * *", "*/15 0-23/2 1,15 1-12 0-6", "59 23 31 12 6", "0,30 8-18 * * 1-5", "00 02 01 01 00"],
    )
    def test_that_is_one_is_taken_and_celery_reads_it(self, text: str) -> None:
        assert expected_of_schedule(text) is None
        minute, hour, day, month, day_of_week = text.split(" ")
        crontab(minute, hour, day_of_week, day, month)

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("99 * * * *", "minute"),
            ("60 * * * *", "minute"),
            ("1, * * * *", "minute"),
            ("5-1 * * * *", "minute"),
            ("5/2 * * * *", "minute"),
            ("*/0 * * * *", "minute"),
            ("*/60 * * * *", "minute"),
            ("1-2-3 * * * *", "minute"),
            ("**  * * *", "minute"),
            ("0 24 * * *", "hour"),
            ("0 ,, - / 77", "hour"),
            ("0 0 0 * *", "day of month"),
            ("0 0 32 * *", "day of month"),
            ("0 0 * 13 *", "month"),
            ("0 0 * 0 *", "month"),
            ("0 0 * * 7", "day of week"),
        ],
    )
    def test_that_is_none_is_refused_by_its_field(self, text: str, field: str) -> None:
        assert str(expected_of_schedule(text)).startswith(f"a {field} of ")

    def test_has_five_fields(self) -> None:
        assert expected_of_schedule("* * * *") == "five fields"
