# SPDX-License-Identifier: Apache-2.0
"""The leaf: the exact bytes that the tree hashes."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from cortex.canonical_json import canonical_json
from cortex.errors import CortexError

VERSION = 1
# An entry bundle of C2SP tlog-tiles prefixes each entry with its length in two bytes.
BYTES_MAX = 65_535


class LeafMustNotBeTooLarge(CortexError):
    """Larger content is logged by its digest."""

    code = "audit.leaf_must_not_be_too_large"
    status = 500


def leaf_body(
    *,
    leaf_id: UUID,
    company_id: UUID | None,
    actor: str,
    verb: str,
    object_type: str,
    object_id: UUID,
    digest: str | None,
    commitments: Mapping[str, bytes],
    approval: Mapping[str, str] | None = None,
    counts_on: date | None = None,
    before: str | None = None,
    is_new: bool = False,
) -> bytes:
    """Return the canonical bytes of one leaf: version, verb, opaque ids, digests and commitments only.

    `approval` tells the proposal and the second person behind it, `counts_on` the day on which a document
    counts. `before` is the digest that the object had before the verb, `is_new` says that there was no such
    object. A leaf without any of these has no such member.

    Source: RFC 8785 for the bytes; C2SP tlog-tiles for the limit of 65,535 bytes.
    """
    body = canonical_json(
        {
            "v": VERSION,
            "id": str(leaf_id),
            "company": str(company_id) if company_id else None,
            "actor": actor,
            "verb": verb,
            "object": {"type": object_type, "id": str(object_id)},
            "digest": digest,
            "commitments": {name: value.hex() for name, value in commitments.items()},
            **({"approval": dict(approval)} if approval else {}),
            **({"counts_on": counts_on.isoformat()} if counts_on else {}),
            **({"before": before} if before else {}),
            **({"new": True} if is_new else {}),
        }
    )
    if len(body) > BYTES_MAX:
        raise LeafMustNotBeTooLarge(
            f"Audit leaf of {object_type} {object_id}: expected at most {BYTES_MAX} bytes, got {len(body)}.",
            evidence={"object": str(object_id), "expected": BYTES_MAX, "got": len(body), "unit": "bytes"},
        )
    return body
