# SPDX-License-Identifier: Apache-2.0
"""Questions to parts that are not there: an answer within seconds, and no secret in it."""

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from cortex.embedded import readiness
from cortex.embedded.errors import PortInUse, StepFailed


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Unready(http.server.BaseHTTPRequestHandler):
    """Answers like a web process whose database is away."""

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def unready_port() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), Unready) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


class TestPort:
    def test_that_is_free_is_accepted_and_stays_free(self, closed_port: int) -> None:
        readiness.require_free_port(port=closed_port)
        readiness.require_free_port(port=closed_port)

    def test_that_is_taken_is_refused_with_another_to_try(self, unready_port: int) -> None:
        expected = rf"Port {unready_port} of 127\.0\.0\.1 .* make run PORT={unready_port + 1}\."
        with pytest.raises(PortInUse, match=expected):
            readiness.require_free_port(port=unready_port)


class TestConfiguredServers:
    def test_that_cannot_be_reached_are_named_by_their_variable(self, closed_port: int) -> None:
        with pytest.raises(StepFailed, match="The server of REDIS_URL cannot be used"):
            readiness.require_broker(url=f"redis://127.0.0.1:{closed_port}/0")
        url = f"postgresql://cortex_app:hidden@127.0.0.1:{closed_port}/cortex"  # pragma: allowlist secret
        with pytest.raises(StepFailed, match="The database of DATABASE_URL cannot be used") as refusal:
            readiness.require_database(url=url, name="DATABASE_URL")
        assert "hidden" not in refusal.value.message

    def test_with_a_malformed_url_are_named_by_their_variable(self) -> None:
        with pytest.raises(StepFailed, match="REDIS_URL cannot be used"):
            readiness.require_broker(url="http://broker")


class TestReadiness:
    def test_is_denied_while_nobody_listens_or_the_answer_is_an_error(
        self, closed_port: int, unready_port: int
    ) -> None:
        assert not readiness.web_is_ready(port=closed_port)
        assert not readiness.web_is_ready(port=unready_port)

    def test_of_nodes_is_denied_without_a_broker(self, closed_port: int) -> None:
        url = f"redis://127.0.0.1:{closed_port}/0"
        assert not readiness.nodes_are_ready(broker_url=url, nodes=["worker@nowhere"])
