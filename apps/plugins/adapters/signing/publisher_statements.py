# SPDX-License-Identifier: Apache-2.0
"""Statements of publishers in DSSE envelopes: sources that they send in, and challenges that prove a key."""

import json
from collections.abc import Sequence

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from apps.plugins.adapters.signing.keys import key_of_hex
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.publishing_errors import PublisherKeyMustBeProved, SubmissionMustBeSigned
from apps.plugins.domain.marketplace.statements import (
    CHALLENGE_TYPE,
    SUBMISSION_TYPE,
    challenge_statement,
    submission_statement,
)

STATEMENT_BYTES_MAX = 64 << 10


def sign_submission(*, manifest: Manifest, archive: bytes, origin: str, signer: CryptoSigner) -> str:
    """Return the envelope that goes with an archive to the marketplace at this address."""
    return _signed(
        submission_statement(manifest=manifest, archive=archive, origin=origin), SUBMISSION_TYPE, signer
    )


def sign_challenge(*, namespace: str, challenge: str, signer: CryptoSigner) -> str:
    """Return the envelope that proves a key."""
    return _signed(challenge_statement(namespace=namespace, challenge=challenge), CHALLENGE_TYPE, signer)


def require_submission_signed(
    *, untrusted_statement: str, manifest: Manifest, archive: bytes, origin: str, public_keys: Sequence[str]
) -> str:
    """Return the id of the publisher's key that signed exactly this; raises SubmissionMustBeSigned."""
    envelope = _read(untrusted_statement, SUBMISSION_TYPE)
    expected = submission_statement(manifest=manifest, archive=archive, origin=origin)
    if envelope is None or envelope.payload != expected:
        raise _unsigned(manifest, "a statement about this archive, for this marketplace", "another one")
    keys = [key_of_hex(each) for each in public_keys]
    found = _signers(envelope, keys)
    if not found or len(envelope.signatures) != 1:
        raise _unsigned(manifest, "one signature of a verified key of the publisher", "none or others")
    return found[0]


def require_challenge_signed(
    *, untrusted_statement: str, namespace: str, challenge: str, public_key: str
) -> None:
    """Refuse an envelope that does not prove the key; raises PublisherKeyMustBeProved."""
    envelope = _read(untrusted_statement, CHALLENGE_TYPE)
    expected = challenge_statement(namespace=namespace, challenge=challenge)
    if envelope is None or envelope.payload != expected or not _signers(envelope, [key_of_hex(public_key)]):
        raise PublisherKeyMustBeProved(
            f"Key of {namespace}: expected the challenge, signed with this key, got something else. Sign it "
            "with `cortex plugin prove`.",
            evidence={"object": namespace, "expected": "the signed challenge", "got": "something else"},
        )


def _signed(payload: bytes, payload_type: str, signer: CryptoSigner) -> str:
    envelope = Envelope(payload, payload_type, {})
    envelope.sign(signer)
    return json.dumps(envelope.to_dict(), sort_keys=True)


def _read(untrusted_statement: str, payload_type: str) -> Envelope | None:
    if len(untrusted_statement) > STATEMENT_BYTES_MAX:
        return None
    try:
        envelope = Envelope.from_dict(json.loads(untrusted_statement))
    except (ValueError, TypeError, KeyError, AttributeError, FormatError, RecursionError):
        return None
    return envelope if envelope.payload_type == payload_type else None


def _signers(envelope: Envelope, keys: Sequence[SSlibKey]) -> list[str]:
    try:
        return sorted(envelope.verify(list(keys), 1)) if keys else []
    except (VerificationError, ValueError):
        return []


def _unsigned(manifest: Manifest, expected: str, got: str) -> SubmissionMustBeSigned:
    return SubmissionMustBeSigned(
        f"Submission of {manifest.id} {manifest.version}: expected {expected}, got {got}.",
        evidence={"object": manifest.id, "expected": expected, "got": got},
    )
