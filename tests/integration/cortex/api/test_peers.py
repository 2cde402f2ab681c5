# SPDX-License-Identifier: Apache-2.0
"""Services of ours that call the API with their certificate alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.frame.authority import Estate
from tests.frame.clones import Clone
from tests.integration.cortex.pki.test_peer_certificates import brought_by

COMPANIES = "/api/v1/companies"


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
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/worker": "console"}
        assert status(worker) == 200

    def test_is_nobody_where_it_does_not(self, worker: dict[str, Any], settings: Settings) -> None:
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/other": "console"}
        assert status(worker) == 401

    def test_is_not_saved_by_its_certificate_when_its_token_is_bad(
        self, worker: dict[str, Any], settings: Settings
    ) -> None:
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/worker": "console"}
        assert status(worker, authorization="Bearer nonsense") == 401
        assert status(worker, authorization="Basic nonsense") == 401

    def test_is_not_believed_by_a_header(
        self, committed_database: Clone, settings: Settings, tmp_path: Path
    ) -> None:
        settings.WEB_PEER_SERVICES = {"spiffe://cortex/worker": "console"}
        pem = Estate(tmp_path).holding("worker").certificate_path.read_text()
        headers = {"x-client-cert": pem.replace("\n", "%0A"), "x-client-verify": "SUCCESS"}
        assert status({}, **headers) == 400
