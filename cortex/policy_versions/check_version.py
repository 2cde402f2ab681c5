# SPDX-License-Identifier: Apache-2.0
"""Look whether the version in force still fits this release, such as before and after an upgrade."""

from cortex.database.missing_migrations import missing_migrations
from cortex.policy.active import ACTIVE, fit_in_force, is_kept
from cortex.policy.engine import PolicyEngine
from cortex.policy.fitted import Fitted
from cortex.policy.left_out import REMEDY as LEFT_OUT_REMEDY
from cortex.policy.left_out import actions_left_out
from cortex.policy.packaged import packaged_now
from cortex.policy_versions.errors import PackagedTextMustBeRecorded, PolicyVersionMustFit
from cortex.policy_versions.selectors import require_reader
from cortex.ports.principal import Principal

_REMEDY = "Write the version anew without it, or go back: cortex policy rollback 0 --reason …"


def checked_version(*, seen_by: Principal) -> str:
    """Return that the version in force decides as it is written, and which actions it leaves out.

    Before `migrate` nobody can have recorded what this release brings along: that is said, and is no refusal.
    Raises: PolicyVersionMustFit, which tells what no longer fits, PackagedTextMustBeRecorded,
    AccessMustBeGranted.
    """
    require_reader(seen_by)
    ACTIVE.look_again()
    found = fit_in_force()
    number = found.engine.version
    if found.fit == "whole":
        missing = missing_migrations()
        if not missing:
            _require_kept(found.engine)
        return f"version {number} fits this release{_awaited(missing)}{_left_out(found.engine)}"
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
        left_out = ", ".join(actions_left_out(found.engine))
        refused = f": {left_out}" if left_out else ""
        return f"actions that are gone: {named}; what it names nowhere is refused{refused}"
    return f"one that lets in the console alone: {found.refusal}"


def _left_out(engine: PolicyEngine) -> str:
    left_out = actions_left_out(engine)
    if not left_out:
        return ""
    return f", and names nowhere, so that nobody may do it: {', '.join(left_out)}. {LEFT_OUT_REMEDY}"


def _awaited(missing: tuple[str, ...]) -> str:
    if not missing:
        return ""
    return f"; {len(missing)} migrations are missing, and `cortex migrate` records what it brings along"


def _require_kept(engine: PolicyEngine) -> None:
    """Refuse a version 0 that nobody recorded: what it decides could not be explained later."""
    if is_kept(engine):
        return
    now = packaged_now()
    raise PackagedTextMustBeRecorded(
        f"Version 0 of the policies: expected its text to be recorded with its schema, got none of SHA-256 "
        f"{now.digest} with {now.schema_digest}. Run `cortex migrate`.",
        evidence={
            "object": "policy version 0",
            "expected": "a recorded text and schema",
            "got": now.digest,
            "schema": now.schema_digest,
            "remedy": "run `cortex migrate`",
        },
    )
