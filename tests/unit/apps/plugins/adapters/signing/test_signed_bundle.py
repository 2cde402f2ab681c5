# SPDX-License-Identifier: Apache-2.0
"""A signature counts once, for these very bytes, by a key that is trusted."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.plugins.adapters.signing.signed_bundle import (
    add_signature,
    sign_members,
    verify_bundle,
    verify_published,
)
from apps.plugins.domain.attestation import PAYLOAD_TYPE, statement_of
from apps.plugins.domain.bundle import ATTESTATION, BILL, COMPONENT, MANIFEST, pack_bundle, unpack_bundle
from apps.plugins.domain.errors import BundleMustBeAttested, BundleMustBeCanonical
from apps.plugins.domain.read_manifest import read_manifest
from cortex.canonical_json import canonical_json
from cortex.errors import CortexError
from tests.factories.plugin_bundles import (
    MEMBERS,
    PUBLISHER,
    REVIEWER,
    STRANGER,
    enveloped,
    renamed,
    signature,
)
from tests.factories.plugin_manifests import changed

ONE = sign_members(members=MEMBERS, signer=PUBLISHER)
BOTH = add_signature(untrusted_bundle=ONE, signer=REVIEWER)
KEYS = [PUBLISHER.public_key, REVIEWER.public_key]
STATEMENT = statement_of(MEMBERS)
ENVELOPE: dict[str, Any] = json.loads(unpack_bundle(BOTH)[ATTESTATION])
FEWER = "Bundle: expected signatures of {} of {} trusted keys, got fewer."
# The other alphabet of base64, which is read as well.
URL_SAFE = [
    {**each, "sig": each["sig"].replace("+", "-").replace("/", "_")} for each in ENVELOPE["signatures"]
]


def refusal_of(untrusted_bundle: bytes, keys: Any = KEYS, threshold: int = 2) -> str:
    with pytest.raises(BundleMustBeAttested) as refused:
        verify_bundle(untrusted_bundle=untrusted_bundle, keys=keys, threshold=threshold)
    assert refused.value.code == "plugins.bundle_must_be_attested"
    return refused.value.message


def with_attestation(attestation: bytes, *, of: bytes = BOTH) -> bytes:
    return pack_bundle({**unpack_bundle(of), ATTESTATION: attestation})


class TestVerifyBundle:
    def test_returns_manifest_members_and_who_signed(self) -> None:
        verified = verify_bundle(untrusted_bundle=BOTH, keys=KEYS, threshold=2)
        assert verified.manifest == read_manifest(MEMBERS[MANIFEST])
        assert {name: verified.members[name] for name in MEMBERS} == MEMBERS
        assert verified.signed_by == tuple(sorted(key.keyid for key in KEYS))

    def test_asks_for_no_more_than_the_threshold(self) -> None:
        assert verify_bundle(untrusted_bundle=ONE, keys=KEYS, threshold=1).signed_by == (
            PUBLISHER.public_key.keyid,
        )
        assert refusal_of(ONE) == "Bundle: expected signatures of 2 of 2 trusted keys, got fewer."

    @pytest.mark.parametrize("threshold", [0, -1, 3])
    def test_refuses_a_threshold_that_nobody_or_all_would_meet(self, threshold: int) -> None:
        assert refusal_of(BOTH, threshold=threshold) == (
            f"Bundle: expected signatures of {threshold} of 2 trusted keys, got fewer."
        )

    def test_refuses_where_no_key_is_trusted(self) -> None:
        assert refusal_of(BOTH, keys=[], threshold=1) == (
            "Bundle: expected signatures of 1 of 0 trusted keys, got fewer."
        )

    def test_refuses_keys_that_did_not_sign(self) -> None:
        assert refusal_of(ONE, keys=[STRANGER.public_key], threshold=1) == (
            "Bundle: expected signatures of 1 of 1 trusted keys, got fewer."
        )
        assert refusal_of(BOTH, keys=[PUBLISHER.public_key, STRANGER.public_key]) == FEWER.format(2, 2)

    def test_counts_a_key_once_that_is_listed_under_two_names(self) -> None:
        twice = [renamed(PUBLISHER.public_key, "a"), renamed(PUBLISHER.public_key, "b")]
        signed = enveloped(STATEMENT, [signature(STATEMENT, PUBLISHER, keyid=each) for each in "ab"])
        assert (
            refusal_of(signed, keys=twice) == "Bundle: expected signatures of 2 of 1 trusted keys, got fewer."
        )

    def test_counts_a_key_once_that_is_written_in_two_ways(self) -> None:
        public = PUBLISHER.public_key.keyval["public"]
        for other in (public.upper(), " ".join([public[:2], public[2:]]), f"{public}\n"):
            keys = [renamed(PUBLISHER.public_key, "a"), renamed(PUBLISHER.public_key, "b")]
            keys[1].keyval["public"] = other
            signed = enveloped(STATEMENT, [signature(STATEMENT, PUBLISHER, keyid=each) for each in "ab"])
            assert refusal_of(signed, keys=keys) == FEWER.format(2, 1)

    def test_counts_a_signer_once_who_signed_twice(self) -> None:
        again = add_signature(untrusted_bundle=ONE, signer=PUBLISHER)
        assert again == ONE
        twice = enveloped(STATEMENT, [signature(STATEMENT, PUBLISHER)] * 2)
        assert refusal_of(twice) == "Bundle: expected a DSSE envelope, got something else."

    def test_counts_no_signature_that_says_it_is_of_somebody_else(self) -> None:
        lying = signature(STATEMENT, PUBLISHER, keyid=REVIEWER.public_key.keyid)
        both = enveloped(STATEMENT, [signature(STATEMENT, PUBLISHER), lying])
        assert refusal_of(both) == FEWER.format(2, 2)
        assert refusal_of(enveloped(STATEMENT, [lying]), threshold=1) == FEWER.format(1, 2)

    def test_counts_no_signature_of_another_type_of_payload(self) -> None:
        other = "application/vnd.cortex.checkpoint"
        confused = [signature(STATEMENT, each, payload_type=other) for each in (PUBLISHER, REVIEWER)]
        assert refusal_of(enveloped(STATEMENT, confused)) == FEWER.format(2, 2)
        assert refusal_of(enveloped(STATEMENT, confused, payload_type=other)) == (
            f"Bundle: expected {PAYLOAD_TYPE}, got '{other}'."
        )

    def test_counts_no_signature_over_the_payload_alone(self) -> None:
        made = PUBLISHER.sign(STATEMENT)
        bare = {"keyid": made.keyid, "sig": base64.b64encode(bytes.fromhex(made.signature)).decode()}
        assert refusal_of(enveloped(STATEMENT, [bare]), threshold=1) == FEWER.format(1, 2)

    @pytest.mark.parametrize("sig", ["", "AA==", "A" * 88, "A" * 400])
    def test_counts_no_signature_of_other_bytes(self, sig: str) -> None:
        written = enveloped(STATEMENT, [{"keyid": PUBLISHER.public_key.keyid, "sig": sig}])
        assert refusal_of(written, threshold=1) == FEWER.format(1, 2)

    def test_refuses_signatures_of_another_bundle(self) -> None:
        other = sign_members(members={**MEMBERS, COMPONENT: b"\0asm other"}, signer=PUBLISHER)
        swapped = with_attestation(unpack_bundle(other)[ATTESTATION], of=ONE)
        assert refusal_of(swapped, threshold=1) == (
            "Bundle of com.example.duplicate-guard 1.2.3-rc.1: what was signed is about other bytes."
        )

    def test_refuses_an_older_version_under_the_manifest_of_a_later(self) -> None:
        later = {**MEMBERS, MANIFEST: changed("version: 1.2.3-rc.1", "version: 1.2.4")}
        attestation = unpack_bundle(sign_members(members=later, signer=PUBLISHER))[ATTESTATION]
        assert "what was signed is about other bytes" in refusal_of(
            with_attestation(attestation, of=ONE), threshold=1
        )

    @pytest.mark.parametrize("name", [MANIFEST, COMPONENT, BILL])
    def test_refuses_members_that_were_changed_after_signing(self, name: str) -> None:
        members = unpack_bundle(BOTH)
        assert refusal_of(pack_bundle({**members, name: members[name] + b"\n"})) == (
            "Bundle of com.example.duplicate-guard 1.2.3-rc.1: what was signed is about other bytes."
        )

    def test_refuses_a_statement_that_names_less_than_the_manifest_asks_for(self) -> None:
        told = json.loads(STATEMENT)
        told["predicate"]["capabilities"].remove("http:api.example.com")
        narrower = canonical_json(told)
        signed = enveloped(narrower, [signature(narrower, each) for each in (PUBLISHER, REVIEWER)])
        assert "what was signed is about other bytes" in refusal_of(signed)

    @pytest.mark.parametrize("payload", [b"", b"no JSON", b"\xff\xfe", b"null", b"NaN", b"[" * 10_000])
    def test_refuses_a_payload_that_is_no_statement(self, payload: bytes) -> None:
        signed = enveloped(payload, [signature(payload, each) for each in (PUBLISHER, REVIEWER)])
        assert "what was signed is about other bytes" in refusal_of(signed)

    @pytest.mark.parametrize("bits", [0x01, 0x20, 0x80])
    def test_refuses_a_change_of_any_byte(self, bits: int) -> None:
        tampered = bytearray(BOTH)
        for at in range(len(BOTH)):
            tampered[at] ^= bits
            with pytest.raises((BundleMustBeCanonical, BundleMustBeAttested)):
                verify_bundle(untrusted_bundle=bytes(tampered), keys=KEYS, threshold=1)
            tampered[at] ^= bits

    def test_refuses_signatures_beside_those_that_count(self) -> None:
        expected = "Bundle: expected signatures of trusted keys alone, got others."
        strangers = add_signature(untrusted_bundle=BOTH, signer=STRANGER)
        assert refusal_of(strangers) == expected
        junk = [*ENVELOPE["signatures"], {"keyid": "zz", "sig": "AAAA"}]
        attestation = json.dumps({**ENVELOPE, "signatures": junk}, sort_keys=True).encode()
        assert refusal_of(with_attestation(attestation)) == expected

    def test_is_one_file_whoever_signed_first(self) -> None:
        first = sign_members(members=MEMBERS, signer=REVIEWER)
        assert add_signature(untrusted_bundle=first, signer=PUBLISHER) == BOTH


class TestVerifyPublished:
    def verified(self, bundle: bytes, publishers: Any, reviewers: Any, count: int = 1) -> tuple[str, ...]:
        return verify_published(
            untrusted_bundle=bundle,
            publisher_keys=[each.public_key for each in publishers],
            reviewer_keys=[each.public_key for each in reviewers],
            reviewers=count,
        ).signed_by

    def test_takes_a_publisher_and_a_reviewer(self) -> None:
        assert len(self.verified(BOTH, [PUBLISHER], [REVIEWER, STRANGER])) == 2

    @pytest.mark.parametrize(
        ("publishers", "reviewers", "count"),
        [
            ([STRANGER], [PUBLISHER, REVIEWER], 1),
            ([PUBLISHER, REVIEWER], [STRANGER], 1),
            ([PUBLISHER, REVIEWER], [PUBLISHER, REVIEWER], 1),
            ([PUBLISHER], [PUBLISHER, REVIEWER], 2),
            ([PUBLISHER], [REVIEWER, STRANGER], 2),
            ([PUBLISHER], [REVIEWER], 0),
            ([], [PUBLISHER, REVIEWER], 1),
        ],
    )
    def test_takes_nobody_in_the_place_of_another(self, publishers: Any, reviewers: Any, count: int) -> None:
        with pytest.raises(BundleMustBeAttested):
            self.verified(BOTH, publishers, reviewers, count)


class TestEnvelope:
    @pytest.mark.parametrize(
        "attestation",
        [
            b"",
            b"\xff",
            b"[]",
            b"null",
            b"{}",
            b"[" * 60_000,
            b'{"payload": 1, "payloadType": "x", "signatures": []}',
            b'{"payload": "AA==", "payloadType": "x", "signatures": {"a": "b"}}',
            b'{"payload": "AA==", "payloadType": "x", "signatures": [1]}',
            b'{"payload": "AA==", "payloadType": "x", "signatures": [{"sig": "AA=="}]}',
            b'{"payload": "AA==", "payloadType": "x", "signatures": [{"keyid": [], "sig": "AA=="}]}',
            b'{"payload": "AA==", "payloadType": "x", "signatures": null}',
            b'{"payload": "\\ud800", "payloadType": "x", "signatures": []}',
        ],
    )
    def test_that_is_none_is_refused(self, attestation: bytes) -> None:
        assert refusal_of(with_attestation(attestation)) == (
            "Bundle: expected a DSSE envelope, got something else."
        )

    @pytest.mark.parametrize(
        "attestation",
        [
            json.dumps(ENVELOPE, sort_keys=True).encode() + b"\n",
            json.dumps(ENVELOPE, sort_keys=True, indent=1).encode(),
            json.dumps(dict(reversed(ENVELOPE.items()))).encode(),
            json.dumps({**ENVELOPE, "more": "smuggled"}, sort_keys=True).encode(),
            json.dumps({**ENVELOPE, "signatures": ENVELOPE["signatures"][::-1]}, sort_keys=True).encode(),
            json.dumps({**ENVELOPE, "signatures": URL_SAFE}, sort_keys=True).encode(),
            b'{"payload": "AAAA", ' + json.dumps(ENVELOPE, sort_keys=True).encode()[1:],
            json.dumps(ENVELOPE, sort_keys=True).replace("in-toto", "in\\u002dtoto").encode(),
        ],
    )
    def test_has_one_form_so_that_a_bundle_has_one_digest(self, attestation: bytes) -> None:
        assert refusal_of(with_attestation(attestation)) == (
            "Bundle: expected a DSSE envelope in its only form, got another form."
        )

    @pytest.mark.parametrize(
        "payload_type", ["", "x\ny", PAYLOAD_TYPE.upper(), f"{PAYLOAD_TYPE} ", "a" * 900]
    )
    def test_of_another_type_is_told_on_one_line(self, payload_type: str) -> None:
        signed = [signature(STATEMENT, PUBLISHER, payload_type=payload_type)]
        told = refusal_of(enveloped(STATEMENT, signed, payload_type=payload_type), threshold=1)
        assert told.startswith(f"Bundle: expected {PAYLOAD_TYPE}, got '")
        assert told.isprintable()
        assert len(told) < 150


class TestSigning:
    def test_makes_the_attestation_anew(self) -> None:
        signed = sign_members(members=unpack_bundle(BOTH), signer=STRANGER)
        assert signed == sign_members(members=MEMBERS, signer=STRANGER)
        assert verify_bundle(untrusted_bundle=signed, keys=[STRANGER.public_key], threshold=1).signed_by == (
            STRANGER.public_key.keyid,
        )

    def test_again_keeps_the_first_signature_and_what_was_signed(self) -> None:
        assert ENVELOPE["payload"] == base64.b64encode(STATEMENT).decode()
        assert [each["keyid"] for each in ENVELOPE["signatures"]] == sorted(key.keyid for key in KEYS)

    def test_again_is_refused_where_something_else_was_signed(self) -> None:
        other = sign_members(members={**MEMBERS, BILL: b"[]"}, signer=PUBLISHER)
        swapped = with_attestation(unpack_bundle(other)[ATTESTATION], of=ONE)
        with pytest.raises(BundleMustBeAttested):
            add_signature(untrusted_bundle=swapped, signer=REVIEWER)

    @settings(max_examples=100, deadline=None)
    @given(at=st.integers(0, len(BOTH)), length=st.integers(0, 30), piece=st.binary(max_size=30))
    def test_lets_no_bytes_raise_anything_but_a_refusal(self, at: int, length: int, piece: bytes) -> None:
        near = BOTH[:at] + piece + BOTH[at + length :]
        try:
            verified = verify_bundle(untrusted_bundle=near, keys=KEYS, threshold=2)
        except CortexError:
            return
        assert near == BOTH
        assert verified.signed_by

    @settings(max_examples=100, deadline=None)
    @given(attestation=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(ENVELOPE["payload"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["payload", "payloadType", "signatures", "keyid", "sig"]), inner),
        max_leaves=12,
    ))  # fmt: skip
    def test_lets_no_envelope_raise_anything_but_a_refusal(self, attestation: Any) -> None:
        with pytest.raises(BundleMustBeAttested):
            add_signature(
                untrusted_bundle=with_attestation(json.dumps(attestation, sort_keys=True).encode()),
                signer=REVIEWER,
            )
