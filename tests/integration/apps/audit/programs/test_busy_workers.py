# SPDX-License-Identifier: Apache-2.0
"""Trees are signed though every other worker is busy: the processes of `make run`, all of them at work."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from celery import Celery

from cortex.embedded import locations, processes
from cortex.embedded.programs import QUEUES, TASK_PROCESSES, application_programs
from tests.factories.books import open_books
from tests.frame.clones import Clone
from tests.frame.ports import free_port
from tests.integration.apps.audit.programs.busy_tasks import NAME
from tests.integration.apps.audit.programs.running import ORIGIN, Machine
from tests.integration.cortex.events.brokers import own_valkey
from tools.checks.tracked import ROOT

# Nothing is measured by it: a machine that does much else may take its time.
SECONDS_MAX = 240.0
PROGRAMS = {"worker", "log-worker", "beat"}
_IS_SIGNED = """
SELECT EXISTS (SELECT 1 FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id
                 JOIN audit_checkpoint c ON c.size > l.leaf_index WHERE e.object_id = %s)
"""


@contextmanager
def running(directory: Path, variables: Mapping[str, str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run the workers and the schedule by the command lines of `make run`, and kill them afterwards."""
    found = application_programs(
        locations=locations.prepare(base=directory / "state"), checkout=ROOT, port=free_port()
    )
    with ExitStack() as stack:
        started = {}
        for program in (each for each in found if each.name in PROGRAMS):
            log = stack.enter_context((directory / f"{program.name}.log").open("wb"))
            environment = {**os.environ, **variables, **program.environment}
            process = subprocess.Popen(program.command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait, timeout=30)
            stack.callback(process.kill)
            started[program.name] = process
        yield started


def is_signed(clone: Clone, object_id: UUID) -> bool:
    """Tell whether a checkpoint covers a leaf of the object."""
    with psycopg.connect(clone.admin_dsn) as admin:
        ((found,),) = admin.execute(_IS_SIGNED, [object_id]).fetchall()
    return bool(found)


@pytest.mark.slow
def test_a_new_checkpoint_covers_what_was_posted_while_all_workers_were_busy(
    committed_database: Clone, machine: Machine, tmp_path: Path
) -> None:
    machine.start_signer()
    books = open_books()
    with own_valkey(tmp_path / "valkey") as broker:
        variables = {
            **committed_database.environment,
            "DJANGO_SETTINGS_MODULE": "tests.integration.apps.audit.programs.busy_settings",
            "SECRET_KEY": "busy-from-morning-to-night-" * 3,
            "REDIS_URL": broker.url(),
            "AUDIT_LOG_ORIGIN": ORIGIN,
            "AUDIT_SIGNER_SOCKET": str(machine.socket),
        }
        with running(tmp_path, variables) as programs:
            sender = Celery(broker=f"redis+socket://{broker.socket}?virtual_host=0", set_as_current=False)
            # Enough for every process, and one in each queue that waits behind them.
            for number, queue in enumerate((*QUEUES * TASK_PROCESSES, *QUEUES)):
                sender.send_task(NAME, args=[str(tmp_path), number], queue=queue)

            def begun() -> set[str]:
                return {path.read_text() for path in tmp_path.glob("begun-*")} - {""}

            def told() -> dict[str, str]:
                return {name: (tmp_path / f"{name}.log").read_text()[-3000:] for name in programs}

            assert processes.wait_until(lambda: len(begun()) == TASK_PROCESSES, seconds=SECONDS_MAX), told()
            posted = books.post()
            assert processes.wait_until(
                lambda: is_signed(committed_database, posted.id), seconds=SECONDS_MAX
            ), told()
            # Nobody else was free meanwhile: each process is at its first task still, and all of them live.
            assert len(list(tmp_path.glob("begun-*"))) == TASK_PROCESSES
            assert {name: process.poll() for name, process in programs.items()} == dict.fromkeys(programs)
            (tmp_path / "end").touch()
