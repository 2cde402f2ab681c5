# SPDX-License-Identifier: Apache-2.0
"""An auditor comes back: each archive may prove that the log grew out of the one that was seen before."""

import io
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounting.books.earlier_size import EarlierSizeMustBeReadable, read_earlier_size
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.part_of_log import LeafRange
from apps.audit.domain.errors import (
    EarlierTreeMustBeOfThisLog,
    EarlierTreeMustNotBeLarger,
    LogMustContinueEarlierTree,
)
from apps.audit.domain.merkle.errors import TreeMustHaveTheSize
from apps.audit.domain.note.errors import CheckpointMustBeWellFormed, NoteMustBeWellFormed
from apps.audit.management.kept_checkpoint import kept_checkpoint
from apps.audit.services.export_log import export_log
from cortex.identity.console import FileMustBeReadable
from tests.factories.books import CONSOLE
from tests.factories.evidence_log import content, verdict
from tests.factories.flipped import in_each_file, wrongly_told
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in
from tests.frame.census import DECISIONS, census
from tests.integration.apps.audit.test_evidence import House, house

__all__ = ["house"]

PROOF = "consistency.tlog-proof"
GREW = "is the beginning of this one: nothing in it was changed, moved or removed since."


@pytest.fixture
def visited(house: House) -> tuple[House, bytes]:
    """Return the house and the archive of an auditor's first visit; the books went on since."""
    archive = house.export(house.sign())
    for _ in range(3):
        house.books.post()
        house.others.post()
        house.sign()
    return house, archive


def grew(archive: bytes, house: House, since: bytes) -> bool:
    told = verdict(archive, keys=house.keys, since=since)
    assert told.refused is None
    return any(sentence.endswith(GREW) for sentence in told.report.proved)


