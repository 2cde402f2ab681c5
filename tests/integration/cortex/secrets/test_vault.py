# SPDX-License-Identifier: Apache-2.0
"""The vault gives secrets with versions and works with keys that never leave it."""

import base64
import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cortex.confidential import Secret
from cortex.ports.key_management import CiphertextMustBeIntact, KeyMustExist
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.cached_vault import CachedVault
from cortex.secrets.keyring.named import Named
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.errors import SecretMustBeUnchanged, VaultMustPermit
from cortex.secrets.vault.kv import KvVault, VersionedSecret
from cortex.secrets.vault.session import VaultSession
from cortex.secrets.vault.transit import TransitKeyManagement
from tests.frame.openbao import OpenBao

HERE = {"company": "a", "object": "stored_file/1"}
TEXT = b"Ada Lovelace, invoice 17"


class TestSecrets:
    def test_are_read_by_name_and_version(self, bao: OpenBao, session: VaultSession) -> None:
        vault = KvVault(session)
        assert vault.read_secret(name="NOT_THERE") is None
        bao.put("TOKEN", "first")
        bao.put("TOKEN", "second")
        assert vault.read_secret(name="TOKEN") == Secret("second")
        latest = vault.read_version(name="TOKEN")
        assert latest is not None
        assert vault.read_version(name="TOKEN", version=latest.version - 1) == VersionedSecret(
            Secret("first"), latest.version - 1
        )
        bao.root().secrets.kv.v2.delete_latest_version_of_secret("cortex/TOKEN")
        assert vault.read_secret(name="TOKEN") is None

    def test_are_written_only_over_the_version_that_was_read(
        self, bao: OpenBao, options: VaultOptions
    ) -> None:
        policy = 'path "secret/data/cortex/WRITTEN" { capabilities = ["read", "create", "update"] }'
        bao.root().sys.create_or_update_policy("writer", policy)
        role_id = bao.create_role("writer", policies=("writer",))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VAULT_SECRET_ID", bao.secret_id("writer"))
            session = VaultSession(dataclasses.replace(options, role_id=role_id))
            vault = KvVault(session)
            assert vault.write_secret(name="WRITTEN", secret=Secret("one"), version=0) == 1
            assert vault.write_secret(name="WRITTEN", secret=Secret("two"), version=1) == 2
            with pytest.raises(SecretMustBeUnchanged):
                vault.write_secret(name="WRITTEN", secret=Secret("lost"), version=1)
            assert vault.read_secret(name="WRITTEN") == Secret("two")
            session.close()

    def test_that_no_policy_allows_are_refused_by_name(self, bao: OpenBao, options: VaultOptions) -> None:
        session = VaultSession(dataclasses.replace(options, kv_path="elsewhere"))
        vault = KvVault(session)
        for _ in range(3):
            with pytest.raises(VaultMustPermit, match="read secret/data/elsewhere/TOKEN"):
                vault.read_secret(name="TOKEN")
        # A good token is kept: a new one for each refusal would end the database logins of this process.
        assert session.generation == 1
        session.close()

    def test_of_a_login_at_no_mount_are_refused_by_its_name(
        self, bao: OpenBao, options: VaultOptions
    ) -> None:
        vault = KvVault(VaultSession(dataclasses.replace(options, auth_mount="nowhere")))
        with pytest.raises(VaultMustPermit, match="a login by approle"):
            vault.read_secret(name="TOKEN")

    def test_rotated_count_after_the_time_of_the_cache(self, bao: OpenBao, session: VaultSession) -> None:
        bao.put("ROTATED", "first")
        cached = CachedVault(KvVault(session), cache_seconds=0.3, stale_seconds=0)
        assert cached.read_secret(name="ROTATED") == Secret("first")
        bao.put("ROTATED", "second")
        assert cached.read_secret(name="ROTATED") == Secret("first")
        assert eventually(lambda: cached.read_secret(name="ROTATED") == Secret("second"), seconds=1)


