# SPDX-License-Identifier: Apache-2.0
"""The small server over a Unix socket: slow, large, many and broken callers."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex.sockets.bounded_client import ask
from cortex.sockets.bounded_server import Answer, BoundedServer, Bounds

BOUNDS = Bounds(body_bytes=100, connection_seconds=0.6, connections=2)


def _fail(_body: bytes) -> Answer:
    raise ZeroDivisionError


@pytest.fixture
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = str(tmp_path_factory.mktemp("s") / "s")
    doors = {("POST", "/echo"): lambda body: Answer(200, body), ("GET", "/fail"): _fail}
    server = BoundedServer(path, doors=doors, bounds=BOUNDS)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.05))
    thread.start()
    yield path
    server.shutdown()
    server.server_close()
    thread.join()


def connected(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(5)
    connection.connect(path)
    return connection


def answered(path: str, raw: bytes) -> bytes:
    with connected(path) as connection:
        connection.sendall(raw)
        return connection.recv(4096)


class TestABoundedServer:
    def test_answers_several_requests_on_one_connection(self, path: str) -> None:
        with connected(path) as connection:
            for _ in range(3):
                connection.sendall(b"POST /echo HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi")
                assert connection.recv(4096).startswith(b"HTTP/1.1 200")

    def test_ends_a_caller_that_speaks_a_byte_at_a_time(self, path: str) -> None:
        with connected(path) as connection:
            ended = False
            for letter in b"POST /echo HTTP/1.1\r\nX: " + b"x" * 200:
                try:
                    connection.sendall(bytes([letter]))
                except OSError:
                    ended = True
                    break
                time.sleep(0.02)
            assert ended
        assert ask(f"unix:{path}", method="POST", path="/echo", body=b"hi", seconds=5).body == b"hi"

    def test_ends_more_callers_than_it_has_places_for_at_once(self, path: str) -> None:
        idle = [connected(path) for _ in range(2)]
        time.sleep(0.1)
        with connected(path) as third:
            assert third.recv(1) == b""
        time.sleep(0.8)
        assert ask(f"unix:{path}", method="POST", path="/echo", body=b"hi", seconds=5).status == 200
        for connection in idle:
            connection.close()

    @pytest.mark.parametrize(
        ("head", "status"),
        [
            (b"POST /echo HTTP/1.1\r\nContent-Length: 101\r\n\r\n", b"413"),
            (b"POST /echo HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"411"),
            (b"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"411"),
            (b"POST /echo HTTP/1.1\r\nContent-Length: +2\r\n\r\nhi", b"411"),
            (b"POST /echo HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", b"411"),
            (b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
            (b"POST /none HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", b"404"),
            (b"GET /echo HTTP/1.1\r\n\r\n", b"404"),
            (b"GET /fail HTTP/1.1\r\n\r\n", b"500"),
            (b"BREW /echo HTTP/1.1\r\n\r\n", b"501"),
        ],
        ids=[
            "long",
            "endless",
            "negative",
            "signed",
            "twice",
            "chunked",
            "no door",
            "GET",
            "fails",
            "no verb",
        ],
    )
    def test_refuses_what_it_does_not_understand(self, path: str, head: bytes, status: bytes) -> None:
        assert answered(path, head).startswith(b"HTTP/1.1 " + status)

    def test_tells_nothing_of_a_failure(self, path: str) -> None:
        assert b"Zero" not in answered(path, b"GET /fail HTTP/1.1\r\n\r\n")

    def test_leaves_a_socket_for_its_account(self, path: str) -> None:
        assert Path(path).is_socket()
