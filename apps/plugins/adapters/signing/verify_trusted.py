# SPDX-License-Identifier: Apache-2.0
"""Verify a bundle against the keys that this installation trusts."""

from collections.abc import Sequence

from apps.plugins.adapters.signing.keys import key_of_hex
from apps.plugins.adapters.signing.signed_bundle import VerifiedBundle, verify_published
from apps.plugins.domain.bundle import MANIFEST, unpack_bundle
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import TrustedKey


def publisher_of(untrusted_bundle: bytes) -> str:
    """Return whose keys are to be looked up: what the manifest says, which the signature then confirms.

    Raises: BundleMustBeCanonical, ManifestMustBeWellFormed.
    """
    return read_manifest(unpack_bundle(untrusted_bundle)[MANIFEST]).publisher


def verify_trusted(
    *, untrusted_bundle: bytes, publishers: Sequence[TrustedKey], reviewers: Sequence[TrustedKey]
) -> VerifiedBundle:
    """Return the bundle where a key of its publisher's and one of a reviewer's signed it, and no others.

    Raises: BundleMustBeCanonical, BundleMustBeAttested, ManifestMustBeWellFormed.
    """
    return verify_published(
        untrusted_bundle=untrusted_bundle,
        publisher_keys=[key_of_hex(each.public_key) for each in publishers],
        reviewer_keys=[key_of_hex(each.public_key) for each in reviewers],
    )
