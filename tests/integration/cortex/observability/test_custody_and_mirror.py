# SPDX-License-Identifier: Apache-2.0
"""What probes and scrapers are told of the custody of logs and of the mirror."""

import math
from datetime import datetime

import pytest
from prometheus_client import REGISTRY

from cortex.container.override import override
from cortex.database.transactions import database_must_be_reachable
from cortex.observability.log_custody import logs_are_in_custody, observe_custody
from cortex.observability.log_mirror import log_is_mirrored, observe_mirror
from cortex.ports.log_custody import CustodyLag, LogCustody
from cortex.ports.log_mirror import LogMirrorState


class Custody:
    """Looked so long ago, and broke so long ago."""

    def __init__(self, looked: float | None, broken: float | None = None) -> None:
        self._lag = CustodyLag(looked_seconds=looked, broken_seconds=broken)

    def lag(self, *, now: datetime) -> CustodyLag | None:
        return self._lag


class Mirror:
    """Is so far behind."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def behind_seconds(self, *, now: datetime) -> float | None:
        return self.seconds


class Away:
    def lag(self, *, now: datetime) -> CustodyLag | None:
        raise database_must_be_reachable()

    def behind_seconds(self, *, now: datetime) -> float | None:
        raise database_must_be_reachable()


@pytest.mark.parametrize(
    ("custody", "expected"),
    [
        (Custody(0), True),
        (Custody(600, 86_401), True),
        (Custody(601), False),
        (Custody(None), False),
        (Custody(0, 86_400), False),
        (Away(), None),
    ],
    ids=["in time", "just in time", "late", "never", "broken today", "away"],
)
def test_logs_that_nobody_looks_after_or_that_were_changed_are_told(
    custody: LogCustody, expected: bool | None
) -> None:
    with override(LogCustody, custody):
        assert logs_are_in_custody() is expected


@pytest.mark.parametrize(
    ("mirror", "expected"),
    [(Mirror(600), True), (Mirror(601), False), (Mirror(math.inf), False), (Away(), None)],
    ids=["in time", "late", "never", "away"],
)
def test_a_mirror_that_is_behind_is_told(mirror: LogMirrorState, expected: bool | None) -> None:
    with override(LogMirrorState, mirror):
        assert log_is_mirrored() is expected


def test_metrics_tell_how_far() -> None:
    with override(LogCustody, Custody(12)), override(LogMirrorState, Mirror(34)):
        observe_custody()
        observe_mirror()
    with override(LogCustody, Away()), override(LogMirrorState, Away()):
        observe_custody()
        observe_mirror()
    names = ("cortex_log_custody_lag_seconds", "cortex_log_mirror_lag_seconds")
    assert [REGISTRY.get_sample_value(name) for name in names] == [12, 34]
