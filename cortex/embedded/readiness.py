# SPDX-License-Identifier: Apache-2.0
"""Ask each part whether it can do its work now; that a process exists proves nothing."""

import http.client
import socket
from collections.abc import Collection

import psycopg
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from cortex.embedded.errors import PortInUse, StepFailed

ANSWER_SECONDS_MAX = 1.0


def require_free_port(*, port: int) -> None:
    """Check that the web process will be able to listen.

    Raises: PortInUse.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortInUse(
                f"Port {port} of 127.0.0.1 cannot be used ({error.strerror}); stop the program that uses it,"
                f" or choose another port: make run PORT={port + 1}."
            ) from error


def require_database(*, url: str, name: str) -> None:
    """Check that the operator's own database accepts this login.

    Raises: StepFailed, with the server's reason; the URL itself holds a password and is not told.
    """
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise StepFailed(
            f"The database of {name} cannot be used ({reason}); correct {name} or start the server."
        ) from error


def require_broker(*, url: str) -> None:
    """Check that the operator's own broker answers.

    Raises: StepFailed, with the reason.
    """
    try:
        with redis.Redis.from_url(url, socket_timeout=10) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StepFailed(
            f"The server of REDIS_URL cannot be used ({error}); correct REDIS_URL or start it."
        ) from error


def web_is_ready(*, port: int) -> bool:
    """Ask /health/ready; every answer but 200 means not yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def nodes_are_ready(*, broker_url: str, nodes: Collection[str]) -> bool:
    """Ask worker and beat over the broker whether they take commands, hence tasks."""
    app = Celery(broker=broker_url.replace("unix://", "redis+socket://", 1))
    try:
        with app.connection_for_write() as connection:
            inspection = app.control.inspect(
                destination=list(nodes), limit=len(nodes), timeout=ANSWER_SECONDS_MAX, connection=connection
            )
            answers = inspection.ping() or {}
    except OperationalError:  # The broker is being started again.
        return False
    return set(nodes) <= set(answers)
