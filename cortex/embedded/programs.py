# SPDX-License-Identifier: Apache-2.0
"""The programs that one machine runs, in the order in which they start."""

import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cortex.embedded.account import SERVER_ENVIRONMENT
from cortex.embedded.locations import Locations
from cortex.embedded.postgres import PostgresServer
from cortex.embedded.valkey import ValkeyServer

QUEUES = ("ledger", "events", "reports", "plugins", "default")
# Served by a process that does nothing else, so that trees are signed whatever the others are busy with.
LOG_QUEUE = "log"
# On one machine there is nobody to compare notes with, and asking costs a second.
ALONE = ("--without-mingle", "--without-gossip")
WEB_WORKERS = 2
WEB_THREADS = 4
TASK_PROCESSES = 2


@dataclass(frozen=True, kw_only=True)
class Program:
    """One supervised process; `mark` is a word of its command line that no other program carries, if any."""

    name: str
    command: Sequence[str]
    directory: Path
    mark: str = ""
    stop_signal: str = "TERM"
    stop_seconds: int = 20
    account: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command_line(self) -> str:
        return shlex.join(self.command)


def server_programs(*, postgres: PostgresServer | None, valkey: ValkeyServer | None) -> list[Program]:
    """Describe the embedded servers; one that the operator runs elsewhere is None and left out."""
    programs = []
    if postgres is not None:
        programs.append(
            Program(
                name="postgres",
                command=bare(postgres.command()),
                directory=Path("/"),
                stop_signal="INT",  # Fast: sessions end; TERM would wait for each of them.
                stop_seconds=60,
                account=_account(postgres.locations),
            )
        )
    if valkey is not None:
        programs.append(
            Program(
                name="valkey",
                command=bare(valkey.command()),
                directory=Path("/"),
                account=_account(valkey.locations),
            )
        )
    return programs


def application_programs(*, locations: Locations, checkout: Path, port: int) -> list[Program]:
    """Describe web, worker, the worker of the log, beat and the marketplace's signer of this checkout."""
    control = f"--control-socket={locations.control / 'web.sock'}"
    web = [
        "-m",
        "gunicorn",
        "settings.wsgi",
        "--config=python:settings.gunicorn_one_machine",
        f"--bind=127.0.0.1:{port}",
    ]
    web += [f"--workers={WEB_WORKERS}", f"--threads={WEB_THREADS}", "--worker-class=gthread", control]
    worker, log_worker, beat = (f"--hostname={node}" for node in celery_nodes(locations=locations))
    celery = ["-m", "celery", "-A", "settings.celery"]
    return [
        _python(
            "web", *web, mark=control, checkout=checkout, PROMETHEUS_MULTIPROC_DIR=str(metrics(locations))
        ),
        _python(
            "worker",
            *celery,
            "worker",
            worker,
            f"--queues={','.join(QUEUES)}",
            f"--concurrency={TASK_PROCESSES}",
            *ALONE,
            mark=worker,
            checkout=checkout,
        ),
        _python(
            "log-worker",
            *celery,
            "worker",
            log_worker,
            f"--queues={LOG_QUEUE}",
            "--pool=solo",
            *ALONE,
            mark=log_worker,
            checkout=checkout,
        ),
        _python(
            "beat",
            *celery,
            "beat",
            beat,
            "--enable-remote-control",
            "--pidfile=",
            mark=beat,
            checkout=checkout,
        ),
        _marketplace_signer(locations, checkout),
    ]


def marketplace_socket(locations: Locations) -> Path:
    """Name the socket at which the signing service of the marketplace is asked."""
    return locations.control / "marketplace.sock"


def _marketplace_signer(locations: Locations, checkout: Path) -> Program:
    """Describe the signing service: it reads from the database who approved, and starts after it."""
    socket = f"--socket={marketplace_socket(locations)}"
    directory = f"--directory={locations.base / 'marketplace'}"
    words = ("-m", "cortex.serve", "marketplace_signer", directory, socket)
    return _python("marketplace-signer", *words, mark=socket, checkout=checkout)


def celery_nodes(*, locations: Locations) -> tuple[str, str, str]:
    """Name both workers and beat so that another checkout on the same broker has other names."""
    digest = hashlib.sha256(os.fsencode(locations.base)).hexdigest()[:8]
    return f"worker@cortex-{digest}", f"log-worker@cortex-{digest}", f"beat@cortex-{digest}"


def metrics(locations: Locations) -> Path:
    """Name the directory in which the web processes add up their metrics."""
    return locations.run / "metrics"


def bare(command: Sequence[str]) -> list[str]:
    """Start a program without the environment of the supervisor, which may hold secrets."""
    pairs = [f"{key}={value}" for key, value in SERVER_ENVIRONMENT.items()]
    return [shutil.which("env") or "/usr/bin/env", "-i", *pairs, *command]


def _python(name: str, *arguments: str, mark: str, checkout: Path, **environment: str) -> Program:
    command = [sys.executable, *arguments]
    return Program(name=name, command=command, mark=mark, directory=checkout, environment=environment)


def _account(locations: Locations) -> str:
    return locations.account.name if locations.account.drops else ""
