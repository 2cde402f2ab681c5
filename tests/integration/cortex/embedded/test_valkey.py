# SPDX-License-Identifier: Apache-2.0
"""The embedded Valkey on real processes: a broker that keeps what it was given."""

import os
import signal
from pathlib import Path

import pytest
import redis

from cortex.embedded import processes, valkey
from cortex.embedded.errors import ServerDidNotStart
from cortex.embedded.valkey import ValkeyServer


def connect(server: ValkeyServer) -> redis.Redis:
    return redis.Redis.from_url(server.url(), decode_responses=True)


class TestServer:
    def test_listens_on_a_private_socket_only_and_refuses_to_forget(self, base: Path) -> None:
        server = valkey.ensure_running(base)
        wanted = {
            "port": "0",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "save": "",
        }
        with connect(server) as client:
            assert {name: client.config_get(name)[name] for name in wanted} == wanted
        assert server.socket.stat().st_mode & 0o777 == 0o700
        assert server.locations.sockets.stat().st_mode & 0o777 == 0o700

    def test_is_the_same_for_the_next_caller(self, base: Path) -> None:
        with connect(valkey.ensure_running(base)) as first, connect(valkey.ensure_running(base)) as second:
            assert first.info("server")["run_id"] == second.info("server")["run_id"]

    def test_stops_and_comes_back_with_its_data(self, base: Path) -> None:
        server = valkey.ensure_running(base)
        with connect(server) as client:
            client.set("queued", "task")
        server.stop()
        assert not server.answers()
        with connect(valkey.ensure_running(base)) as client:
            assert client.get("queued") == "task"

    def test_comes_back_over_the_socket_of_a_killed_server(self, base: Path) -> None:
        server = valkey.ensure_running(base)
        with connect(server) as client:
            client.set("queued", "task")
            # Wait for the disk: the promise is one second, the test may not take longer.
            assert client.waitaof(1, 0, 5000)[0] == 1
            pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGKILL)
        assert processes.wait_until(lambda: not processes.command_line(pid=pid), seconds=10)
        assert server.socket.exists()
        with connect(valkey.ensure_running(base)) as client:
            assert client.get("queued") == "task"


def test_a_server_that_does_not_start_names_its_log(base: Path) -> None:
    server = valkey.prepare(base)
    (server.data / "appendonlydir").write_text("not a directory")
    with pytest.raises(ServerDidNotStart, match=r"Valkey did not start on .*; read .*valkey\.log"):
        valkey.ensure_running(base)
