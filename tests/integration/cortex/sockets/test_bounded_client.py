# SPDX-License-Identifier: Apache-2.0
"""Where a log may send its checkpoints, and how long an answer may take."""

import http.client
import socket
import threading
import time
from pathlib import Path

import pytest

from cortex.sockets.bounded_client import AddressMustBeSafe, ask, require_safe_address
from tests.frame.trickling_server import PHASES, trickling_server


def is_refused(url: str) -> bool:
    try:
        require_safe_address(url)
    except AddressMustBeSafe:
        return True
    return False


@pytest.mark.parametrize(
    "url",
    [
        "https://witness.example",
        "https://witness.example:8443/prefix/",
        "unix:/run/cortex/witness.sock",
        "http://127.0.0.1:8321",
        "http://[::1]:8321",
        "http://localhost:8321",
    ],
)
def test_asks_over_tls_or_on_this_machine(url: str) -> None:
    assert not is_refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://witness.example",
        "http://10.0.0.1",
        "http://127.0.0.1.example",
        "ftp://witness.example",
        "file:///etc/passwd",
        "witness.example",
        "unix:relative.sock",
        "https://",
        "https://alice@witness.example",
        "https://witness.example?next=1",
        "https://witness.example:99999",
        "http://[::1",
        "",
    ],
)
def test_asks_nowhere_else(url: str) -> None:
    assert is_refused(url)


def test_cuts_an_answer_that_drips(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("s") / "s"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        dripping = threading.Thread(target=_drip, args=(listening,))
        dripping.start()
        begun = time.monotonic()
        with pytest.raises((OSError, http.client.HTTPException)):
            ask(f"unix:{path}", method="GET", path="/", seconds=0.4)
        assert time.monotonic() - begun < 3
        dripping.join()


@pytest.mark.parametrize("phase", PHASES)
def test_cuts_what_drips_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str) -> None:
    with trickling_server(tmp_path, phase=phase) as (address, ca_file):
        monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
        begun = time.monotonic()
        with pytest.raises((OSError, http.client.HTTPException)):
            ask(address, method="GET", path="/", seconds=0.6)
        assert 0.6 <= time.monotonic() - begun < 3


def _drip(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.settimeout(5)
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 500:
                connection.sendall(bytes([letter]))
                time.sleep(0.05)
        except OSError:
            return


def test_follows_no_redirect(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = Path(tmp_path_factory.mktemp("s") / "s")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        answering = threading.Thread(target=_redirect, args=(listening,))
        answering.start()
        assert ask(f"unix:{path}", method="GET", path="/", seconds=5).status == 302
        answering.join()


def _redirect(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere\r\nContent-Length: 0\r\n\r\n")
