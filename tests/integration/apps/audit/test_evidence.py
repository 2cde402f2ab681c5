# SPDX-License-Identifier: Apache-2.0
"""A rehearsal of an audit, by ourselves: from books in the database to a verdict on an empty machine."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounting.domain.errors import WholeBooksMustBeVisible
from apps.audit.domain.archive.container import MANIFEST, ArchiveMustFit
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.frame import Period
from apps.audit.domain.errors import LogMustCoverIt
from apps.audit.domain.trusted_keys import TrustedKeys
from apps.audit.published import DocumentEvidence
from apps.audit.selectors.company_leaves import placed_leaves
from apps.audit.services.export_evidence import export_company
from apps.audit.services.wait_for_checkpoint import wait_for_checkpoint
from cortex.container.override import override
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import CONSOLE, Books, EntryDraftFactory, open_books
from tests.factories.evidence_log import verdict
from tests.factories.flipped import in_each_file, wrongly_told
from tests.factories.leaves import watched_leaves
from tests.factories.log import SigningLog, append
from tests.factories.people import just_signed_in, let_in, person
from tests.factories.sessions import sign_in
from tests.frame.census import DECISIONS, census
from tests.frame.clones import Clone

HIDING = """
@id("house.payroll")
@title("Carol does not see what stands under a payroll reference")
forbid (
  principal == Cortex::User::"{carol}", action in Cortex::Action::"read", resource is Accounting::JournalEntry
)
when {{ resource has reference && resource.reference == "PAYROLL" }};
"""


@dataclass
class House:
    """Two companies' books and a log that signs when it is told to."""

    clone: Clone
    books: Books
    others: Books
    log: SigningLog = field(default_factory=SigningLog)

    @property
    def keys(self) -> str:
        return self.log.text()

    def sign(self) -> int:
        return self.log.sign()

    def refusal(self, archive: bytes) -> str | None:
        return verdict(archive, keys=self.keys).refused

    def export(
        self,
        size: int,
        period: Period | None = None,
        *,
        by: Principal = CONSOLE,
        earlier: Earlier | None = None,
    ) -> bytes:
        out = io.BytesIO()
        with self.books.entered():
            export_company(
                company_id=self.books.company_id,
                size=size,
                period=period or Period(),
                out=out,
                exported_by=by,
                earlier=earlier,
            )
        return out.getvalue()


@pytest.fixture
def house(committed_database: Clone) -> House:
    """Return the books of two companies: three entries of ours, one of others, signed twice."""
    house = House(committed_database, open_books(code="ACME"), open_books(code="OTHER"))
    house.books.post(EntryDraftFactory(accounting_date=date(2026, 1, 15), narration="Grüße aus Köln"))
    house.others.post()
    house.sign()
    house.books.post(EntryDraftFactory(accounting_date=date(2026, 2, 15)))
    house.books.post(EntryDraftFactory(accounting_date=date(2026, 3, 15)))
    return house


