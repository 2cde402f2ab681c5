# SPDX-License-Identifier: Apache-2.0
"""Look whether the version in force still fits this release, such as before and after an upgrade."""

from cortex.policy.active import ACTIVE, fit_in_force
from cortex.policy.fitted import Fitted
from cortex.policy_versions.errors import PolicyVersionMustFit
from cortex.policy_versions.selectors import require_reader
from cortex.ports.principal import Principal

_REMEDY = "Write the version anew without it, or go back: cortex policy rollback 0 --reason …"


def checked_version(*, seen_by: Principal) -> str:
    """Return that the version in force decides as it is written.

    Raises: PolicyVersionMustFit, which tells what no longer fits, AccessMustBeGranted.
    """
    require_reader(seen_by)
    ACTIVE.look_again()
    found = fit_in_force()
    number = found.engine.version
    if found.fit == "whole":
        return f"version {number} fits this release"
    raise PolicyVersionMustFit(
        f"Version {number} of the policies: expected one that fits this release, got {_told(found)}. "
        f"{_REMEDY}",
        evidence={
            "object": f"policy version {number}",
            "expected": "a version that fits this release",
            "got": [f"{each.policy_id}: {each.action}" for each in found.gone] or found.refusal,
            "remedy": _REMEDY,
        },
    )


def _told(found: Fitted) -> str:
    if found.fit == "narrowed":
        named = ", ".join(f"{each.action} in {each.policy_id}" for each in found.gone)
        return f"actions that are gone: {named}; what it names nowhere is refused"
    return f"one that lets in the console alone: {found.refusal}"
