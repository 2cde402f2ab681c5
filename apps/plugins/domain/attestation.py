# SPDX-License-Identifier: Apache-2.0
"""What is signed of a bundle: the digest of each member, and what its manifest asks for.

Source: in-toto Attestation Framework, Statement v1; the envelope is DSSE v1.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from apps.plugins.domain.bundle import ATTESTATION, MANIFEST
from apps.plugins.domain.errors import BundleMustBeAttested
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.read_manifest import read_manifest
from cortex.canonical_json import canonical_json

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT, PREDICATE = "https://in-toto.io/Statement/v1", "urn:cortex:plugin-bundle:1"


def statement_of(members: Mapping[str, bytes]) -> bytes:
    """Return the canonical bytes that publisher and reviewer sign; raises ManifestMustBeWellFormed."""
    return canonical_json(_statement(members, read_manifest(members[MANIFEST])))


def require_attested(*, members: Mapping[str, bytes], untrusted_payload: bytes) -> Manifest:
    """Return the manifest where a signed statement is about these very members.

    Raises: BundleMustBeAttested, ManifestMustBeWellFormed.
    """
    manifest = read_manifest(members[MANIFEST])
    expected = _statement(members, manifest)
    if untrusted_payload == canonical_json(expected):
        return manifest
    told = f"Bundle of {manifest.id} {manifest.version}: what was signed is about other bytes."
    raise BundleMustBeAttested(told, evidence={"expected": expected, "got": _shown(untrusted_payload)})


def _statement(members: Mapping[str, bytes], manifest: Manifest) -> dict[str, Any]:
    return {
        "_type": STATEMENT,
        "subject": [
            {"name": name, "digest": {"sha256": hashlib.sha256(members[name]).hexdigest()}}
            for name in sorted(members)
            if name != ATTESTATION
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "id": manifest.id,
            "version": str(manifest.version),
            "capabilities": sorted(each.text for each in manifest.capabilities),
        },
    }


def _shown(payload: bytes) -> Any:
    try:
        got = json.loads(payload)
        # Evidence is shown and stored: it holds no number and no text that JSON does not know.
        canonical_json(got)
    except (ValueError, RecursionError):
        return "no JSON"
    return got
