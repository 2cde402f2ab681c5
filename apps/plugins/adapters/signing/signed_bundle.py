# SPDX-License-Identifier: Apache-2.0
"""Sign a bundle, and find out who signed one. Source: DSSE v1.0.2."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError
from securesystemslib.signer import Key, Signer

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


def sign_members(*, members: Mapping[str, bytes], signer: Signer) -> bytes:
    """Return a bundle of these members with one signature; an attestation among them is made anew."""
    unsigned = {name: content for name, content in members.items() if name != ATTESTATION}
    return _bundle(unsigned, Envelope(statement_of(unsigned), PAYLOAD_TYPE, {}), signer)


def unsigned_bundle(*, members: Mapping[str, bytes]) -> bytes:
    """Return a bundle of these members whose statement nobody has signed yet: for `add_signature`."""
    unsigned = {name: content for name, content in members.items() if name != ATTESTATION}
    envelope = Envelope(statement_of(unsigned), PAYLOAD_TYPE, {})
    return pack_bundle({**unsigned, ATTESTATION: _written(envelope)})


def with_attestation(*, bundle: bytes, untrusted_attestation: bytes) -> bytes:
    """Return the same members with another attestation, which nobody has verified yet."""
    return pack_bundle({**unpack_bundle(bundle), ATTESTATION: untrusted_attestation})


def add_signature(*, untrusted_bundle: bytes, signer: Signer) -> bytes:
    """Return the bundle with one more signature over what was signed before; raises as verify_bundle."""
    members = unpack_bundle(untrusted_bundle)
    envelope = _envelope(members[ATTESTATION])
    require_attested(members=members, untrusted_payload=envelope.payload)
    return _bundle(members, envelope, signer)


def verify_bundle(*, untrusted_bundle: bytes, keys: Sequence[Key], threshold: int) -> VerifiedBundle:
    """Return the bundle where `threshold` of the keys signed these very members, and nobody else did.

    A signature that does not count is refused: whoever added one would have made another file of the
    same bundle.

    Raises: BundleMustBeCanonical, BundleMustBeAttested, ManifestMustBeWellFormed.
    """
    members = unpack_bundle(untrusted_bundle)
    envelope = _envelope(members[ATTESTATION])
    distinct = {_public(key): key for key in keys}
    if not _verified(envelope, distinct.values(), threshold):
        raise _refused(f"signatures of {threshold} of {len(distinct)} trusted keys", "fewer")
    signed_by = _verified(envelope, distinct.values(), len(envelope.signatures))
    if not signed_by:
        raise _refused("signatures of trusted keys alone", "others")
    manifest = require_attested(members=members, untrusted_payload=envelope.payload)
    return VerifiedBundle(manifest, members, tuple(signed_by))


def verify_published(
    *,
    untrusted_bundle: bytes,
    publisher_keys: Sequence[Key],
    reviewer_keys: Sequence[Key],
    reviewers: int = 1,
) -> VerifiedBundle:
    """Return the bundle where a publisher signed it and as many reviewers who are not publishers.

    Raises: as verify_bundle.
    """
    keys = [*publisher_keys, *reviewer_keys]
    verified = verify_bundle(untrusted_bundle=untrusted_bundle, keys=keys, threshold=1)
    publishing = {_public(key) for key in publisher_keys}
    signed = {_public(key) for key in keys if key.keyid in verified.signed_by}
    if not signed & publishing:
        raise _refused("a signature of the publisher", "none")
    # Who publishes does not review: with keys in both roles, one person alone would meet both.
    if reviewers < 1 or len(signed - publishing) < reviewers:
        raise _refused(f"signatures of {reviewers} reviewers", f"{len(signed - publishing)}")
    return verified


def _verified(envelope: Envelope, keys: Iterable[Key], threshold: int) -> list[str]:
    """Return the ids of `threshold` keys that signed, or none where there are fewer."""
    try:
        return sorted(envelope.verify(list(keys), threshold))
    except (VerificationError, ValueError):
        return []


def _public(key: Key) -> str:
    """Return what names a key: hexadecimal digits can be written in two ways, and with spaces."""
    return "".join(key.keyval["public"].split()).lower()


def _bundle(members: Mapping[str, bytes], envelope: Envelope, signer: Signer) -> bytes:
    envelope.sign(signer)
    return pack_bundle({**members, ATTESTATION: _written(envelope)})


def _written(envelope: Envelope) -> bytes:
    """Return the envelope's only form: members and signatures in the order of their names."""
    told = envelope.to_dict()
    told["signatures"] = sorted(told["signatures"], key=lambda each: str(each["keyid"]))
    return json.dumps(told, sort_keys=True).encode()


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
