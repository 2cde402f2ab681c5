# SPDX-License-Identifier: Apache-2.0
"""Sign a bundle, and find out who signed one. Source: DSSE v1.0.2."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError
from securesystemslib.signer import CryptoSigner, Key

from apps.plugins.domain.attestation import PAYLOAD_TYPE, require_attested, statement_of
from apps.plugins.domain.bundle import ATTESTATION, pack_bundle, unpack_bundle
from apps.plugins.domain.errors import BundleMustBeAttested
from apps.plugins.domain.manifest import Manifest


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A bundle whose signatures count. `signed_by` are ids of keys."""

    manifest: Manifest
    members: Mapping[str, bytes]
    signed_by: tuple[str, ...]


def sign_members(*, members: Mapping[str, bytes], signer: CryptoSigner) -> bytes:
    """Return a bundle of these members with one signature; an attestation among them is made anew."""
    unsigned = {name: content for name, content in members.items() if name != ATTESTATION}
    return _bundle(unsigned, Envelope(statement_of(unsigned), PAYLOAD_TYPE, {}), signer)


def add_signature(*, untrusted_bundle: bytes, signer: CryptoSigner) -> bytes:
    """Return the bundle with one more signature over what was signed before; raises as verify_bundle."""
    members = unpack_bundle(untrusted_bundle)
    envelope = _envelope(members[ATTESTATION])
    require_attested(members=members, untrusted_payload=envelope.payload)
    return _bundle(members, envelope, signer)


def verify_bundle(*, untrusted_bundle: bytes, keys: Sequence[Key], threshold: int) -> VerifiedBundle:
    """Return the bundle where `threshold` of the keys signed these very members.

    Raises: BundleMustBeCanonical, BundleMustBeAttested, ManifestMustBeWellFormed.
    """
    members = unpack_bundle(untrusted_bundle)
    envelope = _envelope(members[ATTESTATION])
    # Hexadecimal digits can be written in two ways, and with spaces: still one key.
    distinct = {"".join(key.keyval["public"].split()).lower(): key for key in keys}
    try:
        signed_by = envelope.verify(list(distinct.values()), threshold)
    except (VerificationError, ValueError):
        raise _refused(f"signatures of {threshold} of {len(distinct)} trusted keys", "fewer") from None
    manifest = require_attested(members=members, untrusted_payload=envelope.payload)
    return VerifiedBundle(manifest, members, tuple(sorted(signed_by)))


def _bundle(members: Mapping[str, bytes], envelope: Envelope, signer: CryptoSigner) -> bytes:
    envelope.sign(signer)
    return pack_bundle({**members, ATTESTATION: _written(envelope)})


def _written(envelope: Envelope) -> bytes:
    return json.dumps(envelope.to_dict(), sort_keys=True).encode()


def _envelope(untrusted_attestation: bytes) -> Envelope:
    """Return the envelope where it is written as `_written` does.

    Else one set of signatures would fit many files, and who recalls one of them by its digest would not have
    recalled the others.
    """
    try:
        envelope = Envelope.from_dict(json.loads(untrusted_attestation))
        is_canonical = _written(envelope) == untrusted_attestation
    except (ValueError, TypeError, KeyError, AttributeError, FormatError, RecursionError):
        raise _refused("a DSSE envelope", "something else") from None
    if envelope.payload_type != PAYLOAD_TYPE:
        raise _refused(PAYLOAD_TYPE, ascii(envelope.payload_type)[:80])
    if not is_canonical:
        raise _refused("a DSSE envelope in its only form", "another form")
    return envelope


def _refused(expected: str, got: str) -> BundleMustBeAttested:
    return BundleMustBeAttested(
        f"Bundle: expected {expected}, got {got}.",
        evidence={"object": ATTESTATION, "expected": expected, "got": got},
    )
