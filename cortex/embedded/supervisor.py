# SPDX-License-Identifier: Apache-2.0
"""supervisord as a child of the launcher: its configuration, its life, and the questions put to it."""

import os
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from cortex.embedded import processes
from cortex.embedded.errors import StepFailed
from cortex.embedded.locations import Locations
from cortex.embedded.programs import Program

START_SECONDS_MAX = 20.0
STOP_SECONDS_MAX = 120.0
LOG_BYTES_MAX = 10 * 1024 * 1024
LOG_COPIES = 3
START_ATTEMPTS = 5
# A program that lives this long counts as started; supervisord gives up on one that dies sooner each time.
STEADY_SECONDS = 2
ALIVE = frozenset({"STARTING", "RUNNING", "BACKOFF", "STOPPING"})


@dataclass(frozen=True, kw_only=True)
class State:
    """What supervisord knows of a program; `word` is STARTING, RUNNING, BACKOFF, EXITED, FATAL, STOPPED."""

    name: str
    word: str
    pid: int


class Supervisor:
    """One supervisord over the programs of one base, commanded through a Unix socket."""

    def __init__(self, *, locations: Locations, environ: Mapping[str, str]) -> None:
        """Know the places, and the environment that application programs inherit; nothing is started."""
        self.locations = locations
        self.environ = environ
        self.socket = locations.control / "supervisor.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, programs: Sequence[Program]) -> None:
        """Start supervisord with every program known and none running.

        Raises: StepFailed, when it ends or does not answer.
        """
        configuration = self.locations.control / "supervisord.conf"
        configuration.write_text(_configuration(self, programs=programs))
        command = [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(configuration)]
        with (self.locations.log / "supervisord.out").open("wb") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self.environ),
                start_new_session=True,  # Ctrl-C is for the launcher, which stops things in order.
            )
        if not processes.wait_until(self._up_or_ended, seconds=START_SECONDS_MAX) or not self.answers():
            raise StepFailed(f"The supervisor did not start; read {output.name}, remove the cause and retry.")

    def answers(self) -> bool:
        """Tell whether a supervisord listens on the socket."""
        try:
            self._ask("getState")
        except xmlrpc.client.Fault:  # It is ending, and no other can take its place before that.
            return True
        except OSError:
            return False
        return True

    def start_program(self, name: str) -> None:
        """Start one program without waiting for it."""
        self._ask("startProcess", name, False)

    def stop_programs(self, names: Sequence[str]) -> None:
        """Stop programs that do not need each other, and wait until all have ended."""
        for name in names:
            with suppress(xmlrpc.client.Fault):  # It does not run, or ends by itself just now.
                self._ask("stopProcess", name, False)
        processes.wait_until(
            lambda: not {self.states()[name].word for name in names} & ALIVE, seconds=STOP_SECONDS_MAX
        )

    def states(self) -> Mapping[str, State]:
        """Read the state of every program, by name."""
        rows: list[Any] = self._ask("getAllProcessInfo")
        found = (State(name=row["name"], word=row["statename"], pid=row["pid"]) for row in rows)
        return {state.name: state for state in found}

    def shut_down(self) -> None:
        """End supervisord and with it every program that still runs; one that ended already is fine."""
        if self.answers():
            with suppress(xmlrpc.client.Fault, OSError):  # It ends already.
                self._ask("shutdown")
            processes.wait_until(lambda: not self.answers(), seconds=STOP_SECONDS_MAX)
        if self.process is not None:
            self.process.wait(timeout=STOP_SECONDS_MAX)

    def ended(self) -> bool:
        """Tell whether the supervisord that this launcher started is gone."""
        return self.process is not None and self.process.poll() is not None

    def _up_or_ended(self) -> bool:
        return self.ended() or self.answers()

    def _ask(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        with xmlrpc.client.ServerProxy("http://localhost", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)


def log_of(name: str, *, locations: Locations) -> Path:
    """Name the file that keeps what a program prints."""
    return locations.log / f"{name}.log"


def _configuration(supervisor: Supervisor, *, programs: Sequence[Program]) -> str:
    places = supervisor.locations
    sections: dict[str, Mapping[str, object]] = {
        "unix_http_server": {"file": supervisor.socket, "chmod": "0700"},
        "supervisord": {
            "logfile": log_of("supervisord", locations=places),
            "logfile_maxbytes": LOG_BYTES_MAX,
            "logfile_backups": LOG_COPIES,
            "pidfile": places.control / "supervisord.pid",
            "childlogdir": places.log,
            "directory": "/",
            **({"user": "root"} if os.geteuid() == 0 else {}),
        },
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
    }
    for priority, program in enumerate(programs, start=1):
        section = _section(program, log=log_of(program.name, locations=places))
        # supervisord stops in reverse order of priority when it ends without the launcher.
        sections[f"program:{program.name}"] = {**section, "priority": priority}
    return "\n".join(_render(title, values) for title, values in sections.items())


def _section(program: Program, *, log: Path) -> Mapping[str, object]:
    return {
        "command": program.command_line,
        "directory": program.directory,
        "autostart": "false",
        "autorestart": "true",
        "startsecs": STEADY_SECONDS,
        "startretries": START_ATTEMPTS,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": program.stop_seconds,
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": log,
        "stdout_logfile_maxbytes": LOG_BYTES_MAX,
        "stdout_logfile_backups": LOG_COPIES,
        **({"user": program.account} if program.account else {}),
        **({"environment": _environment(program.environment)} if program.environment else {}),
    }


def _environment(values: Mapping[str, str]) -> str:
    return ",".join(f'{key}="{value}"' for key, value in values.items())


def _render(title: str, values: Mapping[str, object]) -> str:
    """Write one section; supervisord expands %, so a path that has one doubles it."""
    lines = [f"{key}={str(value).replace('%', '%%')}" for key, value in values.items()]
    return "\n".join([f"[{title}]", *lines, ""])
