# SPDX-License-Identifier: Apache-2.0
"""`make run`: bring every part up in order, tell where to sign in, watch, and take everything down again."""

import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TextIO

from cortex.embedded import environment, instance, leftovers, locations, readiness
from cortex.embedded.errors import StepFailed
from cortex.embedded.log_keepers import LogKeepers, answers
from cortex.embedded.preparation import Preparation
from cortex.embedded.programs import (
    Program,
    application_programs,
    celery_nodes,
    marketplace_socket,
    metrics,
    server_programs,
)
from cortex.embedded.progress import Progress
from cortex.embedded.servers import Servers
from cortex.embedded.supervisor import Supervisor, log_of
from cortex.embedded.watch import Watch

READY_SECONDS_MAX = 120.0
RECOVERY_SECONDS_MAX = 300.0
STEPS = 10
APPLICATION = ("web", "worker", "log-worker", "beat", "marketplace-signer")
LOG_KEEPERS = ("signer", "witness")
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The first in this tuple creates the books to look at, the second prints the address to sign in with.
DEMO = "create_demo"
SIGN_IN = "one_time_sign_in --user alice --base-url {url}"


class Launcher:
    """The start, the watch and the end of one machine."""

    def __init__(self, *, checkout: Path, port: int, stream: TextIO, environ: Mapping[str, str]) -> None:
        """Know what is wanted; nothing is started."""
        self.checkout = checkout
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        # Serving is no debugging: tracebacks stay inside and metrics closed, unless somebody asks for DEBUG.
        self.environ = {"DJANGO_SETTINGS_MODULE": "settings.dev", "DEBUG": "off", **environ}
        self.locations = locations.prepare(base=checkout / ".cortex")
        self.servers = Servers(base=self.locations.base, environ=self.environ)
        self.log_keepers = LogKeepers.of(locations=self.locations, checkout=checkout, environ=self.environ)
        self.supervisor = Supervisor(locations=self.locations, environ=self.environ)
        self.progress = Progress(steps=STEPS, stream=stream)
        self.watch = Watch(supervisor=self.supervisor, say=self.progress.say)
        self.programs: Sequence[Program] = []

    def run(self) -> None:
        """Serve until SIGINT, SIGTERM or SIGHUP; everything started is stopped in any case.

        Raises: EmbeddedError, with one sentence that names the remedy.
        """
        with instance.sole_instance(locations=self.locations):
            _listen()
            try:
                self._start()
                self.watch.until_interrupted()
            except KeyboardInterrupt:
                self.progress.say("\nStopping …")
            finally:
                self._stop()
        self.progress.say("Stopped; the data stays. Start again with: make run")

    def _start(self) -> None:
        with self.progress.step("Preparing PostgreSQL and Valkey") as notes:
            self.servers.prepare()
            self._clear_the_way(notes)
        with self.progress.step("Starting the supervisor"):
            self.supervisor.start(programs=self.programs)
        self._start_servers()
        self._start_log_keepers()
        sign_in = self._start_application()
        instance.announce(locations=self.locations, url=self.url)
        self._tell(sign_in=sign_in)

    def _clear_the_way(self, notes: list[str]) -> None:
        """End what a killed launcher left, then make sure that the port is free for this one."""
        postgres, valkey = self.servers.postgres, self.servers.valkey
        application = application_programs(locations=self.locations, checkout=self.checkout, port=self.port)
        servers = server_programs(postgres=postgres, valkey=valkey)
        self.programs = [*servers, *self.log_keepers.programs(), *application]
        self.supervisor.shut_down()
        stopped = leftovers.stop_leftovers(programs=self.programs, postgres=postgres, valkey=valkey)
        notes += [f"stopped {name} of an earlier start" for name in stopped]
        readiness.require_free_port(port=self.port)
        shutil.rmtree(metrics(self.locations), ignore_errors=True)
        metrics(self.locations).mkdir()

    def _start_servers(self) -> None:
        postgres, valkey = self.servers.postgres, self.servers.valkey
        with self.progress.step("Starting PostgreSQL") as notes:
            if postgres is None:
                notes.append("DATABASE_URL names another")
            else:
                postgres.clear_stale_files()
                self._start_program("postgres", ready=postgres.answers, seconds=RECOVERY_SECONDS_MAX)
        with self.progress.step("Starting Valkey") as notes:
            if valkey is None:
                notes.append("REDIS_URL names another")
            else:
                self._start_program("valkey", ready=valkey.answers, seconds=READY_SECONDS_MAX)
        with self.progress.step("Connecting to both"):
            self.servers.connect()

    def _start_log_keepers(self) -> None:
        """Start the signer, then the witness, which must know its key; tell the application of both."""
        keepers = self.log_keepers
        with self.progress.step("Starting signer and witness") as notes:
            self._start_program(
                "signer", ready=lambda: answers(keepers.signer_socket), seconds=READY_SECONDS_MAX
            )
            if keepers.make_witness():
                notes.append("witness made")
            self._start_program(
                "witness", ready=lambda: answers(keepers.witness_socket), seconds=READY_SECONDS_MAX
            )
            custody = {
                "LOG_CUSTODY_FILES": ",".join(
                    str(log_of(name, locations=self.locations)) for name in APPLICATION
                )
            }
            marketplace = {"MARKETPLACE_SIGNER_SOCKET": str(marketplace_socket(self.locations))}
            environment.write(
                path=self.servers.file, values={**keepers.environment, **custody, **marketplace}
            )

    def _start_application(self) -> str:
        """Migrate, then load web, worker and beat while the demo company is made; return a sign-in."""
        commands = [DEMO, SIGN_IN.format(url=self.url)]
        log = log_of("prepare", locations=self.locations)
        with Preparation(
            checkout=self.checkout, log=log, commands=commands, environ=self.environ
        ) as preparation:
            with self.progress.step("Migrating the database") as notes:
                notes.append(f"{preparation.result(doing='Migrating the database')['applied']} applied")
            for program in APPLICATION:
                self.supervisor.start_program(program)
            with self.progress.step("Opening the demo company"):
                preparation.result(doing="Opening the demo company")
                sign_in = str(preparation.result(doing="Making a sign-in")["output"])
        with self.progress.step("Starting web"):
            self._await("web", lambda: readiness.web_is_ready(port=self.port), seconds=READY_SECONDS_MAX)
        with self.progress.step("Starting worker and beat"):
            self._await("worker", self._nodes_are_ready, seconds=READY_SECONDS_MAX)
        return sign_in

    def _start_program(self, name: str, *, ready: Callable[[], bool], seconds: float) -> None:
        self.supervisor.start_program(name)
        self._await(name, ready, seconds=seconds)

    def _await(self, name: str, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until a program can work.

        Raises: StepFailed, when a program cannot be kept alive, or the time is over.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            self.watch.look_now()
            if time.monotonic() > deadline:
                log = log_of(name, locations=self.locations)
                raise StepFailed(
                    f"{name} was not ready in {seconds:.0f} s; read {log} and run make run again."
                )
            time.sleep(0.1)

    def _nodes_are_ready(self) -> bool:
        nodes = celery_nodes(locations=self.locations)
        return readiness.nodes_are_ready(broker_url=self.servers.broker_url, nodes=nodes)

    def _tell(self, *, sign_in: str) -> None:
        say = self.progress.say
        say(f"\nCortex serves at {self.url}")
        say(f"Sign in once as alice: {sign_in}")
        say("olivia administers the platform, and adds a second factor first; sign her in in the same way.")
        say("Another sign-in: .venv/bin/cortex one_time_sign_in --user alice --base-url " + self.url)
        say(f"Logs: {self.locations.log}   Stop: Ctrl-C\n")

    def _stop(self) -> None:
        """Stop in reverse order, deaf to impatience: a second Ctrl-C would leave processes behind."""
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        if self.supervisor.answers():
            # What works with the servers ends before them, and Valkey before the database.
            for names in (APPLICATION, LOG_KEEPERS, ("valkey",), ("postgres",)):
                known = self.supervisor.states()
                self.supervisor.stop_programs([name for name in names if name in known])
        self.supervisor.shut_down()
        leftovers.stop_leftovers(
            programs=self.programs, postgres=self.servers.postgres, valkey=self.servers.valkey
        )


def _listen() -> None:
    """Turn every signal to end into KeyboardInterrupt; a shell's background job inherits a deaf SIGINT."""
    for number in ENDING:
        # `nohup` means that the end of the terminal is not the end of the program.
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
