# SPDX-License-Identifier: Apache-2.0
"""Probes and scrapers hear of a certificate before it ends."""

from datetime import timedelta
from pathlib import Path

import structlog
from django.test import Client
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings

from cortex.boot.tls.contexts import TlsFiles
from cortex.observability.certificates import observe_certificate
from cortex.observability.hooks import warn_of_a_certificate_that_is_due
from cortex.pki.issuing import keep_up_to_date
from tests.frame.authority import Estate, now, tls_files
from tests.frame.clones import Clone

METRIC = "cortex_certificate_expires_seconds"


def due(estate: Estate) -> TlsFiles:
    """Return files of which the certificate has an hour to live."""
    held = estate.holding("web", at=now() - timedelta(hours=23))
    keep_up_to_date(authority=estate.authority, holding=held, at=now())
    return tls_files(held)


class TestReadiness:
    def test_says_that_a_fresh_certificate_is_well(
        self, committed_database: Clone, settings: Settings, tmp_path: Path
    ) -> None:
        settings.TLS_FILES = tls_files(Estate(tmp_path).holding("web"))
        assert Client().get("/health/ready").json() == {
            "status": "ok",
            "parts": {"database": "ok", "cache": "ok", "policies": "ok", "certificate": "ok"},
        }

    def test_warns_of_one_that_is_due_and_lets_traffic_come(
        self, committed_database: Clone, settings: Settings, tmp_path: Path
    ) -> None:
        settings.TLS_FILES = due(Estate(tmp_path))
        answer = Client().get("/health/ready")
        assert answer.status_code == 200
        assert answer.json()["parts"]["certificate"] == "degraded"

    def test_warns_of_files_that_do_not_fit(
        self, committed_database: Clone, settings: Settings, tmp_path: Path
    ) -> None:
        held = Estate(tmp_path).holding("web")
        settings.TLS_FILES = tls_files(held)
        held.certificate_path.write_text("nonsense")
        assert Client().get("/health/ready").json()["parts"]["certificate"] == "degraded"


class TestTheMetric:
    def test_counts_the_seconds_that_are_left(self, settings: Settings, tmp_path: Path) -> None:
        settings.TLS_FILES = due(Estate(tmp_path))
        observe_certificate()
        left = REGISTRY.get_sample_value(METRIC)
        assert left is not None
        assert 3500 < left <= 3600


class TestTheLog:
    def test_warns_at_the_start(self, settings: Settings, tmp_path: Path) -> None:
        settings.TLS_FILES = due(Estate(tmp_path))
        with structlog.testing.capture_logs() as told:
            warn_of_a_certificate_that_is_due()
        assert [(line["event"], line["log_level"]) for line in told] == [("certificate_is_due", "warning")]
