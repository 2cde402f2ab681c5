# SPDX-License-Identifier: Apache-2.0
"""The vault sealed, slow, gone, and tokens revoked: the program degrades and recovers by itself."""

import dataclasses
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cortex.confidential import Secret
from cortex.container.override import override
from cortex.identity.models import User
from cortex.ports.keepers import KeepersHealth
from cortex.ports.key_management import KeyManagement
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.cached_vault import CachedVault
from cortex.secrets.health import SecretsHealth
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.errors import VaultMustPermit
from cortex.secrets.vault.kv import KvVault
from cortex.secrets.vault.session import PAUSE_SECONDS, VaultSession
from cortex.secrets.vault.transit import TransitKeyManagement
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.frame.openbao import ROLE, OpenBao

ACCOUNTS = b"code,name,type\nassets:bank,Bank,asset\nincome:sales,Sales,income\n"
JOURNAL = (
    b"reference,accounting_date,party,narration,account,debit,credit,currency\n"
    b"R-1,2026-03-01,Ada,Invoice,assets:bank,119.00,,EUR\n"
    b"R-1,2026-03-01,Ada,Invoice,income:sales,,119.00,EUR\n"
)


@contextmanager
def sealed(bao: OpenBao) -> Iterator[None]:
    """Seal it; only a start unseals it, by the static key."""
    bao.root().sys.seal()
    try:
        yield
    finally:
        bao.stop()
        bao.start()


@contextmanager
def slow(bao: OpenBao) -> Iterator[None]:
    bao.pause()
    try:
        yield
    finally:
        bao.resume()


@contextmanager
def gone(bao: OpenBao) -> Iterator[None]:
    bao.stop(signal.SIGKILL)
    try:
        yield
    finally:
        bao.start()


OUTAGES: dict[str, Callable[[OpenBao], object]] = {"sealed": sealed, "slow": slow, "gone": gone}


def recovers(question: Callable[[], bool], *, seconds: float = PAUSE_SECONDS + 3) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if question():
                return True
        except (VaultMustBeReachable, VaultMustPermit):
            pass
        time.sleep(0.1)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("outage", OUTAGES)
class TestOutage:
    def test_leaves_what_is_kept_and_passes(self, bao: OpenBao, session: VaultSession, outage: str) -> None:
        bao.put("KEPT", "kept-before-the-outage")
        kept = CachedVault(KvVault(session), cache_seconds=0.05, stale_seconds=30)
        brief = CachedVault(KvVault(session), cache_seconds=0.05, stale_seconds=0.05)
        for vault in (kept, brief):
            assert vault.read_secret(name="KEPT") == Secret("kept-before-the-outage")
        time.sleep(0.2)
        with OUTAGES[outage](bao):  # type: ignore[attr-defined]
            started = time.monotonic()
            assert kept.read_secret(name="KEPT") == Secret("kept-before-the-outage")
            with pytest.raises(VaultMustBeReachable) as refusal:
                brief.read_secret(name="KEPT")
            # One call waited for its timeout at most; those after it are refused at once.
            assert time.monotonic() - started < 2
            assert (refusal.value.status, refusal.value.code) == (503, "secrets.vault_must_be_reachable")
            for _ in range(50):
                assert kept.read_secret(name="KEPT") == Secret("kept-before-the-outage")
        assert recovers(lambda: brief.read_secret(name="KEPT") == Secret("kept-before-the-outage"))

    def test_refuses_uploads_alone_and_is_told_to_probes(
        self, bao: OpenBao, session: VaultSession, demo_database: Clone, outage: str
    ) -> None:
        health = SecretsHealth()
        health.watch("vault", session.check)
        client = Client()
        sign_in(client, User.objects.get(username="alice"))

        def upload() -> int:
            response = client.post(
                "/api/v1/companies/DEMO/journal-imports",
                {"journal": SimpleUploadedFile("journal.csv", JOURNAL)},
                headers={"Idempotency-Key": f"upload-{time.monotonic_ns()}"},
            )
            if response.status_code == 503:
                assert response.json()["code"] == "secrets.vault_must_be_reachable"
                assert int(response.headers["Retry-After"]) > 0
            return response.status_code

        with override(KeyManagement, TransitKeyManagement(session)), override(KeepersHealth, health):
            assert upload() == 202
            assert client.get("/health/ready").json()["parts"]["vault"] == "ok"
            with OUTAGES[outage](bao):  # type: ignore[attr-defined]
                assert upload() == 503
                ready = client.get("/health/ready")
                assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
                assert ready.json()["parts"]["vault"] == "degraded"
                assert client.get("/api/v1/companies/DEMO/accounts").status_code == 200
            assert recovers(lambda: upload() == 202)
            assert recovers(lambda: client.get("/health/ready").json()["status"] == "ok")


class TestToken:
    def test_that_was_revoked_is_replaced_within_the_call(self, bao: OpenBao, session: VaultSession) -> None:
        bao.put("TOKEN", "read-by-two-tokens")
        vault = KvVault(session)
        assert vault.read_secret(name="TOKEN") == Secret("read-by-two-tokens")
        accessor = session.call(lambda client: client.auth.token.lookup_self(), what="")["data"]["accessor"]
        bao.root().auth.token.revoke_accessor(accessor)
        assert vault.read_secret(name="TOKEN") == Secret("read-by-two-tokens")
        assert session.generation == 2

    @pytest.mark.slow
    def test_that_ends_is_renewed_and_then_replaced(self, bao: OpenBao, options: VaultOptions) -> None:
        role_id = bao.create_role("brief", token_ttl="2s", token_max_ttl="3s")
        bao.put("TOKEN", "read-for-long")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VAULT_SECRET_ID", bao.secret_id("brief"))
            session = VaultSession(dataclasses.replace(options, role_id=role_id))
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                assert KvVault(session).read_secret(name="TOKEN") == Secret("read-for-long")
                time.sleep(0.2)
            assert 2 <= session.generation <= 4
            session.close()

    def test_follows_a_secret_id_that_was_rotated(
        self, bao: OpenBao, options: VaultOptions, tmp_path: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pathlib import Path

        bao.put("TOKEN", "read-by-a-new-login")
        file = Path(str(tmp_path)) / "secret-id"
        old = bao.secret_id()
        file.write_text(old)
        monkeypatch.delenv("VAULT_SECRET_ID")
        monkeypatch.setenv("VAULT_SECRET_ID_FILE", str(file))
        session = VaultSession(options)
        vault = KvVault(session)
        assert vault.read_secret(name="TOKEN") is not None
        bao.root().auth.approle.destroy_secret_id(ROLE, old)
        accessor = session.call(lambda client: client.auth.token.lookup_self(), what="")["data"]["accessor"]
        bao.root().auth.token.revoke_accessor(accessor)
        with pytest.raises(VaultMustPermit, match="a login by approle"):
            vault.read_secret(name="TOKEN")
        file.write_text(bao.secret_id())
        assert vault.read_secret(name="TOKEN") == Secret("read-by-a-new-login")
        session.close()

    def test_belongs_to_one_process(self, bao: OpenBao, session: VaultSession) -> None:
        import os

        bao.put("TOKEN", "read-by-parent-and-child")
        vault = KvVault(session)
        assert vault.read_secret(name="TOKEN") is not None
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                found = vault.read_secret(name="TOKEN") == Secret("read-by-parent-and-child")
                session.close()
                os.write(writer, b"1" if found else b"0")
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reader, 1) == b"1"
        # What the child revoked at its end was its own.
        generation = session.generation
        assert vault.read_secret(name="TOKEN") is not None
        assert session.generation == generation
