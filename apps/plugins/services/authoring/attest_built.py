# SPDX-License-Identifier: Apache-2.0
"""Sign what a marketplace built, where it is what the author's folder says."""

import hashlib
import json
from pathlib import Path

from apps.plugins.adapters.building.folder_manifest import manifest_of
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.signing.keys import signer_of
from apps.plugins.adapters.signing.signed_bundle import add_signature
from apps.plugins.domain.bundle import ATTESTATION, BILL, MANIFEST, unpack_bundle
from apps.plugins.domain.errors import BundleMustBeAttested


def attest_built(*, untrusted_bundle: bytes, key: Path, sources: Path | None = None) -> str:
    """Return the attestation with one's signature; with a folder, after manifest and sources were compared.

    Raises: BundleMustBeCanonical, BundleMustBeAttested where manifest or bill are not of this folder,
    ManifestMustBeWellFormed, PluginKeyMustBeWellFormed.
    """
    members = unpack_bundle(untrusted_bundle)
    if sources is not None:
        _require_ours(members[MANIFEST], members[BILL], sources)
    signed = add_signature(untrusted_bundle=untrusted_bundle, signer=signer_of(key))
    return unpack_bundle(signed)[ATTESTATION].decode()


def _require_ours(manifest: bytes, bill: bytes, sources: Path) -> None:
    written, _ = manifest_of(sources)
    ours = {
        name: hashlib.sha256(content).hexdigest() for name, content in read_sources(folder=sources).items()
    }
    if manifest != written or _billed(bill) != ours:
        raise BundleMustBeAttested(
            "Bundle: expected one built of this folder's sources, got one of others. Nothing was signed.",
            evidence={"object": BILL, "expected": "the folder's files", "got": "others"},
        )


def _billed(bill: bytes) -> dict[str, str] | None:
    """Return the digests of the files that the bill names, or None for what is no bill of ours."""
    try:
        named = [each for each in json.loads(bill)["components"] if each["type"] == "file"]
        return {each["name"]: each["hashes"][0]["content"] for each in named}
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
