# SPDX-License-Identifier: Apache-2.0
"""What an exception fixes in the log: the digest of its leaf is over this document."""

from datetime import date

from cortex.canonical_json import canonical_json


def exception_document(*, pack_name: str, control_id: str, reason: str, ends_date: date) -> bytes:
    """Return the canonical JSON."""
    return canonical_json(
        {"pack": pack_name, "control": control_id, "reason": reason, "ends": ends_date.isoformat()}
    )
