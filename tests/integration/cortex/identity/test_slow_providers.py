# SPDX-License-Identifier: Apache-2.0
"""A provider that drips keeps nobody waiting: the whole call is over in time, whatever part of it drips."""

import socket
import threading
import time
from pathlib import Path

import pytest
import requests

from cortex.container.hanging_up import Deadline
from cortex.people.federation import connections
from cortex.people.federation.connections import BoundedSession
from tests.frame.trickling_server import PHASES, trickling_server

SECONDS = 0.4


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound the whole call by less than a read may take."""
    assert (connections.SECONDS_MAX, connections.TOTAL_SECONDS_MAX) == (5, 10)
    monkeypatch.setattr(connections, "TOTAL_SECONDS_MAX", SECONDS)


@pytest.mark.usefixtures("hurried")
class TestBoundedSession:
    @pytest.mark.parametrize("phase", PHASES)
    def test_waits_for_no_provider_that_drips(self, tmp_path: Path, phase: str) -> None:
        with trickling_server(tmp_path, phase=phase) as (address, ca_file):
            began = time.monotonic()
            with (
                BoundedSession(ca_file=str(ca_file)) as session,
                pytest.raises(requests.exceptions.ReadTimeout, match=f"within {SECONDS} seconds"),
            ):
                session.document(address)
            assert SECONDS <= time.monotonic() - began < SECONDS + 2

    def test_bounds_each_call_of_a_session_anew(self, tmp_path: Path) -> None:
        with (
            trickling_server(tmp_path, phase="chunks") as (address, ca_file),
            BoundedSession(ca_file=str(ca_file)) as session,
        ):
            for _ in range(2):
                began = time.monotonic()
                with pytest.raises(requests.exceptions.ReadTimeout):
                    session.document(address)
                assert SECONDS <= time.monotonic() - began < SECONDS + 2

    def test_leaves_no_thread_and_no_socket_behind(self, tmp_path: Path) -> None:
        threads, open_files = threading.active_count(), _open_files()
        with trickling_server(tmp_path, phase="chunks") as (address, ca_file):
            for _ in range(3):
                with (
                    BoundedSession(ca_file=str(ca_file)) as session,
                    pytest.raises(requests.exceptions.ReadTimeout),
                ):
                    session.document(address)
        # What earlier tests of this process left may end meanwhile; nothing comes on top of it.
        assert threading.active_count() <= threads
        assert _open_files() <= open_files

    def test_says_which_provider_cannot_be_reached(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as once:
            port = once.getsockname()[1]
        with (
            BoundedSession() as session,
            pytest.raises(requests.exceptions.ConnectionError, match="localhost"),
        ):
            session.document(f"https://localhost:{port}")


class TestDeadline:
    def test_hangs_up_at_once_on_what_is_opened_too_late(self) -> None:
        mine, theirs = socket.socketpair()
        with mine, theirs, Deadline(seconds=0.01) as deadline:
            time.sleep(0.05)
            deadline.watch(mine)
            theirs.settimeout(5)
            assert theirs.recv(1) == b""

    def test_lets_go_of_what_was_in_time(self) -> None:
        mine, theirs = socket.socketpair()
        with mine, theirs:
            with Deadline(seconds=0.05) as deadline:
                deadline.watch(mine)
            time.sleep(0.1)
            mine.sendall(b"x")
            assert theirs.recv(1) == b"x"


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
