# SPDX-License-Identifier: Apache-2.0
"""A pod logs in with the token of its service account, which the vault lets the cluster review."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hvac
import pytest

from cortex.confidential import Secret, forms_of
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault import login
from cortex.secrets.vault.errors import VaultMustPermit
from cortex.secrets.vault.kv import KvVault
from cortex.secrets.vault.session import VaultSession
from tests.frame.openbao import OpenBao
from tests.integration.cortex.secrets.token_review import ACCOUNT, NAMESPACE, Cluster, cluster

TEXT = Secret("read-by-a-pod")


@contextmanager
def closing_method(root: hvac.Client) -> Iterator[None]:
    try:
        yield
    finally:
        root.sys.disable_auth_method("kubernetes")


@pytest.fixture
def kubernetes(bao: OpenBao) -> Iterator[Cluster]:
    """Let the vault ask this cluster, and its role `cortex` be for one service account."""
    root = bao.root()
    root.sys.enable_auth_method("kubernetes")
    with cluster() as answering, closing_method(root):
        root.auth.kubernetes.configure(
            kubernetes_host=answering.address,
            kubernetes_ca_cert=answering.authority.cert_pem.bytes().decode(),
            token_reviewer_jwt=answering.token(account="vault"),
            disable_local_ca_jwt=True,
        )
        root.auth.kubernetes.create_role(
            "cortex",
            bound_service_account_names=[ACCOUNT],
            bound_service_account_namespaces=[NAMESPACE],
            policies=["cortex"],
            ttl="1h",
        )
        bao.put("POD", TEXT.reveal())
        yield answering


@pytest.fixture
def mounted(kubernetes: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of the token, where a pod has it."""
    file = tmp_path / "token"
    file.write_text(kubernetes.token())
    monkeypatch.setattr(login, "SERVICE_ACCOUNT_TOKEN", file)
    return file


@pytest.fixture
def session(options: VaultOptions, mounted: Path) -> Iterator[VaultSession]:
    session = VaultSession(dataclasses.replace(options, auth="kubernetes", kubernetes_role="cortex"))
    yield session
    session.close()


def revoke_token_of(session: VaultSession, bao: OpenBao) -> None:
    accessor = session.call(lambda client: client.auth.token.lookup_self(), what="")["data"]["accessor"]
    bao.root().auth.token.revoke_accessor(accessor)


class TestKubernetesLogin:
    def test_reads_what_its_role_may_read(
        self, kubernetes: Cluster, session: VaultSession, mounted: Path
    ) -> None:
        assert KvVault(session).read_secret(name="POD") == TEXT
        assert kubernetes.reviewed == [mounted.read_text()]
        found = session.call(lambda client: client.auth.token.lookup_self(), what="")["data"]
        assert found["meta"]["service_account_name"] == ACCOUNT

    def test_by_a_file_of_the_environment(
        self,
        kubernetes: Cluster,
        session: VaultSession,
        mounted: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        mounted.unlink()
        given = tmp_path / "given"
        given.write_text(f"{kubernetes.token()}\n")
        monkeypatch.setenv("VAULT_KUBERNETES_TOKEN_FILE", str(given))
        assert KvVault(session).read_secret(name="POD") == TEXT

    @pytest.mark.parametrize("wrong", ["somebody", "signature", "words", "nothing"])
    def test_with_another_token_is_refused_by_one_error(
        self, kubernetes: Cluster, session: VaultSession, mounted: Path, wrong: str
    ) -> None:
        with cluster() as another:
            tokens = {
                "somebody": kubernetes.token(account="stranger"),
                "signature": another.token(),
                "words": "this-is-not-a-token-at-all",
                "nothing": "",
            }
        mounted.write_text(tokens[wrong])
        with pytest.raises(VaultMustPermit, match="a login by kubernetes") as refusal:
            KvVault(session).read_secret(name="POD")
        assert (refusal.value.status, refusal.value.code) == (503, "secrets.vault_must_permit")
        told = f"{refusal.value} {refusal.value.evidence}"
        assert not any(form in told for form in forms_of(tokens[wrong]) if tokens[wrong])
        # Its cause would hold the request with the token.
        assert refusal.value.__cause__ is None
        assert refusal.value.__suppress_context__

    def test_without_a_token_is_told_where_one_belongs(self, session: VaultSession, mounted: Path) -> None:
        mounted.write_bytes(b"\xff")
        with pytest.raises(VaultMustPermit, match="mount the token of the service account"):
            KvVault(session).read_secret(name="POD")
        mounted.unlink()
        with pytest.raises(VaultMustPermit, match="mount the token of the service account"):
            KvVault(session).read_secret(name="POD")

    def test_reads_the_token_anew_when_the_kubelet_has_written_another(
        self, bao: OpenBao, kubernetes: Cluster, session: VaultSession, mounted: Path
    ) -> None:
        vault = KvVault(session)
        assert vault.read_secret(name="POD") == TEXT
        kubernetes.withdrawn.add(mounted.read_text())
        revoke_token_of(session, bao)
        with pytest.raises(VaultMustPermit, match="a login by kubernetes"):
            vault.read_secret(name="POD")
        mounted.write_text(kubernetes.token())
        assert vault.read_secret(name="POD") == TEXT
        assert kubernetes.reviewed[-1] == mounted.read_text()
        assert session.generation == 2
