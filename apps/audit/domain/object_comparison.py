# SPDX-License-Identifier: Apache-2.0
"""A row against the newest leaf that says what its object is: each says what the other says."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from apps.audit.domain.differences import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLeaf:
    """A leaf of a verb that makes, changes or removes an object; of a removed one there is no digest.

    `tells_before` is false of leaves that are older than the rule that they say what was before.
    """

    entry_id: int
    leaf_id: UUID
    object_id: UUID
    verb: str
    actor: str
    recorded_at: datetime
    digest: str | None
    tells_before: bool

    def sentence(self) -> str:
        """Return what the leaf says, by whom and since when, for people."""
        what = "no row" if self.digest is None else f"SHA-256 {self.digest}"
        at = self.recorded_at.isoformat(sep=" ", timespec="seconds")
        return f"{what}, as {self.actor} left it at {at} by {self.verb} (leaf {self.leaf_id})"


class Agreement(Enum):
    """Where there is nothing to tell one by one."""

    EQUAL = "the row is as its newest leaf says"
    EARLIER = "no leaf of the present rule is there to compare the row with"


def judge(
    *, object_type: str, object_id: UUID, digest: str | None, leaf: StateLeaf | None
) -> Agreement | Difference:
    """Compare the digest of a row, None where there is none, with the newest leaf of its object."""
    got = "no row" if digest is None else f"SHA-256 {digest}"
    if leaf is None:
        if digest is None:
            return Agreement.EQUAL
        return Difference(object_id, object_type, "a leaf of the verb that made it", f"no leaf, and {got}")
    # Digests of older leaves were of what each verb had to say: none can be compared with a row.
    if not leaf.tells_before:
        return Agreement.EARLIER
    if leaf.digest == digest:
        return Agreement.EQUAL
    return Difference(object_id, object_type, leaf.sentence(), got)