class TestCommand:
    @pytest.mark.parametrize("words", [(), ("--with-compliance",), ("--entry",)])
    def test_proves_it_of_a_company_and_of_an_entry(
        self, visited: tuple[House, bytes], tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        """What was kept may be the whole archive, or the checkpoint that lies in it."""
        house, archive = visited
        asked = [*words, str(house.books.post().id)] if words == ("--entry",) else [*words]
        kept, out = tmp_path / "kept", tmp_path / "new.zip"
        written = []
        for given in (archive, content(archive, "checkpoint")):
            kept.write_bytes(given)
            house.sign()
            of = ("--company", "ACME", "--out", str(out), "--since", str(kept))
            call_command("evidence", "export", *of, *asked)
            written.append(content(out.read_bytes(), PROOF))
            assert grew(out.read_bytes(), house, content(archive, "checkpoint"))
        assert written[0].startswith(b"old ")

    def test_proves_it_of_controls_and_of_new_leaves(
        self, visited: tuple[House, bytes], tmp_path: Path
    ) -> None:
        house, archive = visited
        kept, out = tmp_path / "kept.zip", tmp_path / "new.zip"
        kept.write_bytes(archive)
        size = int(content(archive, "checkpoint").split(b"\n")[1])
        for verb in (("export-controls",), ("export-log", "--range", f"{size}:"), ("export-log",)):
            call_command("evidence", *verb, "--out", str(out), "--since", str(kept))
            assert grew(out.read_bytes(), house, content(archive, "checkpoint"))

    @pytest.mark.parametrize("text", ["", "5", "a:b", "-1:4", "1:2:3", "1;2"])
    def test_refuses_what_is_no_range(self, text: str, tmp_path: Path) -> None:
        with pytest.raises(Exception, match="expected FIRST:END"):
            call_command("evidence", "export-log", f"--range={text}", "--out", str(tmp_path / "x"))

    def test_reads_what_was_kept_before_it_writes_anything(self, house: House, tmp_path: Path) -> None:
        for given, error in (
            (b"nothing", NoteMustBeWellFormed),
            (b"\xff", NoteMustBeWellFormed),
            (b"a\n1\n\n\xe2\x80\x94 a AAAAAAAA\n", CheckpointMustBeWellFormed),
        ):
            (tmp_path / "kept").write_bytes(given)
            of = ("--company", "ACME", "--out", str(tmp_path / "new.zip"), "--since", str(tmp_path / "kept"))
            with pytest.raises(error):
                call_command("evidence", "export", *of)
        assert not (tmp_path / "new.zip").exists()
        with pytest.raises(FileMustBeReadable):
            kept_checkpoint(path=str(tmp_path / "missing"))


class TestExport:
    def test_gives_the_same_bytes_for_the_same_two_checkpoints(self, visited: tuple[House, bytes]) -> None:
        house, archive = visited
        size, earlier = house.sign(), Earlier.of_note(content(archive, "checkpoint").decode())
        made = house.export(size, earlier=earlier)
        assert house.export(size, earlier=Earlier(earlier.size)) == made
        house.books.post()
        house.sign()
        assert house.export(size, earlier=earlier) == made
        assert PROOF.encode() in content(made, "MANIFEST.sha256")

    def test_is_refused_where_the_log_never_was_like_that(self, visited: tuple[House, bytes]) -> None:
        """Nothing leaves the house, and what the auditor holds is named as evidence."""
        house, archive = visited
        size, note = house.sign(), content(archive, "checkpoint").decode()
        origin, leaves, root, *_ = note.split("\n")
        before = census(house.clone.admin_dsn, besides=DECISIONS)
        for other, error in (
            (note.replace(root, "A" * 43 + "="), LogMustContinueEarlierTree),
            (note.replace(f"{origin}\n", "other.example/log\n", 1), EarlierTreeMustBeOfThisLog),
            (note.replace(f"\n{leaves}\n", f"\n{size + 1}\n"), EarlierTreeMustNotBeLarger),
            (note.replace(f"\n{leaves}\n", "\n0\n"), EarlierTreeMustNotBeLarger),
        ):
            with pytest.raises(error):
                house.export(size, earlier=Earlier.of_note(other))
        assert census(house.clone.admin_dsn, besides=DECISIONS) == before

    def test_shows_that_a_superuser_rewrote_the_past(self, visited: tuple[House, bytes]) -> None:
        """The tiles say another root now: no proof leads from the tree that the auditor saw."""
        house, archive = visited
        size = house.sign()
        with psycopg.connect(house.clone.admin_dsn) as admin:
            admin.execute("ALTER TABLE audit_tile DISABLE TRIGGER ALL")
            admin.execute("UPDATE audit_tile SET hashes = sha256('x') || substr(hashes, 33) WHERE level = 0")
        with pytest.raises(LogMustContinueEarlierTree, match="Keep it, it is evidence"):
            house.export(size, earlier=Earlier.of_note(content(archive, "checkpoint").decode()))


class TestRange:
    def exported(self, leaves: LeafRange, **given: object) -> bytes:
        out = io.BytesIO()
        export_log(out=out, exported_by=CONSOLE, leaves=leaves, **given)  # type: ignore[arg-type]
        return out.getvalue()

    def test_holds_some_leaves_of_all_companies_and_is_refused_with_any_byte_changed(
        self, visited: tuple[House, bytes]
    ) -> None:
        house, _ = visited
        size = house.sign()
        archive = self.exported(LeafRange(2, 9))
        told = verdict(archive, keys=house.keys)
        assert told.refused is None
        assert "All leaves from 2 to 8 are here" in str(told.report.proved)
        assert str(house.others.company_id).encode() in self.exported(LeafRange(0))
        assert wrongly_told(archive, in_each_file(archive), house.refusal) == []
        house.books.post()
        house.sign()
        assert self.exported(LeafRange(2, 9), size=size) == archive

    def test_is_refused_beyond_the_tree(self, visited: tuple[House, bytes]) -> None:
        with pytest.raises(TreeMustHaveTheSize):
            self.exported(LeafRange(2, visited[0].sign() + 1))


class TestDoors:
    def test_prove_of_one_entry_that_the_log_grew_out_of_an_earlier_tree(
        self, visited: tuple[House, bytes]
    ) -> None:
        house, archive = visited
        entry, alice = house.books.post(), person("alice")
        let_in(company_id=house.books.company_id, user_id=alice.id, roles=["controller"])
        size = house.sign()
        client, seen = Client(), content(archive, "checkpoint").split(b"\n")[1].decode()
        sign_in(client, alice)
        for door in (
            f"/books/ACME/entries/{entry.id}/proof.zip",
            f"/api/v1/companies/ACME/journal-entries/{entry.id}/proof",
        ):
            answer = client.get(door, {"since": seen})
            assert grew(answer.content, house, content(archive, "checkpoint"))
            assert PROOF.encode() not in content(client.get(door).content, "MANIFEST.sha256")
            for since, status in (("x", 400), ("-1", 400), (str(size + 1), 422)):
                assert client.get(door, {"since": since}).status_code == status

    def test_read_a_number_of_leaves_and_nothing_else(self) -> None:
        assert (read_earlier_size(None), read_earlier_size(""), read_earlier_size("730")) == (None, None, 730)
        for word in ("0x1", "1.5", "\u0661", "1" * 16):
            with pytest.raises(EarlierSizeMustBeReadable):
                read_earlier_size(word)
