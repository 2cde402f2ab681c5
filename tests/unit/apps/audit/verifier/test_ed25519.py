# SPDX-License-Identifier: Apache-2.0
"""The verifier's own Ed25519, against published vectors and against another implementation."""

import hashlib
from dataclasses import dataclass

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.management.verifier.verify import ORDER, PRIME, decode_point, signature_is_right


@dataclass(frozen=True)
class Vector:
    key: str
    message: str
    signature: str


# RFC 8032 section 7.1, tests 1 to 3.
VECTORS = [
    Vector(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    Vector(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    Vector(
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
# Points of small order in their canonical form: with such a key, one signature fits many messages.
SMALL_ORDER = [
    (1).to_bytes(32, "little"),
    (0).to_bytes(32, "little"),
    (PRIME - 1).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]


def others_accept(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


class TestSignatureIsRight:
    @pytest.mark.parametrize("vector", VECTORS)
    def test_accepts_the_vectors_of_rfc_8032(self, vector: Vector) -> None:
        key, message, signature = map(bytes.fromhex, (vector.key, vector.message, vector.signature))
        assert signature_is_right(key, message, signature)
        assert not signature_is_right(key, message + b"x", signature)

    @settings(max_examples=40, deadline=None)
    @given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), bit=st.integers(0, 767))
    def test_agrees_with_another_implementation_before_and_after_a_bit_is_flipped(
        self, seed: bytes, message: bytes, bit: int
    ) -> None:
        private = Ed25519PrivateKey.from_private_bytes(seed)
        key, signature = private.public_key().public_bytes_raw(), private.sign(message)
        assert signature_is_right(key, message, signature)
        changed = bytearray(key + signature)
        changed[bit // 8] ^= 1 << bit % 8
        other_key, other_signature = bytes(changed[:32]), bytes(changed[32:])
        assert not others_accept(other_key, message, other_signature)
        assert not signature_is_right(other_key, message, other_signature)

    @settings(max_examples=40, deadline=None)
    @given(key=st.binary(min_size=32, max_size=32), signature=st.binary(min_size=64, max_size=64))
    def test_accepts_nothing_that_another_implementation_refuses(self, key: bytes, signature: bytes) -> None:
        assert not signature_is_right(key, b"", signature) or others_accept(key, b"", signature)

    def test_refuses_a_signature_whose_number_is_not_the_smallest(self) -> None:
        key, _, signature = (bytes.fromhex(text) for text in vars(VECTORS[0]).values())
        number = int.from_bytes(signature[32:], "little") + ORDER
        assert not signature_is_right(key, b"", signature[:32] + number.to_bytes(32, "little"))

    @pytest.mark.parametrize("key", SMALL_ORDER)
    def test_refuses_keys_of_small_order(self, key: bytes) -> None:
        assert decode_point(key) is not None
        # s = 0 and R = the neutral point: fits every message under the neutral key.
        assert not signature_is_right(key, b"any", (1).to_bytes(32, "little") + bytes(32))

    @pytest.mark.parametrize("y", [PRIME, PRIME + 1, 2**255 - 1])
    def test_refuses_points_that_are_not_written_in_their_one_way(self, y: int) -> None:
        assert decode_point(y.to_bytes(32, "little")) is None
        assert not signature_is_right(y.to_bytes(32, "little"), b"", bytes(64))

    def test_refuses_the_negative_zero(self) -> None:
        assert decode_point((1 | 1 << 255).to_bytes(32, "little")) is None

    @pytest.mark.parametrize(("key", "signature"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
    def test_refuses_other_lengths(self, key: int, signature: int) -> None:
        data = hashlib.sha512(b"x").digest() * 2
        assert not signature_is_right(data[:key], b"", data[:signature])
