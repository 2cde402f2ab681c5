# SPDX-License-Identifier: Apache-2.0
"""Files of keys: the private half is its owner's alone, and no refusal tells a byte of it."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from apps.plugins.adapters.signing.keys import new_key, public_key, public_text, signer_of
from apps.plugins.domain.errors import PluginKeyMustBeWellFormed
from tests.factories.plugin_bundles import PUBLISHER

PUBLIC = PUBLISHER.public_key
TOLD = json.loads(public_text(PUBLIC))
LABEL = "PRIVATE KEY"


def armoured(content: str) -> bytes:
    return f"-----BEGIN {LABEL}-----\n{content}\n-----END {LABEL}-----\n".encode()


def pem_of(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | x25519.X25519PrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def refusal_of(path: Path, *, private: bool) -> str:
    with pytest.raises(PluginKeyMustBeWellFormed) as refused:
        signer_of(path) if private else public_key(path)
    assert refused.value.evidence == {"object": str(path)}
    assert refused.value.message.startswith(f"Key {path}: ")
    return refused.value.message.removeprefix(f"Key {path}: ")


class TestNewKey:
    def test_is_written_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "publisher.key"
        public = new_key(path=path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert signer_of(path).public_key == public
        assert path.read_text().splitlines()[0] == f"-----BEGIN {LABEL}-----"

    def test_is_another_each_time(self, tmp_path: Path) -> None:
        assert new_key(path=tmp_path / "a").keyid != new_key(path=tmp_path / "b").keyid

    def test_overwrites_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "publisher.key"
        path.write_text("mine")
        with pytest.raises(PluginKeyMustBeWellFormed) as refused:
            new_key(path=path)
        assert refused.value.message == f"Key {path}: expected a place for a new file, got: File exists."
        assert path.read_text() == "mine"

    def test_follows_no_link(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(PluginKeyMustBeWellFormed):
            new_key(path=tmp_path / "link")
        assert not (tmp_path / "elsewhere").exists()

    def test_needs_a_folder_that_is_there(self, tmp_path: Path) -> None:
        with pytest.raises(PluginKeyMustBeWellFormed, match="got: No such file or directory"):
            new_key(path=tmp_path / "none" / "publisher.key")


class TestPrivateHalf:
    def test_of_another_kind_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "key"
        for private in (
            rsa.generate_private_key(65537, 2048),
            ec.generate_private_key(ec.SECP256R1()),
            x25519.X25519PrivateKey.generate(),
        ):
            path.write_bytes(pem_of(private))
            assert refusal_of(path, private=True) == ("expected a private key of Ed25519, got another kind.")

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"", "ValueError"),
            (b"\0\xff" * 9_000, "ValueError"),
            (armoured("c2VjcmV0"), "ValueError"),
            (public_text(PUBLIC).encode(), "ValueError"),
            (
                PUBLISHER._private_key.public_key().public_bytes(
                    Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
                ),
                "ValueError",
            ),
            (
                Ed25519PrivateKey.generate().private_bytes(
                    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"correct-horse")
                ),
                "TypeError",
            ),
            # A private key of a kind that nobody knows: 1.2.3.4.
            (
                armoured("MBACAQAwBQYDKgMEBAQEAgAA"),
                "UnsupportedAlgorithm",
            ),
        ],
    )
    def test_that_is_garbage_is_refused_without_a_word_of_it(
        self, tmp_path: Path, content: bytes, kind: str
    ) -> None:
        path = tmp_path / "key"
        path.write_bytes(content)
        assert refusal_of(path, private=True) == f"expected a private key in PEM, got {kind}."

    def test_is_not_told_by_any_refusal(self, tmp_path: Path) -> None:
        path = tmp_path / "key"
        new_key(path=path)
        lines = path.read_text().splitlines()
        path.write_text("\n".join([lines[0], lines[1][:-4], lines[2]]))
        with pytest.raises(PluginKeyMustBeWellFormed) as refused:
            signer_of(path)
        shown = f"{refused.value.message}{refused.value.evidence}"
        assert [each for each in range(len(lines[1]) - 8) if lines[1][each : each + 8] in shown] == []
        assert refused.value.__suppress_context__

    @pytest.mark.parametrize("private", [True, False])
    def test_needs_a_file(self, tmp_path: Path, private: bool) -> None:
        assert refusal_of(tmp_path / "none", private=private) == (
            "expected a file, got: No such file or directory."
        )
        assert refusal_of(tmp_path, private=private) == "expected a file, got: Is a directory."


class TestPublicHalf:
    def test_comes_back_as_it_was_handed_on(self, tmp_path: Path) -> None:
        path = tmp_path / "key.pub"
        path.write_text(public_text(PUBLIC))
        assert public_key(path) == PUBLIC
        assert sorted(TOLD) == ["keyid", "keytype", "keyval", "scheme"]

    def test_holds_nothing_of_the_private_half(self) -> None:
        private = PUBLISHER._private_key.private_bytes_raw().hex()
        assert private not in public_text(PUBLIC)

    @pytest.mark.parametrize(
        "lie",
        [
            {"keyid": "0" * 64},
            {"keyid": "another"},
            {"keyid": None},
            {"keyval": {"public": PUBLIC.keyval["public"].upper()}},
            {"keyval": {"public": " ".join(PUBLIC.keyval["public"][at : at + 2] for at in range(0, 64, 2))}},
            {"keyval": {"public": PUBLIC.keyval["public"], "private": "00"}},
            {"more": {"threshold": 0}},
        ],
    )
    def test_is_one_key_whatever_the_file_says_around_it(
        self, tmp_path: Path, lie: dict[str, object]
    ) -> None:
        path = tmp_path / "key.pub"
        path.write_text(json.dumps({**TOLD, **lie}))
        read = public_key(path)
        assert (read.keyid, read.keyval, read.unrecognized_fields) == (PUBLIC.keyid, PUBLIC.keyval, {})

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "expected a public key in JSON, got JSONDecodeError."),
            (b"\xff", "expected a public key in JSON, got UnicodeDecodeError."),
            (b"[]", "expected a public key in JSON, got TypeError."),
            (b"{}", "expected a public key in JSON, got KeyError."),
            (b"[" * 16_000, "expected a public key in JSON, got RecursionError."),
            (json.dumps({**TOLD, "keyval": "00"}).encode(), "expected a public key in JSON, got TypeError."),
            (
                json.dumps({**TOLD, "keyval": {"public": "00"}}).encode(),
                "expected a public key in JSON, got ValueError.",
            ),
            (
                json.dumps({**TOLD, "keyval": {"public": 5}}).encode(),
                "expected a public key in JSON, got TypeError.",
            ),
            (
                json.dumps({**TOLD, "keytype": "rsa", "scheme": "rsassa-pss-sha256"}).encode(),
                "expected a key of Ed25519, got ('rsa', 'rsassa-pss-sha256').",
            ),
            (
                json.dumps({**TOLD, "scheme": "a\n" * 90}).encode(),
                f"expected a key of Ed25519, got ('ed25519', '{'a' + chr(92) + 'n'}",
            ),
            (b"x" * 20_000, "expected a public key in JSON, got JSONDecodeError."),
        ],
    )
    def test_that_is_garbage_is_refused(self, tmp_path: Path, content: bytes, told: str) -> None:
        path = tmp_path / "key.pub"
        path.write_bytes(content)
        assert refusal_of(path, private=False).startswith(told)

    def test_of_another_kind_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "key.pub"
        pem = rsa.generate_private_key(65537, 2048).public_key()
        text = pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        path.write_text(
            json.dumps({"keytype": "rsa", "scheme": "rsassa-pss-sha256", "keyval": {"public": text}})
        )
        assert refusal_of(path, private=False) == "expected a public key in JSON, got ValueError."
