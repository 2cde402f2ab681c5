# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL that archives its write-ahead log, and a way back to a named point, as operators do."""

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from cortex.embedded import cluster, postgres, processes

SECONDS_MAX = 60.0
# As docs/operations/backups.md says.
ARCHIVING = {
    "archive_mode": "on",
    "archive_command": "test ! -f {archive}/%f && cp %p {archive}/%f",
}
RECOVERY = """
archive_mode = off
restore_command = 'cp {archive}/%f %p'
recovery_target_name = '{point}'
recovery_target_timeline = '1'
recovery_target_action = promote
"""


@dataclass
class Archived:
    """One server whose segments are copied away as they fill, and one base backup."""

    server: postgres.PostgresServer
    archive: Path = field(init=False)
    base: Path = field(init=False)

    def __post_init__(self) -> None:
        self.archive = self.server.locations.server_directory("archive")
        self.base = self.server.locations.server_directory("base-backup")

    def start_archiving(self) -> None:
        """Set the archive up, which takes a restart."""
        with self._admin() as admin:
            for name, value in ARCHIVING.items():
                admin.execute(f"ALTER SYSTEM SET {name} = '{value.format(archive=self.archive)}'".encode())
        self.server.stop()
        self._start()

    def take_base(self) -> None:
        """Copy the whole cluster while it works."""
        password = cluster.password_file(locations=self.server.locations).read_text().strip()
        url = self.server.url(cluster.SUPERUSER, password, "postgres")
        program = self.server.programs / "pg_basebackup"
        done = self.server.locations.account.run(
            [program, "--dbname", url, "--pgdata", self.base, "--checkpoint=fast", "--no-sync"]
        )
        assert done.returncode == 0, done.stderr

    def name_point(self, name: str) -> None:
        """Name this moment, and wait until its segment is in the archive."""
        with self._admin() as admin:
            admin.execute("SELECT pg_create_restore_point(%s)", [name])
            ((segment,),) = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchall()
        deadline = time.monotonic() + SECONDS_MAX
        while not (self.archive / segment).exists():
            assert time.monotonic() < deadline, segment
            time.sleep(0.05)

    def become_the_base(self) -> None:
        """Stop, and start again as the base backup, as if its disk had been cloned then."""
        self.server.stop()
        assert processes.wait_until(lambda: cluster.postmaster(data=self.server.data) is None, seconds=30)
        shutil.rmtree(self.server.data)
        done = self.server.locations.account.run(["cp", "-a", self.base, self.server.data])
        assert done.returncode == 0, done.stderr
        self._start()

    def go_back_to(self, point: str) -> None:
        """Lose the disk, and recover from the base backup to the named point."""
        account, original = self.server.locations.account, self.base / "postgresql.auto.conf"
        kept = original.read_text()
        original.write_text(kept + RECOVERY.format(archive=self.archive, point=point))
        signal = self.base / "recovery.signal"
        signal.touch()
        account.own(signal)
        self.become_the_base()
        original.write_text(kept)
        with self._admin() as admin:
            assert processes.wait_until(lambda: self._is_open(admin), seconds=SECONDS_MAX)

    def _start(self) -> None:
        postgres.ensure_running(self.server.locations.base, durable=False)

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.server.admin_dsn("postgres"), autocommit=True)

    def _is_open(self, admin: psycopg.Connection) -> bool:
        ((recovering,),) = admin.execute("SELECT pg_is_in_recovery()").fetchall()
        return not recovering
