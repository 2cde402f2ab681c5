# SPDX-License-Identifier: Apache-2.0
"""Versions of objects that can change: a change must name the version it was made on."""

import hashlib
from typing import Any

from cortex.api.errors import IfMatchMustBeGiven, VersionMustBeCurrent


def etag_of(*parts: object) -> str:
    """Return a strong entity tag of what makes up a version. Source: RFC 9110 section 8.8.3."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def require_match(*, request: Any, etag: str) -> None:
    """Raise IfMatchMustBeGiven (428) or VersionMustBeCurrent (412). Source: RFC 9110 section 13.1.1.

    `*` is refused: it would overwrite whatever is there, which is what the header is to prevent.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        raise IfMatchMustBeGiven(
            "Header If-Match: expected the ETag of the version you changed. Read it and send its ETag.",
            evidence={"object": "If-Match", "remedy": "send the object's ETag"},
        )
    # Weak tags never match strongly: section 8.8.3.2.
    if etag not in [tag.strip() for tag in given.split(",")]:
        raise VersionMustBeCurrent(
            "Header If-Match: the object was changed meanwhile. Read it again and repeat your change.",
            evidence={"object": "If-Match", "expected": etag, "got": given[:200], "remedy": "read it again"},
        )
