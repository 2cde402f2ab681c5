# SPDX-License-Identifier: Apache-2.0
"""A trial balance leaves the house signed, and whoever gets it can check it."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.accounting.domain.errors import ReportKeyMustStay
from cortex.container.override import override
from cortex.identity.console import FileMustBeWritable
from cortex.policy.access import AccessMustBeGranted
from cortex.ports.audit_log import AuditLog
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.sealed.document import Document
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import SealedVault, with_new_version
from cortex.tenancy import scope
from tests.factories.books import EntryDraftFactory
from tests.factories.people import let_in, person
from tests.integration.apps.accounting.api.desk import Desk
from tests.integration.apps.accounting.signed_reports import Given, ran, verified

KEY = "cortex-signatures"


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[SealedFile]:
    """Return a sealed file that keeps the key, and let it sign."""
    file = SealedFile(path=tmp_path / "secrets.age", identity_path=tmp_path / "identity.age")
    file.create(with_new_version(Document(), key_id=KEY))
    with override(KeyManagement, LocalKeyManagement(SealedVault(file))):
        yield file


class Rotating(LocalKeyManagement):
    """Rotates the key between the question for its version and the signature, some times."""

    def __init__(self, file: SealedFile, *, times: int) -> None:
        super().__init__(SealedVault(file))
        self.times = times

    def sign(self, *, key_id: str, message: bytes) -> bytes:
        if self.times:
            self.times -= 1
            self.rotate(key_id=key_id)
        return super().sign(key_id=key_id, message=message)


@pytest.fixture
def given(desk: Desk, tmp_path: Path) -> Given:
    """Return what signs in a company with one sale on 15 March."""
    desk.books.post(EntryDraftFactory())
    return Given(desk, tmp_path)


class TestSigning:
    def test_says_what_was_signed(self, given: Given) -> None:
        fields = given.sign("--from", "2026-03-01", "--as-of", "2026-03-31").fields()
        assert {name: fields[name] for name in ("report", "company", "from", "as_of", "format", "key")} == {
            "report": "trial_balance",
            "company": given.desk.books.code,
            "from": "2026-03-01",
            "as_of": "2026-03-31",
            "format": "csv",
            "key": KEY,
        }
        assert stat.S_IMODE(given.signature.stat().st_mode) == 0o644
        code, sentence = given.verify()
        assert code == 0
        assert (
            "verified: trial_balance of DEMO as csv, from 2026-03-01 up to 2026-03-31; signed at" in sentence
        )

    def test_leaves_a_leaf_that_the_signature_names(self, given: Given) -> None:
        fields = given.sign("--as", "bob").fields()
        with scope([given.desk.books.company_id]):
            (leaf,) = get(AuditLog).leaves_of(company_id=given.desk.books.company_id, object_id=fields["id"])
        assert (leaf.verb, leaf.actor) == ("accounting.report.sign", f"user:{given.desk.bob.id}")

    def test_is_for_those_who_may_give_reports_out(self, given: Given) -> None:
        let_in(company_id=given.desk.books.company_id, user_id=person("vera").id, roles=["viewer"])
        with pytest.raises(AccessMustBeGranted):
            given.sign("--as", "vera")
        assert list(given.directory.iterdir()) == []

    def test_needs_a_place_before_it_signs(self, given: Given) -> None:
        given.signature = given.directory / "missing" / "report.sig"
        with pytest.raises(FileMustBeWritable, match=r"No such file or directory\. Name another one"):
            given.sign()

    def test_replaces_neither_devices_nor_links(self, given: Given) -> None:
        link = given.directory / "link"
        link.symlink_to("/dev/null")
        for place in (link, given.directory):
            given.signature = place
            with pytest.raises(FileMustBeWritable, match="got: no plain file"):
                given.sign()
        assert [link.is_symlink(), *given.directory.iterdir()] == [True, link]

    def test_names_the_version_that_signed_though_the_key_is_rotated_meanwhile(
        self, given: Given, sealed: SealedFile
    ) -> None:
        with override(KeyManagement, Rotating(sealed, times=1)):
            assert given.sign().fields()["key_version"] == 2
        assert given.verify()[0] == 0
        with override(KeyManagement, Rotating(sealed, times=9)), pytest.raises(ReportKeyMustStay):
            given.sign()

    def test_writes_nothing_while_the_vault_is_away(self, given: Given) -> None:
        class Away(LocalKeyManagement):
            def __init__(self) -> None: ...

            def public_key(self, **_: object) -> Any:
                raise VaultMustBeReachable("Vault: sealed.")

        with override(KeyManagement, Away()):
            with pytest.raises(VaultMustBeReachable):
                given.sign()
            assert list(given.directory.iterdir()) == []
            assert ran("trial_balance", "--company", given.desk.books.code) != ""


class TestVerification:
    def test_outlives_rotation_online_and_by_the_old_public_key(
        self, given: Given, sealed: SealedFile
    ) -> None:
        given.sign()
        old = given.key_file()
        assert get(KeyManagement).rotate(key_id=KEY) == 2
        assert given.verify()[0] == 0
        assert given.verify("--key", old)[0] == 0
        assert given.verify("--key", given.key_file("--key-version", "1"))[0] == 0
        code, sentence = given.verify("--key", given.key_file())
        assert code == 1
        assert "Report signature, signature: expected one over these fields by a key of" in sentence
        assert given.sign().fields()["key_version"] == 2
        assert given.verify()[0] == 0

    def test_refuses_one_other_byte(self, given: Given) -> None:
        given.sign().report.write_bytes(given.report.read_bytes().replace(b"12.34", b"12.35", 1))
        code, sentence = given.verify()
        assert code == 1
        assert "accounting.report_must_be_the_signed_one: Report signature, sha256: expected " in sentence

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("id", "00000000-0000-0000-0000-000000000007"),
            ("report", "general_ledger"),
            ("company", "OTHER"),
            ("from", "2026-01-01"),
            ("as_of", "2026-12-31"),
            ("format", "json"),
            ("sha256", "00" * 32),
            ("keeper", "transit"),
            ("key", "cortex-files"),
            ("key_version", 7),
            ("algorithm", "none"),
            ("signed_at", "2020-01-01T00:00:00+00:00"),
            ("signature", "A" * 86 + "=="),
        ],
    )
    def test_refuses_each_changed_field(
        self, given: Given, sealed: SealedFile, name: str, value: object
    ) -> None:
        key = given.sign().key_file()
        given.write({**given.fields(), name: value})
        assert given.verify()[0] == 1
        assert given.verify("--key", key)[0] == 1

    @pytest.mark.parametrize(
        "content",
        [b"", b"[]", b"\xff", b'{"format_version": 1}', b"[" * 60_000, b"x" * 70_000, b'{"id": 1, "id": 1}'],
        ids=["empty", "list", "binary", "short", "deep", "long", "twice"],
    )
    def test_cannot_read_what_is_no_signature(self, given: Given, content: bytes) -> None:
        given.sign().signature.write_bytes(content)
        code, sentence = given.verify()
        assert (code, sentence.split(":")[0]) == (2, "accounting.report_signature_must_be_readable")

    def test_cannot_read_what_is_not_there(self, given: Given) -> None:
        given.sign()
        assert verified(str(given.report), "missing.sig")[0] == 2
        assert verified("missing.csv", str(given.signature))[0] == 2
        assert given.verify("--key", "missing.pem")[0] == 2
