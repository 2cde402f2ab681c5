# SPDX-License-Identifier: Apache-2.0
"""Another release of this program: the same code, and other policies that it brings along."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cortex.policy import active, packaged
from cortex.policy.active import ActivePolicies
from cortex.policy.packaged import packaged_text


@contextmanager
def release_with(text: str) -> Iterator[str]:
    """Let this process be one of a release that brings this text along, as if it had started just now."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(packaged, "packaged_text", lambda: text)
        patched.setattr(active, "packaged_text", lambda: text)
        started = ActivePolicies()
        started.settle(number=0)
        patched.setattr(active, "ACTIVE", started)
        yield text


def another_text(*, title: str = "No auditor changes a thing") -> str:
    """Return what this release brings along with one policy under another title."""
    now = '@title("Auditors change nothing, whatever else they are")'
    assert packaged_text().count(now) == 1
    return packaged_text().replace(now, f'@title("{title}")')
