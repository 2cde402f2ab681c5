# SPDX-License-Identifier: Apache-2.0
"""What probes are told."""

import pytest
from django.db import connections
from django.test import Client

from tests.frame.clones import Clone


def ask(path: str) -> tuple[int, object]:
    response = Client().get(path)
    return response.status_code, response.json()


class TestProbes:
    def test_are_told_that_all_is_well(self, committed_database: Clone) -> None:
        assert ask("/health/live") == (200, {"status": "ok", "parts": {}})
        parts = {"database": "ok", "cache": "ok", "policies": "ok"}
        assert ask("/health/ready") == (200, {"status": "ok", "parts": parts})
        assert ask("/health/startup") == (200, {"status": "ok", "parts": {"migrations": "ok"}})

    def test_keep_traffic_away_while_the_database_is_down(
        self, committed_database: Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connections.settings["default"], "HOST", "/nonexistent")
        connections["default"].close()
        assert ask("/health/ready") == (
            503,
            {"status": "unavailable", "parts": {"database": "unavailable", "cache": "ok", "policies": "ok"}},
        )
        assert ask("/health/startup")[0] == 503
        assert ask("/health/live")[0] == 200

    def test_wait_for_missing_migrations(self, committed_database: Clone) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
        assert ask("/health/startup") == (
            503,
            {"status": "unavailable", "parts": {"migrations": "unavailable"}},
        )
