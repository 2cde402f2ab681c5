# SPDX-License-Identifier: Apache-2.0
"""Signer and witness of one machine: what they are started with."""

import socket
import threading
from pathlib import Path

import pytest

from cortex.embedded.account import caller
from cortex.embedded.errors import StepFailed
from cortex.embedded.locations import Locations
from cortex.embedded.log_keepers import LogKeepers, answers


@pytest.fixture
def places(tmp_path: Path) -> Locations:
    return Locations(base=tmp_path, home=tmp_path, sockets=tmp_path, control=tmp_path / "c", account=caller())


@pytest.fixture
def keepers(places: Locations) -> LogKeepers:
    return LogKeepers.of(locations=places, checkout=Path("/srv/cortex"), environ={})


class TestLogKeepers:
    def test_run_without_the_environment_of_their_supervisor(self, keepers: LogKeepers) -> None:
        for program in keepers.programs():
            assert Path(program.command[0]).name == "env"
            assert program.command[1] == "-i"
            assert not [word for word in program.command if "DATABASE" in word or "SECRET" in word]

    def test_carry_a_mark_that_only_they_have(self, keepers: LogKeepers) -> None:
        signer, witness = keepers.programs()
        assert (signer.name, witness.name) == ("signer", "witness")
        assert signer.mark in signer.command
        assert signer.mark not in witness.command
        assert witness.mark in witness.command

    def test_are_called_as_the_operator_says(self, places: Locations) -> None:
        named = LogKeepers.of(
            locations=places, checkout=Path("/srv"), environ={"AUDIT_LOG_ORIGIN": "books.example/log"}
        )
        assert "--origin=books.example/log" in named.programs()[0].command
        assert named.environment["AUDIT_LOG_ORIGIN"] == "books.example/log"

    def test_tell_the_application_where_they_are(self, keepers: LogKeepers, tmp_path: Path) -> None:
        assert keepers.environment == {
            "AUDIT_LOG_ORIGIN": "localhost/log",
            "AUDIT_SIGNER_SOCKET": str(tmp_path / "c" / "signer.sock"),
            "AUDIT_WITNESSES": str(tmp_path / "witnesses.policy"),
        }

    def test_make_no_second_witness(self, keepers: LogKeepers, tmp_path: Path) -> None:
        (tmp_path / "witness").mkdir()
        (tmp_path / "witness" / "witness.toml").touch()
        (tmp_path / "witnesses.policy").touch()
        assert not keepers.make_witness()

    def test_say_why_no_witness_could_be_made(self, places: Locations, tmp_path: Path) -> None:
        keepers = LogKeepers.of(locations=places, checkout=tmp_path, environ={})
        with pytest.raises(StepFailed, match="The witness could not be made"):
            keepers.make_witness()


class TestAnswers:
    @pytest.mark.parametrize(
        ("said", "expected"), [(b"HTTP/1.1 200 OK\r\n", True), (b"HTTP/1.1 500 no\r\n", False), (b"", False)]
    )
    def test_are_asked_for_health(self, said: bytes, expected: bool, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(tmp_path / "s"))
            listening.listen()

            def say() -> None:
                connection, _ = listening.accept()
                with connection:
                    assert connection.recv(100).startswith(b"GET /health ")
                    connection.sendall(said)

            thread = threading.Thread(target=say)
            thread.start()
            assert answers(tmp_path / "s") is expected
            thread.join()

    def test_are_none_where_nobody_listens(self, tmp_path: Path) -> None:
        assert not answers(tmp_path / "none")
