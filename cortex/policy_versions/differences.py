# SPDX-License-Identifier: Apache-2.0
"""How two versions differ, line by line and policy by policy."""

from dataclasses import dataclass
from difflib import unified_diff

from cortex.policy.policy_text import policies_of
from cortex.policy_versions.selectors import require_reader, stored_text
from cortex.ports.principal import Principal


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of policies, and the lines as `diff -u` writes them."""

    added: list[str]
    removed: list[str]
    changed: list[str]
    lines: str


def difference(*, before: int, after: int, seen_by: Principal) -> Difference:
    """Compare two versions; 0 are the policies that the program brings along.

    Raises: PolicyVersionMustExist, AccessMustBeGranted, PoliciesMustBeReadable.
    """
    require_reader(seen_by)
    old_text, new_text = stored_text(before), stored_text(after)
    old, new = ({policy.id: policy.body for policy in policies_of(text)} for text in (old_text, new_text))
    lines = unified_diff(
        old_text.splitlines(keepends=True),
        new_text.splitlines(keepends=True),
        fromfile=f"version {before}",
        tofile=f"version {after}",
    )
    return Difference(
        added=sorted(new.keys() - old.keys()),
        removed=sorted(old.keys() - new.keys()),
        changed=sorted(name for name in old.keys() & new.keys() if old[name] != new[name]),
        lines="".join(lines),
    )
