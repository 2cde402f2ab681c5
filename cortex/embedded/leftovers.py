# SPDX-License-Identifier: Apache-2.0
"""End what an earlier start left behind when its supervisor was killed: nothing else would ever stop it."""

import signal
from collections.abc import Sequence

from cortex.embedded import cluster, processes
from cortex.embedded.postgres import PostgresServer
from cortex.embedded.programs import Program
from cortex.embedded.valkey import ValkeyServer

GRACE_SECONDS = 20.0


def stop_leftovers(
    *, programs: Sequence[Program], postgres: PostgresServer | None, valkey: ValkeyServer | None
) -> list[str]:
    """Stop the processes of these programs that run without a supervisor, and return their names.

    Application processes go first, so that they still reach the servers while they finish.
    """
    stopped = [program.name for program in reversed(programs) if program.mark and _stop_marked(program)]
    if valkey is not None and valkey.answers():
        valkey.stop()
        stopped.append("valkey")
    if postgres is not None and cluster.postmaster(data=postgres.data) is not None:
        postgres.stop()
        stopped.append("postgres")
    return stopped


def _stop_marked(program: Program) -> bool:
    """Stop every process whose command line carries the mark; children carry their parent's."""
    pids = [pid for pid, words in processes.command_lines().items() if program.mark in words]
    for pid in sorted(pids):
        processes.stop(pid=pid, first=signal.SIGTERM, seconds=GRACE_SECONDS)
    return bool(pids)
