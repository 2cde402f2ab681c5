# SPDX-License-Identifier: Apache-2.0
"""What probes and scrapers are told of the log."""

from datetime import datetime

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from cortex.container.override import override
from cortex.database.transactions import database_must_be_reachable
from cortex.observability.log_lag import observe_log
from cortex.ports.log_state import LogLag, LogState


class Behind:
    """A log that is so far behind."""

    def __init__(self, *, unsigned: float, uncosigned: float) -> None:
        self._lag = LogLag(unsigned_seconds=unsigned, uncosigned_seconds=uncosigned)

    def lag(self, *, now: datetime) -> LogLag | None:
        return self._lag


class Away:
    def lag(self, *, now: datetime) -> LogLag | None:
        raise database_must_be_reachable()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Behind(unsigned=0, uncosigned=0), "ok"),
        (Behind(unsigned=59, uncosigned=59), "ok"),
        (Behind(unsigned=61, uncosigned=0), "degraded"),
        (Behind(unsigned=0, uncosigned=61), "degraded"),
        (Away(), "degraded"),
    ],
    ids=["nothing waits", "a moment", "unsigned", "uncosigned", "away"],
)
def test_a_log_that_is_behind_is_a_warning_and_no_failure(state: LogState, expected: str) -> None:
    with override(LogState, state):
        answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["parts"]["log"]) == (200, expected)


def test_metrics_tell_how_far(settings: object) -> None:
    with override(LogState, Behind(unsigned=12, uncosigned=34)):
        observe_log()
    names = ("cortex_log_unsigned_seconds", "cortex_log_uncosigned_seconds")
    assert [REGISTRY.get_sample_value(name) for name in names] == [12, 34]