@contextmanager
def superuser(house: House, table: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(house.clone.admin_dsn) as admin:
        admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield admin


class TestExportCompany:
    def test_gives_what_an_auditor_verifies_on_an_empty_machine(self, house: House, tmp_path: Path) -> None:
        archive = house.export(house.sign())
        (tmp_path / "books.zip").write_bytes(archive)
        (tmp_path / "keys").write_text(house.keys)
        with ZipFile(io.BytesIO(archive)) as opened:
            (tmp_path / "verify.py").write_bytes(opened.read("verify.py"))
        command = [sys.executable, "-I", "-S", "verify.py", "books.zip", "--log-key", "keys"]
        done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "none was left out." in done.stdout
        assert "proved: 3 documents are the ones that leaves fixed, unchanged." in done.stdout
        assert done.stdout.endswith("VERIFIED\n")
        changed = bytearray(archive)
        changed[archive.index(b'"accounting_date":"2026-02-15"') + 25] ^= 1
        (tmp_path / "books.zip").write_bytes(changed)
        done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "REFUSED: documents/accounting.journal_entry.jsonl: its content was changed" in done.stdout
        assert wrongly_told(archive, in_each_file(archive), house.refusal) == []

    def test_shows_the_documents_of_a_period_and_opens_their_texts(self, house: House) -> None:
        archive = house.export(house.sign(), Period(date(2026, 1, 1), date(2026, 1, 31)))
        told = verdict(archive, keys=house.keys)
        assert told.refused is None
        assert (
            "1 documents that count from 2026-01-01 to 2026-01-31 are the ones that leaves fixed, unchanged."
            in told.report.proved
        )
        assert "Grüße aus Köln".encode() in archive

    def test_gives_the_same_bytes_for_the_same_checkpoint(self, house: House) -> None:
        size = house.sign()
        archive = house.export(size)
        house.books.post()
        house.others.post()
        house.sign()
        assert house.export(size) == archive
        assert verdict(house.export(house.sign()), keys=house.keys, since=_note(archive)).refused is None

    def test_is_refused_to_whoever_sees_a_part_of_the_books(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        carol, size = person("carol"), house.sign()
        let_in(company_id=house.books.company_id, user_id=carol.id, roles=["controller"])
        engine = PolicyEngine(packaged_text() + HIDING.format(carol=carol.id), version=0)
        monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
        before = census(house.clone.admin_dsn, besides=DECISIONS)
        with pytest.raises(WholeBooksMustBeVisible):
            house.export(size, by=just_signed_in(carol))
        assert census(house.clone.admin_dsn, besides=DECISIONS) == before

    def test_holds_nothing_of_other_companies(self, house: House) -> None:
        archive = house.export(house.sign())
        assert str(house.others.company_id).encode() not in archive

    def test_shows_what_a_superuser_edited(self, house: House) -> None:
        size = house.sign()
        with superuser(house, "accounting_journal_line") as admin:
            admin.execute("UPDATE accounting_journal_line SET amount_minor = amount_minor * 2")
        refused = str(verdict(house.export(size), keys=house.keys).refused)
        assert "its document is not in documents/accounting.journal_entry.jsonl: line 1 speaks of" in refused

    def test_leaves_a_leaf_of_who_took_evidence_out(self, house: House) -> None:
        size = house.sign()
        house.export(size)
        with psycopg.connect(house.clone.admin_dsn) as admin:
            newest = admin.execute(
                "SELECT company_id, convert_from(body, 'UTF8')::jsonb ->> 'verb' FROM audit_entry"
                " ORDER BY id DESC LIMIT 1"
            ).fetchone()
        assert newest == (house.books.company_id, "audit.evidence.export")

    def test_is_refused_to_strangers_who_leave_nothing_behind(self, house: House) -> None:
        size, logged = house.sign(), ("audit_entry", "policy_decision")
        before = census(house.clone.admin_dsn, besides=logged)
        with pytest.raises(AccessMustBeGranted):
            house.export(size, by=Principal.service("charlie"))
        assert census(house.clone.admin_dsn, besides=logged) == before

    def test_refuses_a_checkpoint_that_nobody_signed(self, house: House) -> None:
        with pytest.raises(LogMustCoverIt):
            house.export(house.sign() + 1)


class TestWaitForCheckpoint:
    def test_waits_for_the_newest_leaf(self, house: House) -> None:
        with house.books.entered(), pytest.raises(LogMustCoverIt):
            wait_for_checkpoint(company_id=house.books.company_id, seconds=0, say=print)
        size = house.sign()
        with house.books.entered():
            assert wait_for_checkpoint(company_id=house.books.company_id, seconds=0, say=print) == size


class TestDocumentEvidence:
    def test_proves_one_entry(self, house: House) -> None:
        entry = house.books.post(EntryDraftFactory(narration="Miete"))
        out = io.BytesIO()
        wanted = {"company_id": house.books.company_id, "object_id": entry.id, "taken_by": CONSOLE}
        with house.books.entered():
            with pytest.raises(LogMustCoverIt):
                get(DocumentEvidence).write(out=out, **wanted)
            house.sign()
            get(DocumentEvidence).write(out=out, **wanted)
        told = verdict(out.getvalue(), keys=house.keys)
        assert told.refused is None
        assert wrongly_told(out.getvalue(), in_each_file(out.getvalue()), house.refusal) == []
        assert "1 documents are the ones that leaves fixed, unchanged." in told.report.proved
        assert "1 texts are those that were written at the time." in told.report.proved

    def test_holds_every_leaf_or_is_refused(self, house: House) -> None:
        """An archive that left out what was done last would deceive; of 200 leaves it did."""
        entry, company_id = house.books.post(), house.books.company_id
        append(company_id, 250, object_id=entry.id)
        house.sign()
        out = io.BytesIO()
        with house.books.entered():
            get(DocumentEvidence).write(company_id=company_id, object_id=entry.id, out=out, taken_by=CONSOLE)
            assert len(placed_leaves(company_id=company_id, object_id=entry.id, most=251)) == 251
            with pytest.raises(ArchiveMustFit, match="expected at most 250 leaves, got more"):
                placed_leaves(company_id=company_id, object_id=entry.id, most=250)
        with ZipFile(out) as archive:
            assert len([name for name in archive.namelist() if name.endswith(".tlog-proof")]) == 251
        assert verdict(out.getvalue(), keys=house.keys).refused is None


class TestDoors:
    def test_let_whoever_reads_the_entry_prove_it(self, house: House) -> None:
        """Alice keeps the books; Charlie belongs to the other company, for which the entry is not there."""
        entry, alice, charlie = house.books.post(), person("alice"), person("charlie")
        let_in(company_id=house.books.company_id, user_id=alice.id, roles=["controller"])
        let_in(company_id=house.others.company_id, user_id=charlie.id, roles=["controller"])
        client, page = Client(), f"/books/ACME/entries/{entry.id}/"
        sign_in(client, alice)
        proofs = (f"{page}proof.zip", f"/api/v1/companies/ACME/journal-entries/{entry.id}/proof")
        assert [client.get(proof).status_code for proof in proofs] == [409, 409]
        house.sign()
        assert f'href="{page}proof.zip"' in client.get(page).content.decode()
        for proof in proofs:
            answer = client.get(proof)
            assert answer.headers["Content-Type"] == "application/zip"
            assert answer.headers["Content-Disposition"] == f'attachment; filename="proof-{entry.id}.zip"'
            assert verdict(answer.content, keys=house.keys).refused is None
        sign_in(client, charlie)
        assert [client.get(proof).status_code for proof in proofs] == [404, 404]

    def test_leave_a_leaf_of_each_archive_that_was_taken(self, house: House) -> None:
        """Two entries within a minute are two archives; one archive taken twice in it leaves one leaf."""
        entries, alice = [house.books.post(), house.books.post()], person("alice")
        let_in(company_id=house.books.company_id, user_id=alice.id, roles=["controller"])
        client = sign_in(Client(), alice)
        page = f"/books/ACME/entries/{entries[0].id}/proof.zip"
        api = f"/api/v1/companies/ACME/journal-entries/{entries[1].id}/proof"
        with watched_leaves() as watched:
            assert client.get(page).status_code == 409
            house.sign()
            taken = [client.get(path).content for path in (page, api)]
            client.get(page)
        told = [each for each in watched.records if each.verb == "audit.evidence.export"]
        assert [each.digest for each in told] == [manifest_digest(archive) for archive in taken]
        assert {each.object_type for each in told} == {"audit.evidence_archive"}
        # About the archive, so that the next proof of the entry holds no leaf of the last.
        assert not {each.object_id for each in told} & {entry.id for entry in entries}


class TestCommand:
    def test_writes_archive_and_keys(
        self, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        house.sign()
        out, keys = tmp_path / "books.zip", tmp_path / "keys"
        with override(TrustedKeys, house.log):
            call_command("evidence", "export", "--company", "ACME", "--out", str(out), "--key-out", str(keys))
        assert "exporting the tree of" in capsys.readouterr().err
        assert verdict(out.read_bytes(), keys=keys.read_text()).refused is None


def _note(archive: bytes) -> bytes:
    with ZipFile(io.BytesIO(archive)) as opened:
        return opened.read("checkpoint")


def manifest_digest(archive: bytes) -> str:
    with ZipFile(io.BytesIO(archive)) as opened:
        return hashlib.sha256(opened.read(MANIFEST)).hexdigest()
