# SPDX-License-Identifier: Apache-2.0
"""Logs of processes are sealed into the audit log, and verified against an archive of it."""

import io
import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from apps.audit.adapters.database_log import DatabaseAuditLog
from apps.audit.domain.custody.errors import LogMustBeReadable, LogNamesMustDiffer, LogsMustBeNamed
from apps.audit.services.custody.seal_logs import seal_logs
from apps.audit.services.export_log import export_log
from apps.audit.tasks import seal_logs_of_this_machine
from cortex.boot.log_header.console import main
from cortex.container.override import override
from cortex.events.leases import claim_lease, release_lease
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from tests.factories.books import CONSOLE
from tests.factories.clocks import ClockAhead
from tests.factories.evidence_log import verdict
from tests.factories.log import SigningLog
from tests.factories.people import just_signed_in, person
from tests.frame.clones import Clone

SCHEDULER = Principal.service("scheduler")
SEGMENTS = """
SELECT ordinal, first_byte, end_byte, closes, broken, encode(sha256(statement), 'hex') FROM audit_log_segment
 WHERE stream = %s ORDER BY ordinal
"""
LEAVES = """
SELECT convert_from(body, 'UTF8')::jsonb ->> 'digest', actor FROM audit_entry
 WHERE verb = 'audit.log_segment.seal' ORDER BY id
"""


class Killed(Exception):
    pass


class KilledAt(DatabaseAuditLog):
    """Dies when it is to append the leaf of this number."""

    def __init__(self, number: int) -> None:
        self.left = number

    def append(self, *, company_id: UUID | None, actor: Principal, records: Sequence[AuditRecord]) -> None:
        self.left -= 1
        if not self.left:
            raise Killed
        super().append(company_id=company_id, actor=actor, records=records)


@pytest.fixture
def web_log(tmp_path: Path) -> Path:
    """Return a log of three segments and a bit."""
    path = tmp_path / "web.log"
    path.write_bytes(b"".join(b'{"event": "%0900d"}\n' % number for number in range(900)))
    return path


@pytest.fixture
def database(committed_database: Clone, web_log: Path) -> Clone:
    return committed_database


def seal(*paths: Path, later: int = 0, by: Principal = SCHEDULER) -> int | None:
    with override(Clock, ClockAhead(timedelta(seconds=later))):
        return seal_logs(paths=paths, sealed_by=by)


def stored(database: Clone, query: str, *parameters: object) -> list[tuple[object, ...]]:
    with psycopg.connect(database.admin_dsn) as admin:
        return admin.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def segments(database: Clone) -> list[tuple[object, ...]]:
    return stored(database, SEGMENTS, f"{socket.gethostname()}/web.log")


