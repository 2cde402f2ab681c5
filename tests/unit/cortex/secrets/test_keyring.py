# SPDX-License-Identifier: Apache-2.0
"""Keys kept here: what they make names its version, is bound to its place, and outlives rotation."""

import pickle
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cortex.confidential import Secret
from cortex.ports.key_management import CiphertextMustBeIntact, KeyManagement, KeyMustExist
from cortex.secrets.keyring.by_keeper import KeyManagementByKeeper
from cortex.secrets.keyring.installation import InstallationKeys, KeyMustBeRotatable
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.keyring.named import Named

HERE = {"company": "a", "object": "file/1"}
ELSEWHERE = {"company": "b", "object": "file/1"}
TEXT = b"Ada Lovelace, invoice 17"


class Material:
    keeper, remedy = "tests", "none"

    def __init__(self) -> None:
        self.roots: dict[str, dict[int, Secret]] = {"files": {1: Secret("11" * 32)}}

    def versions(self, *, key_id: str) -> Mapping[int, Secret]:
        return self.roots.get(key_id, {})

    def add_version(self, *, key_id: str) -> int:
        number = len(self.roots[key_id]) + 1
        self.roots[key_id][number] = Secret(f"{number}{number}" * 32)
        return number


@pytest.fixture
def keys() -> KeyManagement:
    return LocalKeyManagement(Material())


class TestEncryption:
    def test_gives_the_text_back_in_its_place_alone(self, keys: KeyManagement) -> None:
        first, second = (keys.encrypt(key_id="files", plaintext=TEXT, context=HERE) for _ in range(2))
        assert first != second
        assert TEXT not in first
        assert first.startswith(b"cortex-key:tests:files:1:")
        assert keys.decrypt(ciphertext=first, context=HERE) == TEXT
        with pytest.raises(CiphertextMustBeIntact):
            keys.decrypt(ciphertext=first, context=ELSEWHERE)

    def test_survives_rotation_and_is_rewrapped(self, keys: KeyManagement) -> None:
        old = keys.encrypt(key_id="files", plaintext=TEXT, context=HERE)
        assert keys.rewrap(ciphertext=old, context=HERE) == old
        assert keys.rotate(key_id="files") == 2
        assert keys.decrypt(ciphertext=old, context=HERE) == TEXT
        new = keys.rewrap(ciphertext=old, context=HERE)
        assert Named.parse(new).version == 2
        assert keys.decrypt(ciphertext=new, context=HERE) == TEXT

    @pytest.mark.parametrize(
        "place",
        [0, 12, 26, -1],
        ids=["the form", "the keeper", "the text", "the tag"],
    )
    def test_refuses_a_changed_ciphertext(self, keys: KeyManagement, place: int) -> None:
        made = bytearray(keys.encrypt(key_id="files", plaintext=TEXT, context=HERE))
        made[place] = ord("x") if made[place] != ord("x") else ord("y")
        with pytest.raises(CiphertextMustBeIntact):
            keys.decrypt(ciphertext=bytes(made), context=HERE)

    def test_names_a_key_that_is_not_kept(self, keys: KeyManagement) -> None:
        with pytest.raises(KeyMustExist, match="Key other"):
            keys.encrypt(key_id="other", plaintext=TEXT, context=HERE)
        with pytest.raises(KeyMustExist, match="Key files version 7"):
            keys.decrypt(ciphertext=Named("tests", "files", 7, bytes(60)).pack(), context=HERE)


class TestDataKey:
    def test_is_opened_again_and_shows_itself_to_nobody(self, keys: KeyManagement) -> None:
        made = keys.generate_data_key(key_id="files", context=HERE)
        assert len(made.plaintext) == 32
        assert keys.open_data_key(wrapped=made.wrapped, context=HERE) == made
        assert "plaintext" not in repr(made)
        with pytest.raises(TypeError):
            pickle.dumps(made)


class TestSignature:
    def test_is_verified_here_and_by_whoever_has_the_public_key(self, keys: KeyManagement) -> None:
        signature = keys.sign(key_id="files", message=TEXT)
        keys.rotate(key_id="files")
        assert keys.verify(key_id="files", signature=signature, message=TEXT)
        assert not keys.verify(key_id="files", signature=signature, message=TEXT + b".")
        assert not keys.verify(key_id="reports", signature=signature, message=TEXT)
        public = keys.public_key(key_id="files", version=1)
        assert public.raw != keys.public_key(key_id="files").raw
        Ed25519PublicKey.from_public_bytes(public.raw).verify(Named.parse(signature).body, TEXT)


class TestInstallationKeys:
    def test_follow_a_new_secret_key_while_the_former_one_is_known(self) -> None:
        before = LocalKeyManagement(InstallationKeys(secret_key="former key"))
        made = before.encrypt(key_id="files", plaintext=TEXT, context=HERE)
        after = LocalKeyManagement(InstallationKeys(secret_key="new key", fallbacks=["former key"]))
        assert after.decrypt(ciphertext=made, context=HERE) == TEXT
        rewrapped = after.rewrap(ciphertext=made, context=HERE)
        alone = LocalKeyManagement(InstallationKeys(secret_key="new key"))
        assert alone.decrypt(ciphertext=rewrapped, context=HERE) == TEXT
        with pytest.raises(KeyMustExist, match="SECRET_KEY_FALLBACKS"):
            alone.decrypt(ciphertext=made, context=HERE)
        with pytest.raises(KeyMustBeRotatable):
            alone.rotate(key_id="files")


class TestKeyManagementByKeeper:
    def test_moves_from_one_keeper_to_another(self, keys: KeyManagement) -> None:
        own = LocalKeyManagement(InstallationKeys(secret_key="installation"))
        old = own.encrypt(key_id="files", plaintext=TEXT, context=HERE)
        both = KeyManagementByKeeper({"tests": keys, "installation": own})
        assert both.decrypt(ciphertext=old, context=HERE) == TEXT
        new = both.rewrap(ciphertext=old, context=HERE)
        assert Named.parse(new).keeper == "tests"
        assert keys.decrypt(ciphertext=new, context=HERE) == TEXT
        key = both.generate_data_key(key_id="files", context=HERE)
        assert both.open_data_key(wrapped=key.wrapped, context=HERE) == key
        assert both.verify(key_id="files", signature=own.sign(key_id="files", message=TEXT), message=TEXT)
        assert both.verify(key_id="files", signature=both.sign(key_id="files", message=TEXT), message=TEXT)
        assert both.public_key(key_id="files") == keys.public_key(key_id="files")
        assert both.rotate(key_id="files") == 2
        with pytest.raises(CiphertextMustBeIntact, match="got elsewhere"):
            both.decrypt(ciphertext=Named("elsewhere", "files", 1, bytes(60)).pack(), context=HERE)
