# SPDX-License-Identifier: Apache-2.0
"""Services of ours that call the API with their certificate alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from tests.factories.books import open_books
from tests.frame.authority import Estate
from tests.frame.clones import Clone
from tests.integration.cortex.pki.test_peer_certificates import brought_by

COMPANIES = "/api/v1/companies"

REPORTING_READS = """
@id("house.reporting_reads")
@title("The reporting service reads the books")
permit (
  principal == Cortex::Service::"reporting",
  action == Cortex::Action::"accounting.books.read",
  resource
);
"""


@pytest.fixture
def worker(committed_database: Clone, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Return what the web server tells of a request that the worker's certificate brought."""
    with brought_by(Estate(tmp_path), "worker") as environment:
        yield environment


def status(environment: dict[str, Any], **headers: str) -> int:
    return Client().get(COMPANIES, headers=headers, **environment).status_code


class TestAServiceWithACertificate:
    def test_is_let_in_where_the_configuration_names_it(
        self, worker: dict[str, Any], settings: Settings
    ) -> None:
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/worker": "scheduler"}
        assert status(worker) == 200

    def test_may_do_what_policies_say_of_its_service_and_nothing_else(
        self, worker: dict[str, Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        company = open_books(code="DEMO")
        address = f"/api/v1/companies/{company.code}/accounts"
        engine = PolicyEngine(packaged_text() + REPORTING_READS, version=0)
        monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
        answers = {}
        for service in ("reporting", "scheduler"):
            settings.WEB_PEER_SERVICES = {"spiffe://cortex/worker": service}
            answers[service] = Client().get(address, **worker).status_code
        assert answers == {"reporting": 200, "scheduler": 403}

    def test_is_nobody_where_it_does_not(self, worker: dict[str, Any], settings: Settings) -> None:
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/other": "scheduler"}
        assert status(worker) == 401

    def test_is_not_saved_by_its_certificate_when_its_token_is_bad(
        self, worker: dict[str, Any], settings: Settings
    ) -> None:
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/worker": "scheduler"}
        assert status(worker, authorization="Bearer nonsense") == 401
        assert status(worker, authorization="Basic nonsense") == 401

    def test_is_not_believed_by_a_header(
        self, committed_database: Clone, settings: Settings, tmp_path: Path
    ) -> None:
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/worker": "scheduler"}
        pem = Estate(tmp_path).holding("worker").certificate_path.read_text()
        headers = {"x-client-cert": pem.replace("\n", "%0A"), "x-client-verify": "SUCCESS"}
        assert status({}, **headers) == 400
