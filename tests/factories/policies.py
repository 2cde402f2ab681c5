# SPDX-License-Identifier: Apache-2.0
"""The policies in force but for some: what is let in, or kept out, without them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cortex.policy import engine as made
from cortex.policy.active import ACTIVE, active_engine
from cortex.policy.engine import PolicyEngine


def engine_without(*names: str) -> PolicyEngine:
    """Return the policies in force but for these: left of a sound text, they are sound unchecked."""
    whole = active_engine()
    rest = "\n".join(policy.text for policy in whole.policies.values() if policy.id not in names)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(made, "_require_valid", lambda *_: None)
        return PolicyEngine(rest, version=whole.version)


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let every policy be in force but these, until the block ends."""
    less = engine_without(*names)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ACTIVE, "engine", lambda: less)
        yield
