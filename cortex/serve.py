# SPDX-License-Identifier: Apache-2.0
"""`cortex-serve ROLE`: one entrance for each process of an installation; a release image has no other.

`web`, `worker` and `beat` become that process, `health` asks the web process of the same machine, `provision`
makes the database roles, and every other word is a command as `cortex` knows it. Further words are passed on.
"""

import http.client
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cortex import cli
from cortex.boot.configuration import ConfigurationRefused, current_configuration
from cortex.boot.tls.contexts import TlsFiles, client_context

ANSWER_SECONDS_MAX = 4.0
METRICS = "cortex-metrics-"
WEB = ("gunicorn", "settings.wsgi", "--config=python:settings.gunicorn")
CELERY = ("celery", "-A", "settings.celery")
# What the schedule and the contexts send to; a machine with more of them gives each queue its own workers.
# The log is among them, so that it goes on where nobody starts the process that serves it alone.
QUEUES = ("default", "ledger", "events", "reports", "plugins", "log")
ROLES = {
    "web": WEB,
    "worker": (*CELERY, "worker", f"--queues={','.join(QUEUES)}", "--without-mingle"),
    "log-worker": (*CELERY, "worker", "--queues=log", "--pool=solo", "--without-mingle", "--without-gossip"),
    "beat": (*CELERY, "beat", "--enable-remote-control", "--pidfile="),
    "provision": ("cortex.embedded", "provision"),
}


def main(words: Sequence[str] | None = None) -> None:
    """Become the process that the first word names; without one, the web process."""
    role, *rest = (sys.argv[1:] if words is None else words) or ["web"]
    if role == "health":
        sys.exit(_health())
    if role not in ROLES:
        sys.argv = ["cortex", role, *rest]
        cli.main()
        return
    if role == "web":
        _make_room_for_metrics()
    # The same process goes on under another program: signals of an orchestrator reach it without a parent.
    os.execv(sys.executable, command(role=role, rest=rest))  # noqa: S606 - a program and words, no shell


def command(*, role: str, rest: Sequence[str]) -> list[str]:
    """Return the command line of a role; what the caller adds stands last, and so decides."""
    return [sys.executable, "-m", *ROLES[role], *rest]


def _make_room_for_metrics() -> None:
    """Empty the directory in which web processes add up their metrics, or /metrics would count the dead.

    Where none is named it is one of this start alone: a fixed name in a place that others may write to
    would let them choose where files are removed.
    """
    directory = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix=METRICS))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in directory.glob("*.db"):
        file.unlink()


def _health() -> int:
    try:
        configuration = current_configuration()
    except ConfigurationRefused as error:
        sys.exit(f"{error.code}: {error.message}")
    _, _, port = configuration.web.address.rpartition(":")
    tls = configuration.tls
    return health(port=int(port), files=tls.files if tls.web_clients != "off" else None)


def health(*, port: int, files: TlsFiles | None = None) -> int:
    """Ask the web process of this machine whether it may get traffic; return the exit status of a probe.

    With files, the probe shows the certificate of the process itself.
    """
    try:
        connection = _to_this_machine(port, files)
    except OSError as error:
        sys.stderr.write(f"The files of TLS do not fit ({error}). See `cortex pki check`.\n")
        return 1
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        answer = connection.getresponse()
        sys.stdout.write(answer.read().decode("utf-8", "replace") + "\n")
        return 0 if answer.status == http.client.OK else 1
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"No web process answers on port {port} ({error}).\n")
        return 1
    finally:
        connection.close()


def _to_this_machine(port: int, files: TlsFiles | None) -> http.client.HTTPConnection:
    if files is None:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    context = client_context(files=files)
    # It is our own process, whatever name its certificate is for; the authority is checked.
    context.check_hostname = False
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX, context=context)


if __name__ == "__main__":
    main()
