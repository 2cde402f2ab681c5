# SPDX-License-Identifier: Apache-2.0
"""Signer and witness of one machine: their places, their programs, and the making of the witness.

They see nothing of their supervisor's environment: neither needs the database, and their keys are theirs.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cortex.embedded.errors import StepFailed
from cortex.embedded.locations import Locations
from cortex.embedded.programs import Program, bare

# The log of one machine has this name, unless AUDIT_LOG_ORIGIN says another before the first start.
ORIGIN = "localhost/log"
WITNESS_NAME = "localhost/witness"
ANSWER_SECONDS_MAX = 1.0
_MODULES = "apps.audit.management"


@dataclass(frozen=True, kw_only=True)
class LogKeepers:
    """Both, below one base."""

    locations: Locations
    checkout: Path
    origin: str

    @classmethod
    def of(cls, *, locations: Locations, checkout: Path, environ: Mapping[str, str]) -> "LogKeepers":
        """Return them under the name that the operator gave the log."""
        return cls(locations=locations, checkout=checkout, origin=environ.get("AUDIT_LOG_ORIGIN") or ORIGIN)

    @property
    def signer_socket(self) -> Path:
        return self.locations.control / "signer.sock"

    @property
    def witness_socket(self) -> Path:
        return self.locations.control / "witness.sock"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the application is told of them."""
        return {
            "AUDIT_LOG_ORIGIN": self.origin,
            "AUDIT_SIGNER_SOCKET": str(self.signer_socket),
            "AUDIT_WITNESSES": str(self._policy),
        }

    def programs(self) -> list[Program]:
        """Describe both; the witness starts only after it was made."""
        at = f"--socket={self.signer_socket}"
        signer = [f"{_MODULES}.signer", f"--origin={self.origin}", f"--directory={self._signer}", at]
        config = f"--config={self._witness / 'witness.toml'}"
        return [
            self._program("signer", *signer, mark=at),
            self._program("witness", f"{_MODULES}.witness", config, mark=config),
        ]

    def make_witness(self) -> bool:
        """Make the witness unless there is one; return whether it was made. The signer must answer before.

        Raises: StepFailed, with its last words.
        """
        if (self._witness / "witness.toml").exists() and self._policy.exists():
            return False
        made = subprocess.run(
            bare(
                [
                    *(sys.executable, "-m", f"{_MODULES}.witness", "init", f"--directory={self._witness}"),
                    *(f"--name={WITNESS_NAME}", f"--listen=unix:{self.witness_socket}"),
                    *(f"--log={self._signer / 'log.vkey'}", f"--policy={self._policy}"),
                ]
            ),
            cwd=self.checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            words = " ".join(made.stderr.split())
            raise StepFailed(f"The witness could not be made ({words}); remove the cause and retry.")
        return True

    @property
    def _signer(self) -> Path:
        return self.locations.base / "signer"

    @property
    def _witness(self) -> Path:
        return self.locations.base / "witness"

    @property
    def _policy(self) -> Path:
        return self.locations.base / "witnesses.policy"

    def _program(self, name: str, *arguments: str, mark: str) -> Program:
        command = bare([sys.executable, "-m", *arguments])
        return Program(name=name, command=command, mark=mark, directory=self.checkout)


def answers(path: Path) -> bool:
    """Ask `/health` at a Unix socket; every answer but 200 means not yet."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS_MAX)
        try:
            connection.connect(os.fspath(path))
            connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(64)
        except OSError:
            return False
