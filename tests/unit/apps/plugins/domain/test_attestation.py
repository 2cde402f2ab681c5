# SPDX-License-Identifier: Apache-2.0
"""What is signed names every member by its digest, and all that the manifest asks for."""

import hashlib
import json
from typing import Any

import pytest

from apps.plugins.domain.attestation import require_attested, statement_of
from apps.plugins.domain.bundle import BILL, COMPONENT, MANIFEST
from apps.plugins.domain.errors import BundleMustBeAttested, ManifestMustBeWellFormed
from apps.plugins.domain.read_manifest import read_manifest
from cortex.canonical_json import canonical_json
from tests.factories.plugin_bundles import MEMBERS, WHOLE
from tests.factories.plugin_manifests import LEAST, changed

STATEMENT: dict[str, Any] = json.loads(statement_of(MEMBERS))


def predicate(**changes: Any) -> bytes:
    return canonical_json({**STATEMENT, "predicate": {**STATEMENT["predicate"], **changes}})


class TestStatement:
    def test_is_exactly_about_these_members_and_this_manifest(self) -> None:
        members = {MANIFEST: LEAST.encode(), COMPONENT: b"\0asm", BILL: b"{}"}
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
        assert (
            statement_of(members)
            == (
                '{"_type":"https://in-toto.io/Statement/v1","predicate":{"capabilities":'
                '["event.in:accounting.journal_entry.posted.v1"],"id":"com.example.least","version":"0.1.0"},'
                '"predicateType":"urn:cortex:plugin-bundle:1","subject":['
                f'{{"digest":{{"sha256":"{digests[COMPONENT]}"}},"name":"component.wasm"}},'
                f'{{"digest":{{"sha256":"{digests[MANIFEST]}"}},"name":"plugin.yaml"}},'
                f'{{"digest":{{"sha256":"{digests[BILL]}"}},"name":"sbom.cdx.json"}}]}}'
            ).encode()
        )

    def test_says_nothing_of_the_attestation_that_will_hold_it(self) -> None:
        assert statement_of(WHOLE) == statement_of(MEMBERS)

    def test_of_what_is_no_manifest_is_refused(self) -> None:
        with pytest.raises(ManifestMustBeWellFormed):
            statement_of({**MEMBERS, MANIFEST: b"format: 1"})


class TestRequireAttested:
    def test_returns_the_manifest(self) -> None:
        read = require_attested(members=WHOLE, untrusted_payload=statement_of(MEMBERS))
        assert read == read_manifest(MEMBERS[MANIFEST])

    @pytest.mark.parametrize("name", sorted(MEMBERS))
    def test_refuses_another_member(self, name: str) -> None:
        with pytest.raises(BundleMustBeAttested) as refused:
            require_attested(
                members={**WHOLE, name: MEMBERS[name] + b" "}, untrusted_payload=statement_of(MEMBERS)
            )
        assert refused.value.message == (
            "Bundle of com.example.duplicate-guard 1.2.3-rc.1: what was signed is about other bytes."
        )
        assert refused.value.evidence["got"] == STATEMENT
        assert refused.value.evidence["expected"] != STATEMENT

    @pytest.mark.parametrize(
        "payload",
        [
            predicate(capabilities=STATEMENT["predicate"]["capabilities"][1:]),
            predicate(capabilities=[]),
            predicate(capabilities=[*STATEMENT["predicate"]["capabilities"], "http:evil.example"]),
            predicate(version="1.2.3"),
            predicate(id="com.example.other"),
            predicate(more=1),
            canonical_json({**STATEMENT, "subject": STATEMENT["subject"][1:]}),
            canonical_json({**STATEMENT, "subject": STATEMENT["subject"][::-1]}),
            canonical_json({**STATEMENT, "predicateType": "urn:cortex:plugin-bundle:2"}),
            statement_of(MEMBERS) + b"\n",
            json.dumps(STATEMENT).encode(),
        ],
    )
    def test_refuses_a_statement_that_differs_in_anything(self, payload: bytes) -> None:
        with pytest.raises(BundleMustBeAttested) as refused:
            require_attested(members=WHOLE, untrusted_payload=payload)
        assert refused.value.evidence == {"expected": STATEMENT, "got": json.loads(payload)}

    @pytest.mark.parametrize(
        "payload", [b"", b"\xff", b"NaN", b"[1e999]", b'"\\ud800"', b"[" * 100_000, b"9" * 5_000, b"{"]
    )
    def test_shows_no_payload_that_is_no_json(self, payload: bytes) -> None:
        with pytest.raises(BundleMustBeAttested) as refused:
            require_attested(members=WHOLE, untrusted_payload=payload)
        assert refused.value.evidence["got"] == "no JSON"

    def test_refuses_another_manifest_of_the_same_version(self) -> None:
        wider = {**WHOLE, MANIFEST: changed("[api.example.com]", "[api.example.com, evil.example.com]")}
        with pytest.raises(BundleMustBeAttested):
            require_attested(members=wider, untrusted_payload=statement_of(MEMBERS))
