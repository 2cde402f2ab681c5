# SPDX-License-Identifier: Apache-2.0
"""What probes and scrapers are told of the custody of logs and of the mirror."""

import math
from datetime import datetime

import pytest
from django.test import Client
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings

from cortex.container.override import override
from cortex.database.transactions import database_must_be_reachable
from cortex.observability.log_custody import logs_are_in_custody
from cortex.observability.log_mirror import log_is_mirrored
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
    ],
    ids=["in time", "just in time", "late", "never", "broken today"],
)
def test_logs_that_nobody_looks_after_or_that_were_changed_are_told(
    custody: LogCustody, expected: bool
) -> None:
    with override(LogCustody, custody):
        assert logs_are_in_custody() is expected


@pytest.mark.parametrize(
    ("mirror", "expected"),
    [(Mirror(600), True), (Mirror(601), False), (Mirror(math.inf), False)],
    ids=["in time", "late", "never"],
)
def test_a_mirror_that_is_behind_is_told(mirror: LogMirrorState, expected: bool) -> None:
    with override(LogMirrorState, mirror):
        assert log_is_mirrored() is expected


@pytest.mark.django_db
def test_metrics_tell_how_far_and_stay_when_the_database_is_away(settings: Settings) -> None:
    settings.DEBUG = True
    for custody, mirror in ((Custody(12), Mirror(34)), (Away(), Away())):
        with override(LogCustody, custody), override(LogMirrorState, mirror):
            assert Client().get("/metrics").status_code == 200
        names = ("cortex_log_custody_lag_seconds", "cortex_log_mirror_lag_seconds")
        assert [REGISTRY.get_sample_value(name) for name in names] == [12, 34]


@pytest.mark.django_db
def test_probes_say_nothing_of_what_a_database_that_is_away_would_know() -> None:
    told = []
    for custody, mirror in ((Custody(12), Mirror(34)), (Away(), Away())):
        with override(LogCustody, custody), override(LogMirrorState, mirror):
            parts = Client().get("/health/ready").json()["parts"]
        told.append({name: parts[name] for name in ("custody", "mirror") if name in parts})
    assert told == [{"custody": "ok", "mirror": "ok"}, {}]
