# SPDX-License-Identifier: Apache-2.0
"""The vault as the issuing authority: the same commands, and keys that never leave it."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from cortex.boot.configuration import forget
from cortex.boot.tls.contexts import client_context, server_context
from cortex.pki.console import main
from cortex.pki.errors import CertificateMustBeKnown, CertificateMustBeOurs
from cortex.pki.expiry import expiry_of
from cortex.pki.holding import Holding
from cortex.pki.issuing import issue_here, keep_up_to_date, renew
from cortex.pki.local.root_files import RootFiles
from cortex.pki.names import names_of
from cortex.pki.vault_authority import VaultAuthority
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.session import VaultSession
from tests.frame.authority import now, tls_files
from tests.frame.openbao import OpenBao
from tests.integration.cortex.pki.handshake import is_agreed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    server = OpenBao(tmp_path_factory.mktemp("openbao"))
    server.create()
    yield server
    server.stop()


@pytest.fixture
def authority(bao: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultAuthority]:
    """Return an engine of its own with an authority under a root of its own."""
    mount = f"pki-{tmp_path.name.replace('_', '-')}"[:60]
    bao.root().sys.enable_secrets_engine("pki", path=mount)
    monkeypatch.setenv("VAULT_TOKEN", bao.root_token)
    session = VaultSession(VaultOptions(address=bao.address, auth="token"))
    made = VaultAuthority(session, RootFiles(tmp_path / "root"), mount=mount)
    identity = tmp_path / "root.age"
    made.root.create(trust_domain="cortex", identity_path=identity, at=now())
    made.prepare(identity_path=identity, at=now())
    yield made
    session.close()


def issued(authority: VaultAuthority, directory: Path, service: str = "web") -> Holding:
    held = Holding(directory / service)
    names = names_of(trust_domain="cortex", service=service, dns=["localhost"], addresses=["127.0.0.1"])
    issue_here(authority=authority, holding=held, names=names, at=now())
    return held


def authority_key(certificate: x509.Certificate) -> bytes | None:
    return certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier


class TestTheVaultsAuthority:
    def test_issues_what_both_ends_of_a_connection_agree_on(
        self, authority: VaultAuthority, tmp_path: Path
    ) -> None:
        web, worker = issued(authority, tmp_path), issued(authority, tmp_path, "worker")
        server = server_context(files=tls_files(web), clients="required")
        assert is_agreed(server, client_context(files=tls_files(worker)))

    def test_renews_for_the_same_names_and_key(self, authority: VaultAuthority, tmp_path: Path) -> None:
        web = issued(authority, tmp_path)
        before, key = web.certificate(), web.key_path.read_bytes()
        renew(authority=authority, holding=web, at=now(), life=timedelta(hours=48))
        assert web.certificate().serial_number != before.serial_number
        assert web.key_path.read_bytes() == key
        assert expiry_of(files=web.files, at=now()).spiffe_id == "spiffe://cortex/web"

    def test_takes_back_what_servers_then_refuse(self, authority: VaultAuthority, tmp_path: Path) -> None:
        web, worker = issued(authority, tmp_path), issued(authority, tmp_path, "worker")
        authority.revoke(serial=f"{worker.certificate().serial_number:x}", at=now())
        keep_up_to_date(authority=authority, holding=web, at=now())
        server = server_context(files=tls_files(web), clients="required")
        with pytest.raises(ssl.SSLError, match=r"(?i)revoked"):
            is_agreed(server, client_context(files=tls_files(worker)))
        with pytest.raises(CertificateMustBeOurs):
            renew(authority=authority, holding=worker, at=now())

    def test_knows_what_it_issued(self, authority: VaultAuthority, tmp_path: Path) -> None:
        held = issued(authority, tmp_path)
        serial = f"{held.certificate().serial_number:x}"
        assert [(each.serial, each.spiffe_id) for each in authority.issued()] == [
            (serial, "spiffe://cortex/web")
        ]
        with pytest.raises(CertificateMustBeKnown):
            authority.revoke(serial="abcdef", at=now())

    def test_signs_with_the_next_one_when_all_know_it(
        self, authority: VaultAuthority, tmp_path: Path
    ) -> None:
        first = issued(authority, tmp_path).certificate()
        authority.prepare(identity_path=tmp_path / "root.age", at=now() + timedelta(seconds=1))
        second = issued(authority, tmp_path, "worker")
        assert authority_key(second.certificate()) == authority_key(first)
        authority.change_over()
        third = issued(authority, tmp_path, "beat")
        assert authority_key(third.certificate()) != authority_key(first)
        # Who was told before the change believes the new one already.
        server = server_context(files=tls_files(second), clients="required")
        assert is_agreed(server, client_context(files=tls_files(third)))

    def test_is_reached_by_the_same_commands(
        self,
        authority: VaultAuthority,
        bao: OpenBao,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        for name, value in {"VAULT_ADDR": bao.address, "VAULT_AUTH": "token"}.items():
            monkeypatch.setenv(name, value)
        forget()
        words = ["--vault", "--vault-mount", authority.mount, "--directory", str(authority.root.directory)]
        held = Holding(tmp_path / "beat")
        main([*words, "issue", "beat", "--out", str(held.directory)])
        main([*words, "list"])
        assert "spiffe://cortex/beat" in capsys.readouterr().out
        main([*words, "revoke", f"{held.certificate().serial_number:x}"])
        main([*words, "crl", str(held.directory)])
        assert b"X509 CRL" in held.revoked_path.read_bytes()
        forget()
