# SPDX-License-Identifier: Apache-2.0
"""The policies in force in this process."""

from threading import Lock

from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import VERSION, packaged_text

_made = Lock()
_engine: PolicyEngine | None = None


def active_engine() -> PolicyEngine:
    """Return the engine of the version in force."""
    global _engine  # noqa: PLW0603 - one engine for each process
    with _made:
        if _engine is None:
            _engine = PolicyEngine(packaged_text(), version=VERSION)
        return _engine
