# SPDX-License-Identifier: Apache-2.0
"""A whole installation of a test's own that can be killed: database, broker, workers and schedule."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis
from django.core.management import call_command

from cortex.database import provision as provisioning
from cortex.embedded import cluster, postgres, processes, valkey
from cortex.embedded.postgres import PostgresServer
from tests.frame.aliases import connected_to
from tests.frame.server import PASSWORDS, ROOT
from tests.integration.cortex.events.brokers import KafkaBroker

DATABASE = "cortex_killed"
WORKERS = ("one", "two")
_EFFECTS = """
CREATE TABLE testing_effect (place bigint GENERATED ALWAYS AS IDENTITY, notebook uuid, number int);
GRANT SELECT, INSERT ON testing_effect TO cortex_app;
"""


@dataclass
class Installation:
    """The parts, by what kills and starts them. Only processes that it started itself are killed."""

    directory: Path
    database: PostgresServer
    variables: Mapping[str, str]
    kafka: KafkaBroker
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Start the workers and the schedule."""
        for name in WORKERS:
            self.start_worker(name)
        self._celery("beat", "beat", f"--schedule={self.directory / 'beat'}", "--pidfile=")

    def start_worker(self, name: str) -> None:
        """Start a worker: it relays and delivers."""
        options = ["--pool=solo", "--queues=events", "--without-mingle", "--without-gossip"]
        self._celery(name, "worker", f"--hostname={name}@tests-{os.getpid()}", *options)

    def _celery(self, name: str, *arguments: str) -> None:
        environment = {**os.environ, **self.variables}
        with (self.directory / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "settings.celery", *arguments, "--loglevel=WARNING"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def kill_worker(self, name: str) -> None:
        """Kill a worker in the middle of whatever it does, and start another."""
        process = self.running.pop(name)
        process.kill()
        process.wait(timeout=10)
        self.start_worker(name)

    def kill_broker(self) -> None:
        """Kill Valkey, which is queue and bus, and start it again on what it wrote."""
        with redis.Redis.from_url(self.variables["REDIS_URL"]) as client:
            pid = client.info("server")["process_id"]
        _kill(pid)
        valkey.ensure_running(self.directory / "valkey")

    def kill_kafka(self) -> None:
        """Kill the Kafka broker, which loses its whole log by it, and start an empty one in its place."""
        self.kafka.kill()
        self.kafka.start()

    def kill_database(self) -> None:
        """Kill PostgreSQL and start it again: it recovers from its log."""
        pid = cluster.postmaster(data=self.database.data)
        assert pid is not None
        _kill(pid)
        postgres.ensure_running(self.directory / "postgres", durable=True)

    def stop(self) -> None:
        """Kill what still runs."""
        for process in self.running.values():
            process.kill()
            process.wait(timeout=10)


@contextmanager
def installation(directory: Path, *, bus: str = "redis") -> Iterator[Installation]:
    """Yield an installation with a migrated, empty database that this process is connected to."""
    kafka = KafkaBroker()
    with ExitStack() as stack:
        database = postgres.ensure_running(directory / "postgres", durable=True)
        stack.callback(_remove, database)
        broker = valkey.ensure_running(directory / "valkey")
        stack.callback(_remove, broker)
        provisioning.provision(database.admin_dsn("postgres"), database=DATABASE, passwords=PASSWORDS)
        variables = stack.enter_context(connected_to(database, database=DATABASE))
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        with psycopg.connect(database.admin_dsn(DATABASE)) as admin:
            admin.execute(_EFFECTS)
        own = {
            **variables,
            "REDIS_URL": broker.url(),
            "EVENT_BUS": bus,
            # It guards nothing here; the configuration starts no process without one.
            "SECRET_KEY": "killed-again-and-again-" * 3,
            "DJANGO_SETTINGS_MODULE": "tests.integration.cortex.events.worker_settings",
        }
        if bus == "kafka":
            own["KAFKA_BOOTSTRAP"] = kafka.address
            stack.callback(kafka.kill)
            kafka.start()
        whole = Installation(directory, database, own, kafka)
        stack.callback(whole.stop)
        whole.start()
        yield whole


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.command_line(pid=pid), seconds=10)
    # Servers are started to outlive their starter; as its child a dead one would stay, and look alive.
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _remove(server: PostgresServer | valkey.ValkeyServer) -> None:
    server.stop()
    places = server.locations
    for path in (places.home, places.sockets, places.control):
        shutil.rmtree(path, ignore_errors=True)
