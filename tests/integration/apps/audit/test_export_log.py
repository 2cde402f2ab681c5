# SPDX-License-Identifier: Apache-2.0
"""The whole log leaves the house: every leaf of every company, verified offline."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.audit.domain.errors import LogMustCoverIt
from apps.audit.domain.trusted_keys import TrustedKeys
from apps.audit.services.export_log import export_log
from cortex.container.override import override
from cortex.ports.authorizer import AccessMustBeGranted
from tests.factories.books import CONSOLE, open_books
from tests.factories.evidence_log import verdict
from tests.factories.flipped import in_each_file, wrongly_told
from tests.factories.leaves import watched_leaves
from tests.factories.log import SigningLog
from tests.factories.people import just_signed_in, let_in, person
from tests.frame.clones import Clone


@pytest.fixture
def keys(committed_database: Clone) -> SigningLog:
    """Return the keys of a log with leaves of two companies and of the platform."""
    for code in ("ACME", "OTHER"):
        open_books(code=code).post()
    return SigningLog()


def exported(size: int | None = None) -> bytes:
    out = io.BytesIO()
    export_log(out=out, exported_by=CONSOLE, size=size)
    return out.getvalue()


class TestExportLog:
    def test_is_verified_whole_and_refused_with_one_changed_byte(self, keys: SigningLog) -> None:
        size = keys.sign()
        with watched_leaves() as log:
            archive = exported()
        assert log.verbs == ["audit.evidence.export"]
        told = verdict(archive, keys=keys.text())
        assert told.refused is None
        assert any(str(size) in sentence for sentence in told.report.proved)
        place = archive.index(b'"verb":"accounting.journal_entry.post"')
        changed = archive[:place] + archive[place:].replace(b"post", b"past", 1)
        assert verdict(changed, keys=keys.text()).refused is not None

        def refusal(changed: bytes) -> str | None:
            return verdict(changed, keys=keys.text()).refused

        assert wrongly_told(archive, in_each_file(archive), refusal) == []

    def test_gives_the_same_bytes_for_the_same_checkpoint(self, keys: SigningLog) -> None:
        size = keys.sign()
        archive = exported()
        keys.sign()
        assert exported(size) == archive
        assert len(exported()) > len(archive)

    def test_is_refused_to_whoever_sees_one_company_alone(self, keys: SigningLog) -> None:
        keys.sign()
        alice, books = person("alice"), open_books(code="HERS")
        let_in(company_id=books.company_id, user_id=alice.id, roles=["controller", "administrator"])
        out = io.BytesIO()
        with pytest.raises(AccessMustBeGranted):
            export_log(out=out, exported_by=just_signed_in(alice))
        assert out.getvalue() == b""

    def test_says_that_nothing_is_signed_yet(self, keys: SigningLog) -> None:
        with pytest.raises(LogMustCoverIt, match="expected a checkpoint, got none yet"):
            exported()
        keys.sign()
        with pytest.raises(LogMustCoverIt, match="Name one that was signed"):
            exported(1)


class TestCommand:
    def test_writes_archive_and_keys(
        self, keys: SigningLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        size = keys.sign()
        archive, public = tmp_path / "log.zip", tmp_path / "keys"
        with override(TrustedKeys, keys):
            call_command("evidence", "export-log", "--out", str(archive), "--key-out", str(public))
        assert capsys.readouterr().out == f"{archive}: as of the checkpoint of {size} leaves\n"
        assert verdict(archive.read_bytes(), keys=public.read_text()).refused is None
        assert [path.stat().st_mode & 0o777 for path in (archive, public)] == [0o600, 0o644]
