# SPDX-License-Identifier: Apache-2.0
"""Policies that are in force while something is measured."""

from collections.abc import Iterator
from contextlib import contextmanager

from cortex.policy import active
from cortex.policy.engine import PolicyEngine


@contextmanager
def in_force(engine: PolicyEngine) -> Iterator[None]:
    """Let these policies decide until the block ends."""
    packaged, active.ACTIVE.engine = active.ACTIVE.engine, lambda: engine  # type: ignore[method-assign]
    try:
        yield
    finally:
        active.ACTIVE.engine = packaged  # type: ignore[method-assign]
