# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin build|keygen|sign|verify`: bundles, keys and signatures."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from apps.plugins.adapters.signing.keys import new_key, public_key, public_text, signer_of
from apps.plugins.adapters.signing.signed_bundle import add_signature, verify_bundle
from apps.plugins.domain.bundle import MANIFEST, SUFFIX, unpack_bundle
from apps.plugins.domain.capability import in_words
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.services.authoring.build_plugin import build_plugin


def build(options: argparse.Namespace) -> list[str]:
    """Write a signed bundle of the folder and return its path."""
    built = build_plugin(sources=options.folder, key=options.key)
    path: Path = options.out / f"{built.manifest.id}-{built.manifest.version}{SUFFIX}"
    path.write_bytes(built.bundle)
    return [str(path)]


def keygen(options: argparse.Namespace) -> list[str]:
    """Write a private key and return the public half."""
    return [public_text(new_key(path=options.file))]


def sign(options: argparse.Namespace) -> list[str]:
    """Sign, and tell what was signed: a reviewer vouches for this version and what it may do."""
    signed = add_signature(untrusted_bundle=options.bundle.read_bytes(), signer=signer_of(options.key))
    manifest = read_manifest(unpack_bundle(signed)[MANIFEST])
    options.bundle.write_bytes(signed)
    return [f"signed {manifest.id} {manifest.version}", *_rights(manifest), str(options.bundle)]


def verify(options: argparse.Namespace) -> list[str]:
    """Return who signed the bundle, and what it may do."""
    keys = [public_key(path) for path in options.key]
    verified = verify_bundle(
        untrusted_bundle=options.bundle.read_bytes(),
        keys=keys,
        threshold=options.threshold or len({key.keyid for key in keys}),
    )
    manifest, by = verified.manifest, ", ".join(verified.signed_by)
    return [f"{manifest.id} {manifest.version}, signed by {by}", *_rights(manifest)]


def _rights(manifest: Manifest) -> Sequence[str]:
    return in_words(manifest.capabilities, company="(where it is installed)")
