# SPDX-License-Identifier: Apache-2.0
"""Whether a file may configure this installation; nothing of it is parsed before that is known."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cortex.boot.configuration.artefact.document import BYTES_MAX, require_known_kind
from cortex.boot.configuration.artefact.errors import (
    FileMustBeReadable,
    FileMustBeSigned,
    FileMustBeUnchanged,
    NameMustBeTheSignedOne,
    SignatureMustBeCurrent,
    SignatureMustBeWellFormed,
    SignerMustBeTrusted,
    refused,
)
from cortex.boot.configuration.artefact.keys import TrustedKeys
from cortex.boot.configuration.artefact.reading import content_of
from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.artefact.signature import Signature, signature_in

SIGNATURE_BYTES_MAX = 16 * 1024
# Clocks of machines differ; a signature from further ahead was dated to outlive its purpose.
CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)


@dataclass(frozen=True)
class VerifiedFile:
    """The bytes of a file that a trusted key signed, and what its signature says."""

    path: Path
    content: bytes = field(repr=False)
    artefact: Artefact


def signature_path(path: Path) -> Path:
    """Return where the signature of a file lies."""
    return path.with_name(f"{path.name}.sig")


def verified_file(path: Path, *, keys: TrustedKeys, at: datetime) -> VerifiedFile:
    """Read a file and its signature once, and return them when a trusted key signed exactly this, for now.

    Raises: a subclass of ConfigurationRefused for each cause; see `artefact.errors`.
    """
    require_known_kind(path)
    content = content_of(path, bytes_max=BYTES_MAX, error=FileMustBeReadable)
    signature = _signature_of(path)
    _require_trusted_signer(path, signature=signature, keys=keys)
    if signature.name != path.name:
        raise refused(NameMustBeTheSignedOne, path, f"it was signed as {signature.name[:80]!r}.")
    digest = hashlib.sha256(content).hexdigest()
    if digest != signature.sha256:
        raise refused(
            FileMustBeUnchanged,
            path,
            f"it was changed after version {signature.version} was signed"
            f" (SHA-256 {digest[:16]}…, signed {signature.sha256[:16]}…).",
            got=digest,
            expected=signature.sha256,
        )
    _require_current(path, signature=signature, at=at)
    artefact = Artefact(
        name=signature.name,
        version=signature.version,
        key_id=signature.key_id,
        digest=digest,
        expires_at=signature.expires_at,
    )
    return VerifiedFile(path=path, content=content, artefact=artefact)


def _signature_of(path: Path) -> Signature:
    beside = signature_path(path)
    if not beside.exists():
        raise refused(
            FileMustBeSigned,
            path,
            f"expected its signature beside it in {beside.name}, got none; run `cortex config sign`.",
        )
    content = content_of(beside, bytes_max=SIGNATURE_BYTES_MAX, error=SignatureMustBeWellFormed)
    return signature_in(content, path=beside)


def _require_trusted_signer(path: Path, *, signature: Signature, keys: TrustedKeys) -> None:
    key = keys.get(signature.key_id)
    if key is None:
        raise refused(
            SignerMustBeTrusted,
            path,
            f"it was signed with key {signature.key_id[:64]!r}, trusted are {', '.join(sorted(keys))}.",
            expected=sorted(keys),
        )
    signature.require_signer(key, path=signature_path(path))


def _require_current(path: Path, *, signature: Signature, at: datetime) -> None:
    if at >= signature.expires_at:
        raise refused(
            SignatureMustBeCurrent,
            path,
            f"its signature expired at {signature.expires_at:%Y-%m-%dT%H:%M:%SZ}; sign it again.",
            expires_at=signature.expires_at.isoformat(),
        )
    if signature.signed_at > at + CLOCK_DIFFERENCE_MAX:
        raise refused(
            SignatureMustBeCurrent,
            path,
            f"its signature is dated {signature.signed_at:%Y-%m-%dT%H:%M:%SZ}, which is yet to come.",
            signed_at=signature.signed_at.isoformat(),
        )