class TestKeys:
    def test_encrypt_for_one_place_and_survive_rotation(self, bao: OpenBao, session: VaultSession) -> None:
        keys = TransitKeyManagement(session)
        old = keys.encrypt(key_id="cortex-files", plaintext=TEXT, context=HERE)
        before = Named.parse(old).version
        assert keys.decrypt(ciphertext=old, context=HERE) == TEXT
        with pytest.raises(CiphertextMustBeIntact):
            keys.decrypt(ciphertext=old, context={**HERE, "company": "b"})
        assert keys.rewrap(ciphertext=old, context=HERE) == old
        bao.root().secrets.transit.rotate_key("cortex-files")
        assert keys.decrypt(ciphertext=old, context=HERE) == TEXT
        new = keys.rewrap(ciphertext=old, context=HERE)
        assert Named.parse(new).version == before + 1
        assert keys.decrypt(ciphertext=new, context=HERE) == TEXT

    def test_wrap_data_keys(self, session: VaultSession) -> None:
        keys = TransitKeyManagement(session)
        made = keys.generate_data_key(key_id="cortex-files", context=HERE)
        assert keys.open_data_key(wrapped=made.wrapped, context=HERE) == made
        assert made.plaintext not in base64.b64decode(made.wrapped.rsplit(b":", 1)[1])

    def test_sign_what_a_public_key_verifies_offline(self, bao: OpenBao, session: VaultSession) -> None:
        keys = TransitKeyManagement(session)
        signature = keys.sign(key_id="cortex-signatures", message=TEXT)
        made = Named.parse(signature)
        bao.root().secrets.transit.rotate_key("cortex-signatures")
        assert keys.verify(key_id="cortex-signatures", signature=signature, message=TEXT)
        assert not keys.verify(key_id="cortex-signatures", signature=signature, message=TEXT + b".")
        assert not keys.verify(key_id="cortex-files", signature=signature, message=TEXT)
        public = keys.public_key(key_id="cortex-signatures", version=made.version)
        Ed25519PublicKey.from_public_bytes(public.raw).verify(made.body, TEXT)
        assert keys.public_key(key_id="cortex-signatures").version == made.version + 1

    def test_that_are_not_there_are_named(self, session: VaultSession) -> None:
        keys = TransitKeyManagement(session)
        with pytest.raises((KeyMustExist, VaultMustPermit), match="cortex-nothing"):
            keys.encrypt(key_id="cortex-nothing", plaintext=TEXT, context=HERE)
        with pytest.raises(KeyMustExist):
            keys.encrypt(key_id="../sys", plaintext=TEXT, context=HERE)
        with pytest.raises(KeyMustExist):
            keys.public_key(key_id="cortex-signatures", version=99)

    def test_are_rotated_by_an_operator_alone(
        self, bao: OpenBao, session: VaultSession, options: VaultOptions
    ) -> None:
        with pytest.raises(VaultMustPermit, match="rotate"):
            TransitKeyManagement(session).rotate(key_id="cortex-files")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VAULT_TOKEN", bao.root_token)
            operator = TransitKeyManagement(VaultSession(dataclasses.replace(options, auth="token")))
            before = bao.root().secrets.transit.read_key("cortex-files")["data"]["latest_version"]
            assert operator.rotate(key_id="cortex-files") == before + 1


class TestAddress:
    def test_must_show_a_certificate_of_the_authority(self, bao: OpenBao, options: VaultOptions) -> None:
        over_tls = dataclasses.replace(options, address=bao.tls_address)
        with pytest.raises(VaultMustBeReachable, match="certificate that VAULT_CACERT does not vouch for"):
            KvVault(VaultSession(over_tls)).read_secret(name="TOKEN")
        vouched = dataclasses.replace(over_tls, ca_file=str(bao.authority))
        assert KvVault(VaultSession(vouched)).read_secret(name="NOT_THERE") is None

    def test_may_be_a_namespace(self, bao: OpenBao, options: VaultOptions) -> None:
        root = bao.root()
        root.adapter.post("/v1/sys/namespaces/tenant")
        with pytest.raises(VaultMustPermit):
            KvVault(VaultSession(dataclasses.replace(options, namespace="tenant"))).read_secret(name="TOKEN")


def eventually(question, *, seconds: float) -> bool:  # type: ignore[no-untyped-def] # a question without arguments
    import time

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.05)
    return bool(question())