class TestSealLogs:
    def test_leaves_a_leaf_for_each_segment_with_the_digest_of_its_statement(
        self, database: Clone, web_log: Path
    ) -> None:
        # What fills a segment at once, and its tail when it is due.
        assert [seal(web_log), seal(web_log, later=600), seal(web_log, later=1200)] == [3, 1, 0]
        rows, leaves = segments(database), stored(database, LEAVES)
        assert [row[1] for row in rows] == [0, *(row[2] for row in rows[:-1])]
        assert rows[-1][2] == web_log.stat().st_size
        assert leaves == [(row[5], SCHEDULER.urn) for row in rows]

    def test_that_is_killed_between_two_segments_neither_loses_nor_doubles_one(
        self, database: Clone, web_log: Path
    ) -> None:
        for number in (1, 2):
            with override(AuditLog, KilledAt(number)), pytest.raises(Killed):
                seal(web_log)
            # Its row goes with its leaf.
            assert len(segments(database)) == len(stored(database, LEAVES)) == number - 1
        assert seal(web_log) == 2
        rows = segments(database)
        assert [row[1] for row in rows] == [0, *(row[2] for row in rows[:-1])]

    def test_does_nothing_beside_another_custodian(self, database: Clone, web_log: Path) -> None:
        lease = claim_lease(name=f"log-custody:{socket.gethostname()}")
        assert lease is not None
        assert seal(web_log) is None
        assert segments(database) == []
        release_lease(lease)

    def test_is_refused_to_people_and_seals_nothing(self, database: Clone, web_log: Path) -> None:
        charlie = just_signed_in(person("charlie"))
        with pytest.raises(AccessMustBeGranted):
            seal(web_log, by=charlie)
        assert segments(database) == []
        assert stored(database, LEAVES) == []

    def test_seals_the_others_where_one_cannot_be_read_and_says_so(
        self, database: Clone, web_log: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("no directory")
        with pytest.raises(LogMustBeReadable, match=r"beat\.log: expected a file that the worker can read"):
            seal(tmp_path / "file" / "beat.log", web_log)
        assert len(segments(database)) == 3
        # Not all were looked at, and the probe must know.
        assert stored(database, "SELECT * FROM audit_log_custodian") == []

    def test_does_not_take_a_log_that_is_not_there_for_a_quiet_one(
        self, database: Clone, web_log: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(LogMustBeReadable, match=r"wbe\.log: .* got: No such file"):
            seal(web_log, tmp_path / "wbe.log")
        assert len(segments(database)) == 3
        assert stored(database, "SELECT * FROM audit_log_custodian") == []

    def test_refuses_two_logs_of_one_name(self, database: Clone, web_log: Path, tmp_path: Path) -> None:
        with pytest.raises(LogNamesMustDiffer, match=r"got web\.log twice"):
            seal(web_log, tmp_path / "other" / "web.log")
        assert segments(database) == []

    def test_tells_aloud_what_was_changed(self, database: Clone, web_log: Path) -> None:
        seal(web_log)
        with web_log.open("r+b") as file:
            file.truncate(1000)
        with capture_logs() as told:
            seal(web_log, later=600)
        assert [event["event"] for event in told] == ["log_custody_broken"]
        assert str(segments(database)[3][4]).startswith("no file of web.log holds bytes ")


class TestTheTable:
    def test_lets_nobody_change_a_segment_or_fork_a_stream(self, database: Clone, web_log: Path) -> None:
        seal(web_log)
        fork = (
            "INSERT INTO audit_log_segment SELECT uuidv7(), stream, ordinal + 9, file, first_byte, end_byte,"
            " sha256, former, closes, broken, sealed_at, statement FROM audit_log_segment WHERE ordinal = 2"
        )
        for statement, sentence in (
            (fork, "does not follow the one before"),
            (
                "UPDATE audit_log_segment SET sha256 = repeat('0', 64)",
                "append-only|append only|refuse|may not",
            ),
            ("DELETE FROM audit_log_segment", "append-only|append only|refuse|may not"),
        ):
            with pytest.raises(psycopg.Error, match=sentence):
                stored(database, statement)
        assert len(segments(database)) == 3


class TestArchive:
    def test_of_the_whole_log_proves_the_file_and_refuses_one_changed_byte(
        self, database: Clone, web_log: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        seal(web_log)
        seal(web_log, later=600)
        keys, out = SigningLog(), io.BytesIO()
        size = keys.sign()
        export_log(out=out, exported_by=CONSOLE, size=size)
        told = verdict(out.getvalue(), keys=keys.text(), logs=[web_log])
        assert told.refused is None
        name = f"{socket.gethostname()}/web.log"
        sentence = f"web.log is file 0 of {name}, complete and unaltered up to byte {web_log.stat().st_size}."
        assert sentence in told.report.proved

        archive, public = tmp_path / "log.zip", tmp_path / "keys"
        archive.write_bytes(out.getvalue())
        public.write_text(keys.text())
        words = ["verify", str(web_log), "--archive", str(archive), "--log-key", str(public)]
        assert main(words) == 0
        data = bytearray(web_log.read_bytes())
        data[500_000] ^= 1
        web_log.write_bytes(data)
        capfd.readouterr()
        assert main([*words, "--json"]) == 1
        said = capfd.readouterr().out
        assert '"verdict": "refused"' in said
        assert "was changed; 1 of 4 segments differ" in said
        assert main(words[:-2]) == 2
        assert main([*words[:-1], str(tmp_path / "none")]) == 2


class TestSchedule:
    def test_seals_the_logs_that_are_named_and_the_probe_tells_how_it_stands(
        self, database: Clone, web_log: Path, settings: Settings
    ) -> None:
        def part() -> str | None:
            found: str | None = Client().get("/health/ready").json()["parts"].get("custody")
            return found

        seal_logs_of_this_machine()
        assert (segments(database), part()) == ([], None)
        settings.LOG_CUSTODY_FILES = (str(web_log),)
        assert part() == "degraded"
        seal_logs_of_this_machine()
        assert (len(segments(database)), part()) == (3, "ok")
        with override(Clock, ClockAhead(timedelta(seconds=601))):
            assert part() == "degraded"
        web_log.unlink()
        seal_logs_of_this_machine()
        assert part() == "degraded"

    def test_tells_what_kept_it_from_sealing(
        self, database: Clone, web_log: Path, settings: Settings
    ) -> None:
        settings.LOG_CUSTODY_FILES = (str(web_log), str(web_log))
        with capture_logs() as told:
            seal_logs_of_this_machine()
        assert [event["code"] for event in told if event["event"] == "logs_not_sealed"] == [
            "audit.log_names_must_differ"
        ]


class TestCommand:
    def test_seals_the_named_files_of_this_machine_or_those_of_the_settings(
        self, database: Clone, web_log: Path, settings: Settings
    ) -> None:
        assert console(str(web_log)) == "3 segments sealed"
        assert len(segments(database)) == 3
        settings.LOG_CUSTODY_FILES = (str(web_log),)
        assert console() == "0 segments sealed"

    def test_leaves_alone_what_another_process_seals_and_asks_for_names(
        self, database: Clone, web_log: Path
    ) -> None:
        with pytest.raises(LogsMustBeNamed, match="got none"):
            console()
        lease = claim_lease(name=f"log-custody:{socket.gethostname()}"[:100])
        assert lease is not None
        assert console(str(web_log)) == "another process of this machine seals"
        release_lease(lease)
        assert segments(database) == []


def console(*words: str) -> str:
    out = io.StringIO()
    call_command("seal_logs", *words, stdout=out)
    return out.getvalue().strip()
