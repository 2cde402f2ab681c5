# SPDX-License-Identifier: Apache-2.0
"""What publishers sign besides bundles: that sources are theirs, and that a key is. Source: DSSE v1.

Each has a payload type of its own, so that a signature of one kind can never stand for another.
"""

import hashlib

from apps.plugins.domain.manifest import Manifest
from cortex.canonical_json import canonical_json

SUBMISSION_TYPE = "application/vnd.cortex.plugin-submission.v1+json"
CHALLENGE_TYPE = "application/vnd.cortex.publisher-key.v1+json"


def submission_statement(*, manifest: Manifest, archive: bytes, origin: str) -> bytes:
    """Return the canonical bytes that a publisher signs when sending sources to the marketplace at `origin`.

    The origin keeps a statement that was made for one marketplace from being sent to another.
    """
    return canonical_json(
        {
            "archive": hashlib.sha256(archive).hexdigest(),
            "capabilities": sorted(each.text for each in manifest.capabilities),
            "id": manifest.id,
            "origin": origin,
            "publisher": manifest.publisher,
            "version": str(manifest.version),
        }
    )


def challenge_statement(*, namespace: str, challenge: str) -> bytes:
    """Return the canonical bytes whose signature proves that a publisher holds a key."""
    return canonical_json({"challenge": challenge, "publisher": namespace})
